"""Stage 6: notices that must not go out now. Quiet hours postpone, silences hold back. Notices in, the same ones out.

Only the lowest level waits for the morning; 重大 and above, technical and help-first notices pass at any hour. A
silence marks a notice as skipped with its own number, so that it stays visible what nobody was told.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from alerts.outbox_rows import Notice
from alerts.silences import GRAVEST, Subject, count_held_back, silence_for, silences_at
from cases.policy import load_policy
from foundation.clock import SCHOOL_ZONE, at_school
from foundation.ledger import Fact, Work
from foundation.school import School
from foundation.settings import Quiet

LOWEST = 1
TECHNICAL = "tech"
LONGEST_HOLIDAY = 15  # days; a calendar without any working day must not hold a notice for ever


def hold_back(work: Work, school: School, fact: Fact, notices: list[Notice]) -> list[Notice]:
    """Return the notices of a fact with the instant before which they wait, and why some are not sent at all."""
    open_to = [notice for notice in notices if not _passes(notice)]
    if not open_to:
        return notices
    silences = silences_at(work.connection, work.at)
    return [notice if _passes(notice) else _held(work, school, fact, notice, silences) for notice in notices]


def quiet_until(quiet: Quiet, school: School, now: datetime) -> datetime | None:
    """Return when the quiet that covers `now` ends; None when nothing is quiet now."""
    local = at_school(now)
    begin, end = _clock_time(quiet.begin), _clock_time(quiet.end)
    day = local.date()
    if begin > end:  # over midnight
        at_night = local.time() >= begin or local.time() < end
        morning = day + timedelta(days=1) if local.time() >= begin else day
    else:
        at_night, morning = begin <= local.time() < end, day
    if not quiet.days_off:
        return datetime.combine(morning, end, SCHOOL_ZONE) if at_night else None
    working = load_policy(school).calendar.is_working
    if not at_night and working(day):
        return None
    if not at_night:
        morning = day + timedelta(days=1)
    for _day in range(LONGEST_HOLIDAY):
        if working(morning):
            break
        morning += timedelta(days=1)
    return datetime.combine(morning, end, SCHOOL_ZONE)


def _passes(notice: Notice) -> bool:
    return notice.level_code >= GRAVEST or notice.kind.startswith(TECHNICAL) or bool(notice.payload.get("private"))


def _held(work: Work, school: School, fact: Fact, notice: Notice, silences: list[object]) -> Notice:
    rule = fact.subject if fact.kind.startswith("rule.") else ""
    event = str(fact.data.get("event_id") or "")
    found = silence_for(silences, Subject(rule, event, notice.case_no, fact.kind), notice.level_code)
    if found is not None:
        count_held_back(work, found.silence_id)
        return replace(notice, held=f"静默第 {found.silence_id} 号")
    until = quiet_until(school.settings.alerts.quiet, school, work.at) if notice.level_code <= LOWEST else None
    return replace(notice, not_before=until) if until else notice


def _clock_time(text: str) -> time:
    return time.fromisoformat(text)
