"""Stage 5: the review report of a closed case (Z9b.5.5-1, Z10.5-6), prefilled from its course. Case in, text out.

Dates are those of the acts, which the audit chain holds too; cause, measures and improvements (owner, date, done or
not) are what people wrote. What is missing is said, so that who reports fills it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from cases.case import Act, Case, timeline
from cases.policy import Policy
from cases.task import STATES, Task, task, tasks
from cases.task_kinds import KINDS
from cases.transitions import TITLES
from foundation.clock import at_school, for_people
from foundation.school import School

MISSING = "（还没有写）"
TOLD = ("report", "assign", "acknowledge", "reply", "approve", "publish", "answer", "clarify", "inform", "close")
IMPROVING = ("measure", "improvement")
PARTS = (("summary", "事由摘要"), ("lessons", "经验教训"), ("measures", "改进措施"), ("tags", "标签"))


def review_report(connection: Connection, school: School, case: Case, policy: Policy) -> str:
    """Return the report in Markdown; the caller has made sure that the reader may read the case."""
    acts = timeline(connection, case.case_no)
    improving = [one for one in tasks(connection, task.c.case_no == case.case_no) if one.kind in IMPROVING]
    review = next((act for act in reversed(acts) if act.act == "review"), None)
    said = review.data if review else {}
    lines = [
        f"# 总结报告　{case.case_no}　{case.title or '（无标题）'}",
        f"等级 {policy.level_name(case.level_code)}　性质 {case.nature or MISSING}　成因 {case.cause or MISSING}"
        f"　回应方式 {case.response_mode or MISSING}",
        *_section("经过", _course(school, case, acts)),
        *_section("核实情况", [case.fact_note or MISSING]),
        *_section("处置情况", [case.disposition or MISSING]),
        *_section("公开答复", [case.response or MISSING]),
    ]
    for name, title in PARTS:
        words = said.get(name) or MISSING
        lines += _section(title, ["、".join(words) if isinstance(words, list) else str(words)])
    return "\n".join([*lines, *_section("改进事项", _improvements(school, improving))])


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"## {title}", *lines]


def _course(school: School, case: Case, acts: Sequence[Act]) -> list[str]:
    """Return the instants that the report stands on: when it was posted, found, and each decisive act."""
    known: list[tuple[datetime | None, str]] = [(case.posted_at, "网上发出"), (case.discovered_at, "发现")]
    known += [(act.at, f"{TITLES[act.act]}　{school.name_of(act.actor)}") for act in acts if act.act in TOLD]
    return [f"- {for_people(at)}　{words}" for at, words in known if at]


def _improvements(school: School, improving: Sequence[Task]) -> list[str]:
    return [
        f"- {one.number}　{KINDS[one.kind].title}　{one.words}　负责 {school.name_of(one.owner)}　"
        f"期限 {at_school(one.due_at).date() if one.due_at else '没有'}　{STATES[one.state]}"
        + (f"：{one.answer}" if one.answer else "")
        for one in improving
    ] or [f"- {MISSING}用 huiyin task add measure 写下每一项的负责人与日期，到期会催"]
