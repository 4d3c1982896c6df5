"""Stage 6: what notices need to know of a case, read once in the transaction of the fact. Case number in, view out.

A restricted or confidential case has no title and no reasons here, so that no template can show them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from cases.case import load_case, timers_of
from crawler.items import Reason
from search.posts import select_posts


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as messages may show it. Without a case number: a view of the present instant only."""

    as_of: datetime
    case_no: str = ""
    level_code: int = 0
    restricted: bool = False
    confidential: bool = False
    lead: str = ""
    assisting: tuple[str, ...] = ()
    title: str = ""
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0
    due_at: datetime | None = None


def read_case_view(connection: Connection, case_no: str, as_of: datetime) -> CaseView:
    """Return the view of a case as it stands inside this transaction.

    Raises:
        Refused: There is no such case.
    """
    case = load_case(connection, case_no)
    due = [row.due_at for row in timers_of(connection, [case_no]) if row.state == "open" and row.rule != "triage"]
    triage = [row.due_at for row in timers_of(connection, [case_no]) if row.state == "open"]
    due_at = min(due or triage, default=None)
    common = (as_of, case_no, case.level_code, case.restricted, case.confidential, case.lead, tuple(case.assisting))
    if case.restricted or case.confidential:
        return CaseView(*common, due_at=due_at)
    decisive = select_posts(
        connection, "WHERE event_id = ? AND restricted = 0 ORDER BY score DESC, post_id LIMIT 1", (case.event_id,)
    )
    reasons, score = (decisive[0].reasons, decisive[0].score) if decisive else ((), 0.0)
    return CaseView(*common, title=case.title, reasons=reasons, score=score, due_at=due_at)
