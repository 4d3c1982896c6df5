"""Stage 5: the one definition of what of a case is searchable. Mapping and data views are derived from it.

A help-first case never stands in the index (PRIVACY.md 5); a confidential one (保密) only with number, level, state,
department and times, without a word. No field names a person: timeliness is measured by department (PRIVACY.md 8).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from cases.case import Case, cases_by_number, timers_of
from cases.clock_words import CONFIRMED
from cases.ladder import SKIPPED
from cases.set_timers import OPEN, SATISFIED
from crawler.items import POST_TEXT_DAYS, About
from foundation import clock
from foundation.outcome import LEVELS
from foundation.tables import instant_text
from search.records import Document, RecordKind, declare

FIELDS = {
    "case_no": About("案件号", "keyword", "每案一号"),
    "title": About("案由", "text", "检索", POST_TEXT_DAYS, counted=True),
    "event_id": About("事件号", "id", "与帖文对照"),
    "state": About("环节", "keyword", "办到哪一步"),
    "is_open": About("在办", "boolean", "还有事要办"),
    "level_code": About("等级码", "integer", "0 无 1 一般 2 重大 3 特别重大"),
    "level": About("等级", "keyword", "Z1.6.2"),
    "provisional": About("待研判", "boolean", "机器建议的等级还没有人确认"),
    "nature": About("性质", "keyword", "诉求还是其他"),
    "kind": About("案件类型", "keyword", "公开帖文之外的来路"),
    "source_kind": About("来源类型", "keyword", "哪一类信源"),
    "late": About("发现时已迟", "boolean", "发现滞后"),
    "confidential": About("保密", "boolean", "只有编号与时间"),
    "lead": About("牵头部门", "keyword", "部门编号"),
    "assisting": About("协办部门", "keyword", "部门编号"),
    "posted_at": About("反映时间", "date", "时限起算"),
    "discovered_at": About("发现时间", "date", "时限起算"),
    "opened_at": About("立案时间", "date", "立案"),
    "confirmed_at": About("研判时间", "date", "研判"),
    "assigned_at": About("交办时间", "date", "时限起算"),
    "acknowledged_at": About("签收时间", "date", "办理"),
    "replied_at": About("部门回复时间", "date", "办理"),
    "published_at": About("公开答复时间", "date", "对外答复"),
    "closed_at": About("归档时间", "date", "办结"),
    "due_at": About("最近时限", "date", "最早到期的时限，逾期从它看"),
    "due_rule": About("时限依据", "keyword", "制度条款号"),
    "was_overdue": About("曾逾期", "boolean", "任一时限过期才办或仍未办"),
    "steps": About("已走的催督步骤", "keyword", "提醒、到期、督办、通报"),
    "answer_hours": About("答复用时（小时）", "float", "发现到公开答复"),
    "hand_backs": About("退办次数", "integer", "推诿"),
    "cause": About("成因", "keyword", "Z1.5-3"),
    "response_mode": About("答复方式", "keyword", "公开或当面"),
    "outcome": About("办理结果", "keyword", "办结"),
}
WORDLESS = {"title", "event_id", "nature", "cause", "response_mode", "outcome"}  # left out of a confidential case
SAME = tuple(name for name in FIELDS if name in Case.__dataclass_fields__)


def load_documents(connection: Connection, case_nos: Sequence[str]) -> dict[str, Document]:
    """Return number → document of the cases that may stand in the index."""
    cases = [case for case in cases_by_number(connection, case_nos) if not case.restricted]
    timers: dict[str, list[Any]] = {case.case_no: [] for case in cases}
    for row in timers_of(connection, list(timers)):
        timers[row.case_no].append(row)
    now = clock.now()
    return {case.case_no: document_of(case, timers[case.case_no], now) for case in cases}


def document_of(case: Case, timers: Sequence[Any], now: datetime) -> Document:
    """Return the document of a case with its timers, earliest due first."""
    running = [row for row in timers if row.state == OPEN]
    promised = [row for row in running if row.done_by != CONFIRMED] or running  # triage only while nothing else runs
    taken = {step: None for row in timers for step, at in row.steps_taken.items() if at != SKIPPED}
    values: Document = {name: getattr(case, name) for name in SAME}
    values |= {
        "is_open": case.is_open,
        "level": LEVELS[case.level_code],
        "due_at": promised[0].due_at if promised else None,
        "due_rule": promised[0].rule if promised else "",
        "was_overdue": any(_was_missed(row, now) for row in timers),
        "steps": list(taken),
        "answer_hours": _hours(case.discovered_at, case.published_at),
    }
    if case.confidential:
        values = {name: value for name, value in values.items() if name not in WORDLESS}
    return {name: instant_text(value) if isinstance(value, datetime) else value for name, value in values.items()}


def _was_missed(row: Any, now: datetime) -> bool:
    """Tell whether a clock ran out before what it waited for was done."""
    ended = row.satisfied_at if row.state == SATISFIED else now
    return row.state in (OPEN, SATISFIED) and ended is not None and bool(ended > row.due_at)


def _hours(begin: datetime, end: datetime | None) -> float | None:
    return None if end is None else round((end - begin).total_seconds() / 3600, 2)


CASES = declare(
    RecordKind(
        name="cases",
        title="案件",
        key="case_no",
        fields=FIELDS,
        shown="SELECT case_no FROM case_file WHERE restricted = 0",
        watched={"case_file": "case_no", "timer": "case_no"},
        load=load_documents,
    )
)
