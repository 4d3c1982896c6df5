"""Stage 5: cases whose posts turned help-first. Their words go at once, their clocks go on (PRIVACY.md 5).

Clustering takes a post that became restricted out of its event. A case left without posts becomes restricted itself; a
case that was named by such a post is named anew, and the fact `case.retitled` lets alerts take back what it has told.
"""

from sqlalchemy import select

from cases.case import Case, audit_act, case_file, change_case, load_case, note_act
from cases.policy import Policy
from cases.set_timers import derive_timers
from events.event import title_of
from foundation.ledger import MACHINE, Work
from search.posts import select_posts


def restrict_case(work: Work, case: Case, policy: Policy) -> Case:
    """Turn a case help-first: its title goes, and from now on only counsellors are told."""
    case = change_case(work, case, restricted=True, title="")
    started = derive_timers(work, case, policy) if case.is_open else []
    note_act(work, case.case_no, "restrict", MACHINE, {})
    audit_act(work, case.case_no, "restrict", MACHINE, {"started": started})
    about = {"event_id": case.event_id, "level_code": case.level_code, "lead": case.lead, "late": case.late}
    work.tell("case.opened", case.case_no, **about, restricted=True, title="")
    return case


def retitle_case(work: Work, case: Case, title: str) -> Case:
    """Name a case anew, because the post that it was named by is nobody's to read any more."""
    case = change_case(work, case, title=title)
    note_act(work, case.case_no, "retitle", MACHINE, {})
    audit_act(work, case.case_no, "retitle", MACHINE, {})
    work.tell("case.retitled", case.case_no, restricted=False)
    return case


def cases_left_behind(work: Work) -> list[tuple[Case, str]]:
    """Return the cases that no remaining post would name so, each with its right title; empty when no post is left."""
    left = []
    query = select(case_file.c.case_no).where(~case_file.c.restricted, case_file.c.title != "")
    for case_no in work.connection.execute(query).scalars().all():
        case = load_case(work.connection, case_no)
        posts = select_posts(
            work.connection, "WHERE event_id = ? AND restricted = 0 ORDER BY post_id", (case.event_id,)
        )
        titles = [title_of(post) for post in posts]
        if case.title not in titles:
            left.append((case, titles[0] if titles else ""))
    return left
