"""Stage 5: guards that the table of acts cannot say in one line. A deed in; nothing out, or `Refused` with the reason.

Each guard is one rule of a 制度 (or ours, then marked 产品默认); `GUARDS` says which act asks which. They are asked
after the table, the roles and the inputs were found right.
"""

from collections.abc import Callable
from datetime import datetime

from cases.act_words import CHECKLIST, INPUTS
from cases.check_inputs import school_time
from cases.course import approvals, authors, missing_receipts, text_hash, unfinished
from cases.deed import Deed, refuse
from cases.extend_timer import extended
from cases.ladder import SKIPPED
from cases.policy_rights import (
    GRAVE,
    INSTRUCTION,
    approval_chain,
    makes_top,
    signers,
    sources_needed,
    speaker,
    top_level_roles,
)
from cases.roles import units_of
from cases.situation import Situation
from cases.transitions import ASSESSED, SUGGESTION

EXPLAINED = "explained"  # mark of a case whose department has filed a 说明
CIRCULAR_STEP = "通报"  # of ladders: the draft


Guard = Callable[[Deed], None]


def check_guards(deed: Deed) -> None:
    """Ask every guard of the act.

    Raises:
        Refused: One says no.
    """
    for guard in GUARDS.get(deed.transition.act, ()):
        guard(deed)


def _enough_sources(deed: Deed) -> None:
    """Z1.5-6: grave things are looked at from two sides; a counsellor speaks with the person instead."""
    level = deed.written["level"]
    needed = sources_needed(deed.policy, level)
    links = deed.written["evidence"]
    given = len(set(links)) if isinstance(links, list) else 1
    if given < needed and not deed.case.restricted and "reason" not in deed.written:
        refuse(
            deed,
            f"{level} 的研判要 {needed} 处依据，只写了 {given} 处",
            "再写一处 --evidence，或用 --reason 说明为何只有一处",
        )


def _top_level(deed: Deed) -> None:
    """Z7.4: the highest level, by verdict or by mark, is for those whom the policy names."""
    top, allowed = deed.policy.file.levels[-1], top_level_roles(deed.policy)
    mark = deed.written.get("mark", "")
    made = makes_top(deed.policy, deed.case, mark) if mark else deed.written["level"] == top
    if made and not deed.case.restricted and not deed.held & set(allowed):
        refuse(deed, f"{deed.by} 不能确认 {top}", f"这一级由 {deed.policy.role_names(allowed)} 来确认")


def _assessed(deed: Deed) -> None:
    """Z10.5-2: nature, impact and risk, each with its reason, where a profile asks for them."""
    if deed.case.restricted or not deed.policy.asks_assessment(Situation.of(deed.case)):
        return
    missing = [name for name in ASSESSED[:-1] if name not in deed.written]
    if missing:
        words = "、".join(INPUTS[name] for name in missing)
        options = " ".join(f"--{name.replace('_', '-')}" for name in missing)
        refuse(deed, f"研判要写性质、影响程度与潜在风险，还缺：{words}", f"加上 {options}")


def _not_below_floor(deed: Deed) -> None:
    floor = deed.policy.level_floor(frozenset(deed.case.marks))
    if deed.policy.level_code(deed.written["level"]) < floor:
        refuse(deed, f"按已有的标记，等级至少是 {deed.policy.level_name(floor)}", "写这个等级或更高的")


def _of_lead(deed: Deed) -> None:
    if not deed.case.restricted and "lead_dept" not in deed.held:
        lead = deed.school.department(deed.case.lead).name
        refuse(deed, f"{deed.transition.title}由牵头部门来做", f"牵头的是 {lead}；协办部门用 finish_task 报完成")


def _of_assisting(deed: Deed) -> None:
    own = [unit.id for unit in units_of(deed.school, deed.case, deed.by)]
    if not set(own) & set(unfinished(deed.case, deed.acts)):
        refuse(deed, "你的部门在这件事上没有待完成的协办任务", "牵头部门用 reply 回复")


def _tasks_finished(deed: Deed) -> None:
    """Z7.11-1: the lead replies when all assisting departments have done their part."""
    waiting = [deed.school.department(name).name for name in unfinished(deed.case, deed.acts)]
    if waiting:
        refuse(deed, f"协办部门还没有完成：{'、'.join(waiting)}", "请他们用 huiyin case finish_task 报完成，再回复")


def _checklist_whole(deed: Deed) -> None:
    left = [f"{word}（{CHECKLIST[word]}）" for word in CHECKLIST if word not in deed.written["checklist"]]
    if left:
        refuse(deed, f"审定清单还有没勾的：{'、'.join(left)}", "逐项核过再勾；做不到的用 return 退回")


def _not_own_text(deed: Deed) -> None:
    """Z5.17r: a second reader, who wrote nothing of it. Counsellors are few: of theirs the last writer counts."""
    if deed.by == deed.case.response_by or (not deed.case.restricted and deed.by in authors(deed.acts)):
        refuse(deed, "写答复的人不能审定自己的答复", "请另一位来审定")


def _next_approver(deed: Deed) -> None:
    """C11: the policy's chain in order; nobody approves twice."""
    chain = approval_chain(deed.policy, deed.case)
    done = approvals(deed.acts)
    if deed.by in [act.actor for act in done]:
        refuse(deed, "你已经审定过这一版", "等下一位审定，或直接反馈")
    if chain and len(done) < len(chain) and chain[len(done)] not in deed.held:
        refuse(deed, "还没有轮到你审定", f"现在由 {deed.policy.role_name(chain[len(done)])} 审定")


def _text_as_approved(deed: Deed) -> None:
    if text_hash(deed.case.response) != deed.case.approved_hash:
        refuse(deed, "答复在审定之后改过", "重新审定（approve）后再反馈")


def _approves_alone(deed: Deed) -> None:
    """Z5.9, Z9b.5.3-2: an answer given at once passes no approver, so only who is all of them may give it."""
    missing = [role for role in approval_chain(deed.policy, deed.case) if role not in deed.held]
    if missing:
        refuse(deed, f"当场答复也要 {deed.policy.role_names(missing)} 审定", "先交办（assign），按程序审定")


def _link_lives(deed: Deed) -> None:
    """Z9a.3.5b: a public answer that nobody can open is no answer; a closed site is a reason to be written."""
    if deed.proof and deed.proof.problem and "reason" not in deed.written:
        refuse(deed, f"公开答复的链接打不开：{deed.proof.problem}", "核对网址；网站已关闭等情形，用 --reason 说明")


def _speaker(deed: Deed) -> None:
    """C12, Z9b.5.2-3: who may mark a statement as published at this level."""
    role = speaker(deed.policy, deed.case)
    if role and role not in deed.held:
        level = deed.policy.level_name(deed.case.level_code)
        refuse(deed, f"{level} 的对外答复由 {deed.policy.role_name(role)} 发布", "请发言人来标记反馈")


def _known_tracker(deed: Deed) -> None:
    if not deed.school.knows_person(deed.written["tracker"]):
        refuse(deed, f"没有这个人 {deed.written['tracker']}", "写 departments.yaml 里的人员编号")


def _tracked(deed: Deed) -> None:
    """Z9b.5.4: what is grave is watched by a named person until it is quiet."""
    if deed.case.level_code >= GRAVE and not deed.case.tracker:
        refuse(deed, "重大以上要有具名的跟踪人才能归档", "先用 huiyin case track 指定跟踪人")


def _suggestion_answered(deed: Deed) -> None:
    """Z9b.5.3-1: a 建议 is adopted, in part, or not, and the reason is said."""
    if deed.case.nature == SUGGESTION and not {"adoption", "reason"} <= set(deed.written):
        refuse(deed, "建议要写明采纳、部分采纳或不采纳，并说明理由", "加上 --adoption 与 --reason")


def _receipt_owed(deed: Deed) -> None:
    own = [unit.id for unit in units_of(deed.school, deed.case, deed.by)]
    if not set(own) & set(missing_receipts(deed.case, deed.acts)):
        refuse(deed, "你的部门已经回执", "不用再做")


def _marked_by_right(deed: Deed) -> None:
    """Z1.6.2-4, Z8.9: a superior's instruction is the office's to mark; a false report needs evidence."""
    if deed.written["mark"] == INSTRUCTION and "office" not in deed.held:
        refuse(deed, "上级批示只由办公室标记", "请办公室来标记")
    if deed.written["mark"] == "false_information" and "evidence" not in deed.written:
        refuse(deed, "标记虚假信息要有依据", "加上 --evidence 链接")


def _second_name(deed: Deed) -> None:
    """Z9b.5.3-3, Z5.13p: two persons; the first brought evidence and harm, after a fact statement was published."""
    first = [act for act in deed.acts if act.act == "propose_referral"]
    if not first:
        refuse(deed, "还没有人提请移送", "先用 huiyin case propose_referral 写明单位、依据与危害")
    if first[-1].actor == deed.by:
        refuse(deed, "移送要两个人具名，提请的人不能自己同意", "请另一位领导来同意")


def _statement_published(deed: Deed) -> None:
    if not any(act.act in ("publish", "answer") and "link" in act.data for act in deed.acts):
        refuse(deed, "还没有公开的事实说明，不能提请移送", "先公开说明事实，用 publish 留下链接")


def _extendable(deed: Deed) -> None:
    """C7: what the policy asks of an extension; a counsellor needs nobody's consent, who would have to know."""
    rule = deed.written["rule"]
    clock = next((row for row in deed.running if row.rule == rule), None)
    if clock is None:
        known = "、".join(row.rule for row in deed.running if deed.policy.extension(row.rule)) or "无"
        refuse(deed, f"这个案件现在没有在计的时限 {rule}", f"可以延期的：{known}；有客观原因可以用 justify 写说明")
    needed = deed.policy.extension(rule)
    consent = deed.held | set(needed.needs) if needed and deed.case.restricted else deed.held
    asked = {"at": deed.at, "reason": deed.written["reason"], "consent": consent}
    extended(deed.policy, deed.case, clock, deed.written["within"], **asked)


def _signed_by_right(deed: Deed) -> None:
    """Z9c.7: whose signature the profile asks for."""
    missing = [role for role in signers(deed.policy, deed.case) if role not in deed.held]
    if missing and not deed.case.restricted:
        refuse(deed, f"{deed.by} 不能签字报送", f"这一步由 {deed.policy.role_names(missing)} 来做")


def _other_level(deed: Deed) -> None:
    if deed.policy.level_code(deed.written["level"]) == deed.case.level_code:
        refuse(deed, f"已经是 {deed.written['level']}", "写另一个等级")


def _limit_ahead(deed: Deed) -> None:
    if school_time(deed.written["due_at"]) <= deed.at:
        refuse(deed, "上级限期已经过去", "写将来的时间")


def _told_by_now(deed: Deed) -> None:
    """Z1.5-8: what is to come is no telling, and nobody can be told before it was found."""
    if "told_at" in deed.written and not deed.case.discovered_at <= school_time(deed.written["told_at"]) <= deed.at:
        refuse(deed, "告知的时间不对", "写发现之后、现在之前的时间")


def _circular_drafted(deed: Deed) -> None:
    """Z9a.3.7: after 催办 and 督办, while nothing was answered or explained; each draft is signed once."""
    taken = [str(row.steps_taken.get(CIRCULAR_STEP, SKIPPED)) for row in deed.running]
    signed = [act.at for act in deed.acts if act.act == "sign_circular"]
    drafts = [at for at in taken if at != SKIPPED and not any(datetime.fromisoformat(at) <= each for each in signed)]
    if EXPLAINED in deed.case.marks or not drafts:
        refuse(deed, "没有待签发的通报", "逾期后先催办、再督办，仍不办也不说明，才有通报草稿")


def _names_nobody(deed: Deed) -> None:
    """What goes into the case library is read for years and by many: no private person stands in it (PRIVACY.md 7)."""
    from pipelines.drop_personal_data import redact  # imports Scrapy, most of a second that only this act should cost

    for name in () if deed.case.restricted else ("summary", "lessons", "measures", "tags"):
        words = deed.written.get(name, "")
        found = redact("、".join(words) if isinstance(words, list) else str(words)).spans
        if found:
            kinds = "、".join(dict.fromkeys(span.kind for span in found))
            title = INPUTS[name].partition("（")[0]
            refuse(deed, f"{title}里有个人信息（{kinds}）", "换成部门、职务或“一名学生”这样的说法再写")


GUARDS: dict[str, tuple[Guard, ...]] = {
    "confirm": (_assessed, _enough_sources, _top_level, _not_below_floor),
    "grade": (_other_level, _enough_sources, _top_level, _not_below_floor),
    "hand_back": (_of_lead,),
    "resolve": (_of_lead,),
    "finish_task": (_of_assisting,),
    "reply": (_of_lead, _tasks_finished),
    "sign_off": (_signed_by_right,),
    "limit": (_limit_ahead,),
    "inform": (_told_by_now,),
    "sign_circular": (_circular_drafted,),
    "approve": (_checklist_whole, _not_own_text, _next_approver),
    "publish": (_text_as_approved, _speaker, _link_lives),
    "answer": (_approves_alone, _link_lives),
    "track": (_known_tracker,),
    "close": (_tracked, _suggestion_answered),
    "receipt": (_receipt_owed,),
    "review": (_names_nobody,),
    "mark": (_marked_by_right, _top_level),
    "propose_referral": (_statement_published,),
    "refer": (_second_name,),
    "extend": (_extendable,),
}
