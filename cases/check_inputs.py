"""Stage 5: what a person wrote with an act, checked. Raw inputs in, complete and tidy inputs out, or `Refused`.

Nothing is guessed: a verdict needs level, opinion and evidence (Z7.8, Z6.3), an assignment its 批办意见 and exactly one
lead, a reply its fact note (Z1.5-2).
"""

from datetime import datetime
from typing import Any, NoReturn

from cases.act_words import ADOPTIONS, CAUSES, CHECKLIST, DISMISSALS, INPUTS, RESPONSE_MODES, TOLD_WAYS
from cases.case import Case
from cases.clock_words import MARKS
from cases.policy import Policy
from cases.transitions import Transition
from foundation.clock import SCHOOL_ZONE
from foundation.config import nearest
from foundation.errors import Refused
from foundation.school import School

LINKS = ("evidence", "link")
HELD = {"approved_hash": "审定"}  # what a case must hold and nobody writes
LISTS = ("checklist", "tags")  # several words in one text
SEPARATORS = ",，、"
TELLABLE = ("保卫", "学工")  # competences that a counsellor may let know of a restricted case (PRIVACY.md 5)
WORDS_LENGTH = 200


def complete(
    school: School, policy: Policy, case: Case, transition: Transition, inputs: dict[str, Any]
) -> dict[str, Any]:
    """Return the inputs that were really written, tidied.

    Raises:
        Refused: One is missing, unknown, or says something impossible.
    """
    written = {name: _tidy(value) for name, value in inputs.items() if _tidy(value)}
    for name in written:
        if name not in transition.inputs:
            _refuse(case, transition, f"{transition.title}不需要 {INPUTS.get(name, name)}", "去掉它再试")
    for need in transition.needs:
        if not any(name in written for name in need.split("|")):
            words = "或".join(INPUTS[name] for name in need.split("|"))
            _refuse(case, transition, f"{transition.title}缺少{words}", f"写上{words}再提交")
    for name in transition.has:
        if not (written.get(name) or getattr(case, name)):
            words = HELD.get(name) or INPUTS[name]
            _refuse(
                case, transition, f"还没有{words}，不能{transition.title}", f"先{'' if name in HELD else '写'}{words}"
            )
    written |= {name: _split(written[name]) for name in LISTS if name in written}
    _check_choices(policy, case, transition, written)
    _check_forms(case, transition, written)
    _check_departments(school, case, transition, written)
    if "to" in written:
        written["to"] = _told_department(school, case, transition, str(written["to"]))
    if "field" in written:
        _check_field(school, case, transition, str(written["field"]))
    if len(str(written.get("words", ""))) > WORDS_LENGTH:
        _refuse(case, transition, f"{INPUTS['words']}太长", "只写对方现在要做什么；详情当面或电话说")
    return written


def _split(text: str) -> list[str]:
    """Return the words of a list written as one text, each once."""
    for separator in SEPARATORS:
        text = text.replace(separator, " ")
    return list(dict.fromkeys(text.split()))


def _tidy(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [item for item in (_tidy(each) for each in value) if item]
    return value.strip() if isinstance(value, str) else value


def _check_choices(policy: Policy, case: Case, transition: Transition, written: dict[str, Any]) -> None:
    choices = {
        "level": policy.file.levels, "nature": policy.file.natures, "verdict": DISMISSALS, "checklist": CHECKLIST,
        "cause": CAUSES, "adoption": ADOPTIONS, "response_mode": RESPONSE_MODES, "mark": MARKS,
        "told_how": TOLD_WAYS,
    }  # fmt: skip
    for name, known in choices.items():
        said = written.get(name, [])
        for word in said if isinstance(said, list) else [said]:
            if word not in known:
                title = INPUTS[name].partition("：")[0]
                _refuse(case, transition, f"不认识的{title} {word}", f"可以写：{'、'.join(known)}")


def _check_forms(case: Case, transition: Transition, written: dict[str, Any]) -> None:
    for name in LINKS:
        value = written.get(name, [])
        for link in value if isinstance(value, list) else [value]:
            if not str(link).startswith(("http://", "https://")):
                _refuse(case, transition, f"{INPUTS[name]}不是网址", "写 http:// 或 https:// 开头的完整网址")
    for name in ("due_at", "told_at"):
        if name in written:
            _check_instant(case, transition, str(written[name]))


def _check_departments(school: School, case: Case, transition: Transition, written: dict[str, Any]) -> None:
    known = [unit.id for unit in school.organisation.departments]
    assisting = written.get("assisting", [])
    for name in [*([written["lead"]] if "lead" in written else []), *assisting]:
        if not isinstance(name, str) or name not in known:
            near = nearest(str(name), known)
            hint = f"是不是 {near}？" if near else f"可以写：{'、'.join(known)}"
            _refuse(case, transition, f"不认识的部门 {name}", hint)
    if len({written.get("lead"), *assisting}) < 1 + len(assisting):
        _refuse(case, transition, "同一个部门写了两次", "牵头部门只有一个，协办部门各写一次")


def school_time(text: str) -> datetime:
    """Return the instant that a person wrote; without an offset it is school time (ValueError when it is none)."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=SCHOOL_ZONE)


def _check_instant(case: Case, transition: Transition, text: str) -> None:
    try:
        school_time(text)
    except ValueError:
        _refuse(case, transition, f"看不懂的时间 {text}", "写成 2026-10-08T12:00 这样的学校时间")


def _check_field(school: School, case: Case, transition: Transition, text: str) -> None:
    """Refuse what the school's own field cannot hold: `栏目=内容`."""
    name, sign, value = (part.strip() for part in text.partition("="))
    declared = {own.key: own for own in school.settings.case_fields}
    if not sign or name not in declared:
        known = "、".join(f"{own.key}（{own.title}）" for own in declared.values())
        hint = f"写成 栏目=内容；本校的栏目：{known}" if known else "先在 huiyin.yaml 的 case_fields 里声明"
        _refuse(case, transition, f"没有自定栏目 {name}", hint)
    if problem := declared[name].problem_with(value):
        _refuse(case, transition, f"{declared[name].title} 不能写 {value}", problem)


def _told_department(school: School, case: Case, transition: Transition, name: str) -> str:
    """Return the id of the department meant by id, name or competence; only 保卫 and 学工 may be told."""
    units = [unit for unit in school.organisation.departments if set(TELLABLE) & set(unit.competences)]
    meant = [unit.id for unit in units if name in (unit.id, unit.name, *set(TELLABLE).intersection(unit.competences))]
    if not meant:
        known = "、".join(f"{unit.name}（{unit.id}）" for unit in units)
        hint = f"可以写：{known}" if known else f"先在 departments.yaml 里给一个部门写上职能 {'或 '.join(TELLABLE)}"
        _refuse(case, transition, f"不能告知 {name}", hint)
    return meant[0]


def _refuse(case: Case, transition: Transition, what: str, next_step: str) -> NoReturn:
    raise Refused(what, f"{case.case_no} {transition.act}", next_step)
