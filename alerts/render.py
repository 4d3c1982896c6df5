"""Stage 6: words. A template (data, no conditions) and plain values in; title and body out.

Every value is plain text made here; event titles come from public posts and lose addresses, line breaks and length.
"""

import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from alerts.case_view import CaseView
from alerts.choose_recipients import department_of
from alerts.subscriptions import news_of
from cases.clock_words import STOPPED_BY
from cases.ladder import LIMIT_DEFAULT, STEP_DEFAULT
from crawler.source import load_sources
from foundation.clock import for_people
from foundation.config import Strict, parse
from foundation.errors import ConfigError
from foundation.ledger import Fact
from foundation.outcome import LEVELS, SOURCE_ALARM_TITLES, SOURCE_OUTCOME_TITLES, SourceOutcome
from foundation.school import School

log = logging.getLogger(__name__)
FOLDER = "templates"  # of the school's folder and of ours
TEMPLATES = Path(__file__).parent / FOLDER
TITLE_LENGTH, SAYS_LENGTH = 40, 60
REASONS_SHOWN = 3
SOURCE_FACTS = ("round.finished", "source.alarm", "source.calm", "source.recovered")
JOBS = {"tick": "值守", "worker": "抓取进程"}  # of facts job.stuck
GROUND_WORDS = {"repeat": "（仍无人认领）", "over": "（已平息）"}  # of rules that speak along with a louder one
STEP_BASIS = "；本次提醒的时点为产品默认"


class TemplateFile(Strict):
    """One file of `alerts/templates/`."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered notice."""

    title: str
    body: str
    instead: str = ""  # what was taken because a template could not be filled; empty: the template itself


@cache
def load_template(name: str) -> TemplateFile:
    """Return a template by name.

    Raises:
        ConfigError: The file is not a template.
    """
    path = TEMPLATES / f"{name}.yaml"
    return parse(TemplateFile, path.read_text(encoding="utf-8"), f"alerts/templates/{path.name}")


def render(name: str, values: dict[str, str], school: School | None = None) -> Words:
    """Fill a template: the school's own of that name, else ours, else the plain form.

    What cannot be filled (`huiyin check` refuses such files; an upgrade may take a placeholder away) stops no notice:
    the next form is taken, and `Words.instead` says which.
    """
    own = school.files.texts.get(f"{FOLDER}/{name}.yaml") if school else None
    instead = ""
    if own is not None:
        try:
            return _fill(parse(TemplateFile, own, f"{FOLDER}/{name}.yaml"), values)
        except (KeyError, ValueError, ConfigError):
            instead = "系统自带的文字"
            log.error("the school's template %s cannot be filled: ours is used", name)
    try:
        return replace(_fill(load_template(name), values), instead=instead)
    except (KeyError, ValueError, ConfigError):
        log.error("the template %s cannot be filled: the plain form is used", name)
        return plain_form(values)


def plain_form(values: dict[str, str]) -> Words:
    """Return what is said when no template can be filled: level, number, event, due time; no sentence of its own."""
    known = {name: values.get(name, "") for name in ("level", "case_no", "event", "lead", "due", "left")}
    title = f"【{known['level']}】{known['case_no']} {known['event']}"
    shown = (("事由", "event"), ("牵头部门", "lead"), ("时限", "due"), ("还有", "left"))
    lines = [f"{word}：{known[name]}" for word, name in shown if known[name]]
    return Words(" ".join(title.split()), "\n".join([*lines, "请做：打开案件查看。"]), instead="只有要素的文字")


def _fill(template: TemplateFile, values: dict[str, str]) -> Words:
    title = Template(template.title).substitute(values)
    return Words(" ".join(title.split()), Template(template.body).substitute(values).strip())


def values_of(fact: Fact, school: School, view: CaseView) -> dict[str, str]:
    """Return every placeholder's value for one fact about one case."""
    data = fact.data
    due_at = due_of(fact, view)
    lead = department_of(school, view.lead)
    texts = {
        "level": LEVELS[level_of(fact, view)],
        "case_no": view.case_no,
        "about_case": _case_words(view),
        "number_first": f"{view.case_no} " if view.case_no else "",
        "event": plain_title("" if view.confidential else data.get("title") or view.title) or "（见案件）",
        "document": str(data.get("document") or "—"),
        "about": str(data.get("about") or "无"),
        "lead": lead.name if lead else "未定",
        "why": explain(view),
        "due": for_people(due_at) if due_at else "未定",
        "left": time_left(due_at, view.as_of) if due_at else "时限未定",
        "rule": _rules(fact) if fact.kind.startswith("rule.") else _provision(data),
        "old_due": for_people(datetime.fromisoformat(data["old_due_at"])) if "old_due_at" in data else "",
        "basis": STEP_BASIS if data.get("basis") == STEP_DEFAULT else "",
        "act": STOPPED_BY.get(data.get("done_by", ""), "办理"),
        "counsellors": "、".join(f"{person.name} {person.mail}".strip() for person in school.holders("counsellor")),
        "words": view.told_words,
        "duty": str(data.get("what", "")),
        "day": str(data.get("day", "")),
        "news": news_of(fact)[1],
    }
    return texts | _technical_values(fact, data, school)


def level_of(fact: Fact, view: CaseView) -> int:
    """Return the level that a notice is about: the case's; of an alert the higher of its own and its case's."""
    own = int(fact.data.get("level_code") or 0)
    return max(view.level_code, own) if fact.kind.startswith("rule.") else view.level_code or own


def due_of(fact: Fact, view: CaseView) -> datetime | None:
    """Return the due time that a notice is about: the fact's own, else the case's earliest."""
    return datetime.fromisoformat(fact.data["due_at"]) if fact.data.get("due_at") else view.due_at


def _rules(fact: Fact) -> str:
    """Return the names of the rules that speak in one message."""
    names = [str(ground["rule"]) for ground in fact.data.get("grounds", [])]
    return "、".join(dict.fromkeys(names)) or fact.subject


def _grounds(fact: Fact) -> str:
    """Return what every rule says of one thing, a line each."""
    lines = [
        f"规则“{ground['rule']}”{GROUND_WORDS.get(ground['word'], '')}，"
        f"{plain_title(ground['says'], SAYS_LENGTH)}（按收到先后计，共 {ground['found']} 次）"
        for ground in fact.data.get("grounds", [])
    ]
    return "；\n  ".join(lines)


def _case_words(view: CaseView) -> str:
    """Return the case of an alert's event with rules, words and score, or that there is none."""
    return f"{view.case_no}，{explain(view)}" if view.case_no else "还没有立案"


def _provision(data: dict[str, Any]) -> str:
    """Return the provision that a timer is named by, and whether its length is ours (产品默认)."""
    words = str(data.get("rule", "")).replace("triage", "研判").replace("receipt", "签收")
    return f"{words}（时限为产品默认）" if data.get("basis") == LIMIT_DEFAULT else words


def _technical_values(fact: Fact, data: dict[str, Any], school: School) -> dict[str, str]:
    outcome = data.get("outcome", "")
    known = outcome in set(SourceOutcome)
    return {
        "count": str(data.get("count", "")),
        "says": "\n  ".join(plain_title(line, SAYS_LENGTH) for line in str(data.get("says", "")).splitlines()),
        "found": str(data.get("found", "")),
        "grounds": _grounds(fact),
        "alert": " ".join(str(ground["alert_id"]) for ground in data.get("grounds", []))
        or str(data.get("alert_id", "")),
        "source": fact.subject,
        "source_title": _source_title(school, fact),
        "job": JOBS.get(fact.subject, f"步骤 {fact.subject} "),
        "outcome": SOURCE_OUTCOME_TITLES[SourceOutcome(outcome)] if known else str(outcome),
        "alarm": SOURCE_ALARM_TITLES.get(data.get("alarm", ""), ""),
        "channel": f"{data['channel']}:{data['recipient']}" if "channel" in data else fact.subject,
        "reason": str(data.get("reason", "")),
        "number": str(data.get("outbox_id", "")),
    }


def _source_title(school: School, fact: Fact) -> str:
    """Return a source's title and id; other facts need none, and reading the sources takes its time."""
    known = load_sources(school).get(fact.subject) if fact.kind in SOURCE_FACTS else None
    return f"“{known.title}”（{fact.subject}）" if known else f" {fact.subject} "


def explain(view: CaseView) -> str:
    """Return why the machine suggests this level: rules, their points and words, the score."""
    shown = [
        f"{reason.title} {reason.points:+g} 分"
        + (f"（{'、'.join(reason.words[:REASONS_SHOWN])}）" if reason.words else "")
        for reason in view.reasons[:REASONS_SHOWN]
    ]
    total = f"合计 {view.score:g} 分" if view.score else ""
    return "；".join([*shown, *([total] if total else [])]) or "见案件页"


def plain_title(title: str, length: int = TITLE_LENGTH) -> str:
    """Return words of public posts fit for a message: no addresses, one line, at most so many characters."""
    text = re.sub(r"\S*://\S*|www\.\S+", "", title)
    text = " ".join(re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", " ", text).split())
    return text if len(text) <= length else text[: length - 1] + "…"


def time_left(due_at: datetime, now: datetime) -> str:
    """Return what is left until a due time, or how long it is over, in the largest two units."""
    word = "剩" if due_at > now else "已超"
    if abs(due_at - now) < timedelta(minutes=1):
        return "剩不到 1 分" if due_at > now else "刚到"
    minutes = int(abs(due_at - now) / timedelta(minutes=1))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{word} {days} 天 {hours} 小时" if hours else f"{word} {days} 天"
    if hours:
        return f"{word} {hours} 小时 {rest} 分" if rest else f"{word} {hours} 小时"
    return f"{word} {rest} 分"
