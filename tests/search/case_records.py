"""Cases and patrol rounds written straight into a ledger, for tests of what is searched."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import insert

from cases.case import Case, insert_case
from cases.items import CASES
from crawler.tables import patrol
from foundation.ledger import Work
from foundation.tables import timer
from search.patrol_records import PATROL

KINDS = (CASES, PATROL)
BEGIN = datetime.fromisoformat("2026-11-02T04:00:00+00:00")
PLAIN = Case(
    case_no="HY-2026-0001", event_id=1, title="二食堂的汤里有异物", state="承办", level_code=1, suggested_level_code=1,
    nature="", provisional=False, restricted=False, confidential=False, late=False, lead="logistics", assisting=[],
    discovered_at=BEGIN, posted_at=BEGIN, opened_at=BEGIN, raised_at=None, confirmed_at=None, assigned_at=None,
    acknowledged_at=None, replied_at=None, published_at=None, closed_at=None, fact_note="核实过的话", disposition="",
    response="", outcome="", school_version=1, version=1,
)  # fmt: skip


def add_case(work: Work, number: int, due_in: float | None = None, **values: object) -> Case:
    """Store a case and, with `due_in` (hours after its discovery), a running timer of it."""
    case = replace(PLAIN, case_no=f"HY-2026-{number:04}", event_id=number, **values)
    insert_case(work, case)
    if due_in is not None:
        add_timer(work, case, case.discovered_at + timedelta(hours=due_in))
    return case


def add_timer(work: Work, case: Case, due_at: datetime, **values: object) -> None:
    whole = {
        "case_no": case.case_no, "rule": "Z1.6.2-1b", "done_by": "responded", "addressees": [], "ladder": [],
        "anchor_at": case.discovered_at, "due_at": due_at, "steps_taken": {}, "state": "open", "policy_version": "1",
        "calendar_version": "1", "explanation": [],
    }  # fmt: skip
    work.connection.execute(insert(timer).values(**{**whole, **values}))


def add_round(work: Work, ended_at: datetime, **values: object) -> None:
    """Store one patrol round of a minute."""
    whole = {
        "source_id": "forum", "title": "校园论坛", "owner": "xu_songbai", "terms": ["机密搜索词"],
        "started_at": ended_at - timedelta(minutes=1), "finished_at": ended_at, "outcome": "ok", "alarm": "", "new": 3,
        "catching_up": 0, "counts": {}, "note": "一句话",
    }  # fmt: skip
    work.connection.execute(insert(patrol).values(**{**whole, **values}))
