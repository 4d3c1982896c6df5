"""Quiet hours and silences: what waits for the morning, what passes, what is held back and stays visible."""

from datetime import datetime, timedelta

import pytest

from alerts.hold_notices import hold_back, quiet_until
from alerts.outbox_rows import Notice
from alerts.silences import make_silence, silences_at
from foundation.clock import SCHOOL_ZONE
from foundation.ledger import Fact
from foundation.settings import Quiet

NIGHT, DAYS = Quiet(), Quiet(days_off=True)


def school_time(day, clock_time):
    return datetime.fromisoformat(f"2026-10-{day:02d}T{clock_time}").replace(tzinfo=SCHOOL_ZONE)


TABLE = [  # quiet, day of October 2026 and time, when it ends (None: nothing is quiet)
    (NIGHT, 12, "21:59", None),
    (NIGHT, 12, "22:00", (13, "07:00")),
    (NIGHT, 12, "00:00", (12, "07:00")),
    (NIGHT, 12, "06:59", (12, "07:00")),
    (NIGHT, 12, "07:00", None),
    (NIGHT, 4, "12:00", None),  # a holiday: only nights are quiet
    (DAYS, 4, "12:00", (8, "07:00")),  # National Day until the 7th
    (DAYS, 9, "23:00", (10, "07:00")),  # Saturday the 10th is a make-up working day
    (DAYS, 10, "12:00", None),
    (DAYS, 10, "23:00", (12, "07:00")),
    (DAYS, 12, "03:00", (12, "07:00")),
    (Quiet(begin="12:00", end="14:00"), 12, "13:00", (12, "14:00")),
    (Quiet(begin="07:00", end="07:00"), 12, "07:00", None),
]


@pytest.mark.parametrize(("quiet", "day", "clock_time", "until"), TABLE)
def test_quiet_ends_in_the_morning_of_the_working_day_calendar(example_school, quiet, day, clock_time, until):
    found = quiet_until(quiet, example_school, school_time(day, clock_time))

    assert found == (None if until is None else school_time(*until))


def notice(level=1, kind="remind", private=False):
    return Notice("k", "HY-1", level, kind, "email", "xu", {"title": "题", "private": private})


PASSING = [notice(2), notice(3), notice(0, "tech.round_failed"), notice(1, "restricted", private=True)]


def test_only_the_lowest_level_waits_at_night(ledger, school, move_clock):
    night = move_clock(hours=15)  # 00:00 at the school
    with ledger.change() as work:
        held, *passing = hold_back(work, school, Fact("timer.step", "HY-1", {}), [notice(), *PASSING])

    assert held.not_before == night + timedelta(hours=7)
    assert [each.not_before for each in passing] == [None] * len(PASSING)


def test_a_silence_skips_and_counts_but_never_the_gravest_technical_or_private(ledger, school):
    with ledger.change("xu") as work:
        make_silence(work, "case", "HY-1", made_by="xu", reason="已知", ends_at=work.at + timedelta(hours=8))
        fact = Fact("timer.step", "HY-1", {})
        found = hold_back(work, school, fact, [notice(1), notice(2), *PASSING[1:]])
        (row,) = silences_at(work.connection, work.at)

    assert [bool(each.held) for each in found] == [True, True, False, False, False]
    assert row.held_back == 2
