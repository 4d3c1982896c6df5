"""Stage 5: events in, provisional cases with running clocks out. What the machine suggests may not wait for a look.

An event of level 一般 or higher opens one case, once; a raised event raises its case; a restricted event opens a case
for the counsellors only, whose title is empty. Calling it twice with the same changes does nothing the second time.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, select

from cases.case import (
    Case,
    audit_act,
    case_of_event,
    change_case,
    insert_case,
    next_case_no,
    note_act,
)
from cases.clock_words import INCIDENT, KIND_OF_CLUE
from cases.matter import answering, hides_posts
from cases.plan_timers import PUBLIC_WORDS
from cases.policy import Policy, load_policy
from cases.restrict_case import cases_left_behind, restrict_case, retitle_case
from cases.route_case import route_case
from cases.set_timers import derive_timers, stop_timers
from cases.situation import Situation
from cases.transitions import TRIAGE_STATE
from crawler.items import Post
from events.event import title_of
from foundation.ledger import MACHINE, Work
from foundation.school import School, SchoolFiles
from foundation.tables import school_version
from search.posts import change_posts, load_posts, select_posts
from search.store import Store

log = logging.getLogger(__name__)


class Change(Protocol):
    """What is read of `events.cluster_posts.EventChange`."""

    @property
    def event_id(self) -> int:
        """The event."""

    @property
    def level_code(self) -> int:
        """Its level now, 0 for none."""

    @property
    def restricted(self) -> bool:
        """Help-first."""

    @property
    def post_ids(self) -> Iterable[int]:
        """Posts that the change is about."""


def open_cases(work: Work, store: Store, school: School, changes: Sequence[Change]) -> list[str]:
    """Open or raise the cases of changed events.

    Args:
        work: The caller's transaction; cases, timers, audit rows and facts commit with it.
        store: The index, which learns the case number of its posts.
        school: The active school version.
        changes: What clustering reported, in order.

    Returns:
        The numbers of the cases newly opened.
    """
    opened = []
    for change in changes:
        level_code = max(change.level_code, 1 if change.restricted else 0)
        if level_code == 0:
            continue
        known = case_of_event(work.connection, change.event_id)
        posts = _posts_of(work, change)
        if known is None:
            case = _open(work, school, change, level_code, posts)
            opened.append(case.case_no)
        else:
            case = _update(work, school, answering(work.connection, known), change, level_code)
        unmarked = [post.post_id for post in posts if post.post_id is not None and post.case_no != case.case_no]
        if unmarked:
            hidden = {"confidential": True} if known and hides_posts(work.connection, case) else {}
            change_posts(work, store, unmarked, case_no=case.case_no, **hidden)
    if any(change.restricted for change in changes):
        _follow_departures(work, school)
    if opened:
        log.info("cases opened: %d", len(opened))
    return opened


def _follow_departures(work: Work, school: School) -> None:
    """Hide what posts that became help-first have left behind in the cases of their former events."""
    for case, title in cases_left_behind(work):
        if title:
            retitle_case(work, case, title)
        else:
            restrict_case(work, case, policy_of(work.connection, school, case.school_version))


def policy_of(connection: Connection, school: School, version: int) -> Policy:
    """Return the policy of the school version under which a case was opened (Z3.13), with the calendar in force."""
    if version != school.version:
        query = select(school_version.c.files).where(school_version.c.version == version)
        files = connection.execute(query).scalar()
        if files is not None:  # a school that was never applied (trials, tests) has no older version to keep
            return load_policy(School.from_files(SchoolFiles(files), version), calendar_of=school)
    return load_policy(school)


def _posts_of(work: Work, change: Change) -> list[Post]:
    """Return the event's posts, earliest first."""
    posts = select_posts(work.connection, "WHERE event_id = ?", (change.event_id,))
    known = {post.post_id for post in posts}
    posts += load_posts(work.connection, [post_id for post_id in change.post_ids if post_id not in known])
    return sorted(posts, key=lambda post: (post.published_at or post.first_seen_at or work.at, post.post_id or 0))


def _open(work: Work, school: School, change: Change, level_code: int, posts: list[Post]) -> Case:
    policy = load_policy(school)
    discovered_at = _discovered_at(work, posts, level_code)
    posted_at = next((post.published_at for post in posts if post.published_at), None)
    source_kind = next((post.site_kind for post in posts if post.site_kind), "")
    kind = KIND_OF_CLUE.get(source_kind.partition("·")[2], "")
    route = route_case(school, posts)
    case = Case(
        case_no=next_case_no(work.connection, work.at),
        event_id=change.event_id,
        title="" if change.restricted else _title(posts),
        state=TRIAGE_STATE,
        level_code=level_code,
        suggested_level_code=level_code,
        nature="",
        provisional=True,
        restricted=change.restricted,
        confidential=False,
        late=_is_late(policy, level_code, source_kind, posted_at, discovered_at),
        lead=route.lead,
        assisting=list(route.assisting),
        discovered_at=discovered_at,
        posted_at=posted_at,
        opened_at=work.at,
        raised_at=None,
        confirmed_at=None,
        assigned_at=None,
        acknowledged_at=None,
        replied_at=None,
        published_at=None,
        closed_at=None,
        fact_note="",
        disposition="",
        response="",
        outcome="",
        school_version=school.version,
        version=1,
        kind=kind,
        incident_at=posted_at if kind == INCIDENT else None,
        source_kind=source_kind,
    )
    insert_case(work, case)
    timers = derive_timers(work, case, policy)
    about = {"event_id": case.event_id, "level_code": level_code, "lead": case.lead, "late": case.late}
    note_act(work, case.case_no, "open", MACHINE, about)
    details = {**about, "restricted": case.restricted, "started": timers, "policy": policy.version}
    audit_act(work, case.case_no, "open", MACHINE, details)
    work.tell("case.opened", case.case_no, **about, restricted=case.restricted, title=case.title)
    return case


def _update(work: Work, school: School, case: Case, change: Change, level_code: int) -> Case:
    """Raise or restrict the event's case when the event says more than any change before did."""
    if change.restricted and not case.restricted:
        case = restrict_case(work, case, policy_of(work.connection, school, case.school_version))
    if level_code > case.suggested_level_code:
        case = _raise(work, school, case, level_code)
    return case


def _raise(work: Work, school: School, case: Case, level_code: int) -> Case:
    """Raise a case; a level that a person confirmed becomes a suggestion again, an archived case comes back to 研判."""
    if level_code <= case.level_code and case.is_open:
        return change_case(work, case, suggested_level_code=level_code)
    values: dict[str, Any] = {"level_code": level_code, "suggested_level_code": level_code, "raised_at": work.at}
    reopened = not case.is_open
    if reopened:
        values |= {"state": TRIAGE_STATE, "closed_at": None, "outcome": ""}
    before = case.level_code
    case = change_case(work, case, **values, provisional=True)
    timers = derive_timers(work, case, policy_of(work.connection, school, case.school_version))
    stopped = stop_timers(work, case)
    data = {"from_level_code": before, "level_code": level_code, "reopened": reopened}
    note_act(work, case.case_no, "raise", MACHINE, data)
    details = {**data, "anchor": "raised_at", "started": timers, "stopped": stopped}
    audit_act(work, case.case_no, "raise", MACHINE, details)
    work.tell("case.raised", case.case_no, level_code=level_code, by=MACHINE, restricted=case.restricted)
    return case


def _discovered_at(work: Work, posts: list[Post], level_code: int) -> datetime:
    """Return when the first post that justified the level was heard; a level made by growth is discovered now."""
    heard = [post.first_seen_at for post in posts if post.first_seen_at and post.level_code >= level_code]
    return min(heard, default=work.at)


def _is_late(
    policy: Policy, level_code: int, source_kind: str, posted_at: datetime | None, discovered_at: datetime
) -> bool:
    """Tell whether the response promise, had it run from the posting, was already past when the post was found (C2)."""
    if posted_at is None:
        return False
    planned = policy.timers_for(Situation.found(level_code, posted_at, source_kind=source_kind))
    dues = [plan.deadline.due_at for plan in planned if plan.done_by in PUBLIC_WORDS]
    return bool(dues) and max(dues) <= discovered_at


def _title(posts: list[Post]) -> str:
    """Return what the case is called: as its event, which is named by the post that founded it."""
    return next((post.event_title or title_of(post) for post in posts if not post.restricted), "")
