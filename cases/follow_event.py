"""Stage 5: what happens on the web after the school has answered. Posts of an event in, tasks out: 总结, 二次回应？.

Quiet for three days: the lead sums up once (Z7.13); a new rise withdraws that and asks once whether to answer again
(Z10.5-5). Machines ask, people decide. Help-first cases are the counsellors' own matter and are left alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from cases.case import Case, case_file, cases_by_number
from cases.keep_tasks import ask_task, cancel_task, settle_task
from cases.policy import load_policy
from cases.task import DONE, OPEN, Task, task, tasks
from cases.transitions import ARCHIVED, CIRCULATED, PUBLISHED, REVIEWED, TRACKED
from foundation.clock import at_school
from foundation.ledger import MACHINE, Work
from foundation.school import School
from search.posts import post

FLAT = timedelta(days=3)  # 产品默认 (Z7.13)
WINDOW = timedelta(hours=24)
RISE = 3  # 产品默认: as many new posts within 24 hours after the answer are a rise
FOLLOWED = timedelta(days=90)  # after the answer
SUMMING_UP = "总结"  # word of `unnumbered` that says how long the review may take
REVIEW, AGAIN = "review", "second_response"


@dataclass(frozen=True, slots=True)
class Heard:
    """When an event was last heard of, and the instants of its posts of the last 24 hours."""

    last_at: datetime | None
    recent: list[datetime]


def follow_events(work: Work, school: School) -> int:
    """Ask for reviews and second answers, and withdraw reviews that came too early; return how many."""
    _settle_reviews(work)
    query = select(case_file.c.case_no).where(*_followed(work.at))
    cases = cases_by_number(work.connection, list(work.connection.execute(query).scalars()))
    if not cases:
        return 0
    heard = _heard(work, [case.event_id for case in cases])
    known: dict[str, list[Task]] = defaultdict(list)
    of_cases = task.c.case_no.in_([case.case_no for case in cases])
    for one in tasks(work.connection, of_cases, task.c.kind.in_((REVIEW, AGAIN))):
        known[one.case_no].append(one)
    return sum(_follow(work, school, case, known[case.case_no], heard[case.event_id]) for case in cases)


def next_flat(connection: Connection, now: datetime) -> datetime | None:
    """Return when the next answered event will have been quiet for `FLAT`, as far as is known now."""
    heard = select(func.max(post.c.first_seen_at)).where(post.c.event_id == case_file.c.event_id).scalar_subquery()
    answered = connection.execute(select(case_file.c.published_at, heard).where(*_followed(now)))
    instants = (max(published_at, last_at or published_at) + FLAT for published_at, last_at in answered)
    return min((instant for instant in instants if instant > now), default=None)


def _followed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    answered = case_file.c.state.in_((PUBLISHED, TRACKED, ARCHIVED)), case_file.c.published_at > now - FOLLOWED
    return *answered, ~case_file.c.restricted


def is_flat(answered_at: datetime, last_at: datetime | None, now: datetime) -> bool:
    """Tell whether nothing was heard of an event for `FLAT`, and the answer is as old."""
    return now - max(answered_at, last_at or answered_at) >= FLAT


def rise_after(answered_at: datetime, heard: Iterable[datetime]) -> int:
    """Return how many of the posts just heard came after the answer, when they are a rise; else 0."""
    count = sum(at > answered_at for at in heard)
    return count if count >= RISE else 0


def _settle_reviews(work: Work) -> None:
    """End what asked for a review once the case has it: nobody is chased for what is done."""
    reviewed = select(case_file.c.case_no).where(case_file.c.state.in_((REVIEWED, CIRCULATED)))
    for one in tasks(work.connection, task.c.kind == REVIEW, task.c.state == OPEN, task.c.case_no.in_(reviewed)):
        settle_task(work, one.number, "案件里已写总结")


def _heard(work: Work, event_ids: Sequence[int]) -> dict[int, Heard]:
    of_events = post.c.event_id.in_(event_ids)
    latest = select(post.c.event_id, func.max(post.c.first_seen_at)).where(of_events).group_by(post.c.event_id)
    last = {int(event): at for event, at in work.connection.execute(latest) if at is not None}
    fresh = select(post.c.event_id, post.c.first_seen_at).where(of_events, post.c.first_seen_at > work.at - WINDOW)
    recent: dict[int, list[datetime]] = defaultdict(list)
    for event, at in work.connection.execute(fresh):
        recent[int(event)].append(at)
    return {event: Heard(last.get(event), recent[event]) for event in event_ids}


def _follow(work: Work, school: School, case: Case, known: list[Task], heard: Heard) -> int:
    answered_at = case.published_at or case.opened_at
    states = Counter((one.kind, one.state) for one in known)
    if rise := rise_after(answered_at, heard.recent):
        early = [one.number for one in known if one.kind == REVIEW and one.state == OPEN]
        for number in early:
            cancel_task(work, number, f"24 小时内又有 {rise} 条新帖，总结太早", by=MACHINE)
        if any(one.kind == AGAIN and one.asked_at >= answered_at for one in known):
            return len(early)
        words = f"答复之后 24 小时内又有 {rise} 条新帖，请决定要不要二次回应"
        ask_task(work, school, AGAIN, case.lead, words, by=MACHINE, case_no=case.case_no)
        return len(early) + 1
    if is_flat(answered_at, heard.last_at, work.at) and not states[REVIEW, OPEN] and not states[REVIEW, DONE]:
        words = f"事件已平稳 {FLAT.days} 天，请总结经验（归档后用 huiyin case review 写入）"
        ask_task(
            work, school, REVIEW, case.lead, words,
            by=MACHINE, case_no=case.case_no, due_on=_due_on(work, school),
        )  # fmt: skip
        return 1
    return 0


def _due_on(work: Work, school: School) -> date:
    policy = load_policy(school)
    return at_school(policy.deadline(work.at, policy.file.unnumbered.get(SUMMING_UP, "10wd")).due_at).date()
