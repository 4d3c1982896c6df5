"""Stage 6: what notices need to know of a case, read once in the transaction of the fact. Case number in, view out.

A restricted or confidential case has no title and no reasons here, so that no template can show them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from cases.case import Case, load_case, timeline, timers_of
from cases.presence import presence_at
from cases.transitions import ASSIGNING, TELL
from crawler.items import Post, Reason
from foundation.outcome import LEVELS
from search.posts import select_posts

GRAVEST = len(LEVELS) - 1
DEFAULTS = ("triage", "receipt")  # clocks that no 制度 asks for: a message names the others first
DANGER_RULES = {"missing_child", "weapon"}  # severity rules that mean immediate danger at any level (PRIVACY.md 5)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as messages may show it. Without a case number: a view of the present instant only."""

    as_of: datetime
    case_no: str = ""
    level_code: int = 0
    restricted: bool = False
    confidential: bool = False
    lead: str = ""  # empty: no department, or nobody's since it was handed back; what is the lead's goes to the office
    assisting: tuple[str, ...] = ()
    title: str = ""
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0
    due_at: datetime | None = None
    in_danger: bool = False  # restricted, and somebody must look at once
    on_duty: tuple[str, ...] = ()  # persons of the day's shift; empty: the roster names nobody
    acting: Mapping[str, str] = field(default_factory=dict)  # person who is away → person who acts for them
    topics: tuple[str, ...] = ()
    told_words: str = ""  # what a counsellor last wrote with `tell`: her own words, none of the post's


def read_case_view(connection: Connection, case_no: str, as_of: datetime) -> CaseView:
    """Return the view of a case as it stands inside this transaction.

    Raises:
        Refused: There is no such case.
    """
    return _with_people(connection, _read_case(connection, case_no, as_of))


def read_empty_view(connection: Connection, as_of: datetime, unit: str = "") -> CaseView:
    """Return the view of what is no case: the present instant, a department, and who is there."""
    return _with_people(connection, CaseView(as_of, lead=unit))


def _with_people(connection: Connection, view: CaseView) -> CaseView:
    presence = presence_at(connection, view.as_of)
    acting = {person: presence.acting(person) for person in presence.deputies}
    return replace(view, on_duty=presence.on_duty, acting=acting)


def _read_case(connection: Connection, case_no: str, as_of: datetime) -> CaseView:
    case = load_case(connection, case_no)
    due = [row.due_at for row in timers_of(connection, [case_no]) if row.state == "open" and row.rule not in DEFAULTS]
    triage = [row.due_at for row in timers_of(connection, [case_no]) if row.state == "open"]
    due_at = min(due or triage, default=None)
    lead = "" if case.state == ASSIGNING and case.hand_backs else case.lead  # handed back: the office is told instead
    common = (as_of, case_no, case.level_code, case.restricted, case.confidential, lead, tuple(case.assisting))
    if case.restricted:
        danger = _is_in_danger(connection, case)
        return CaseView(*common, due_at=due_at, in_danger=danger, told_words=_told_words(connection, case_no))
    if case.confidential:
        return CaseView(*common, due_at=due_at)
    decisive = select_posts(
        connection, "WHERE event_id = ? AND restricted = 0 ORDER BY score DESC, post_id LIMIT 1", (case.event_id,)
    )
    post = decisive[0] if decisive else Post()
    return CaseView(
        *common, title=case.title, reasons=post.reasons, score=post.score, due_at=due_at, topics=tuple(post.topics)
    )


def _is_in_danger(connection: Connection, case: Case) -> bool:
    posts = select_posts(connection, "WHERE event_id = ?", (case.event_id,))
    fired = {reason.rule for post in posts for reason in post.reasons}
    return case.level_code >= GRAVEST or bool(fired & DANGER_RULES)


def _told_words(connection: Connection, case_no: str) -> str:
    return next(
        (str(act.data.get("words", "")) for act in reversed(timeline(connection, case_no)) if act.act == TELL), ""
    )
