"""Tests of the rhythm: longer when all is known, shorter when all is new, never in quiet hours."""

from datetime import datetime, time

import pytest

from crawler.next_round import Rhythm, after_quiet_hours, next_minutes
from foundation.clock import SCHOOL_ZONE

FREE = Rhythm(60, 10, 1440)


@pytest.mark.parametrize(
    ("minutes", "share", "following"),
    [
        (60, 0.68, 90),
        (60, 0.67, 60),
        (60, 0.33, 60),
        (60, 0.32, 40),
        (1200, 1.0, 1440),
        (12, 0.0, 10),
        (60, None, 60),
    ],
)
def test_the_interval_follows_what_is_known_within_ten_minutes_and_a_day(minutes, share, following):
    assert next_minutes(FREE, minutes, share) == following


def test_without_a_range_the_schools_interval_stands():
    assert next_minutes(Rhythm(60, 60, 60), 90, 1.0) == 60


@pytest.mark.parametrize(
    ("begins", "ends", "due", "heard"),
    [
        ("23:00", "06:00", "10-12 23:30", "10-13 06:00"),
        ("23:00", "06:00", "10-13 02:00", "10-13 06:00"),
        ("23:00", "06:00", "10-13 06:00", "10-13 06:00"),
        ("23:00", "06:00", "10-12 22:59", "10-12 22:59"),
        ("12:00", "14:00", "10-12 13:00", "10-12 14:00"),
        ("12:00", "12:00", "10-12 12:00", "10-12 12:00"),
    ],
)
def test_a_round_in_quiet_hours_waits_for_their_end(begins, ends, due, heard):
    rhythm = Rhythm(60, 60, 60, time.fromisoformat(begins), time.fromisoformat(ends))

    def at(words):
        return datetime.strptime(f"2026-{words} +0800", "%Y-%m-%d %H:%M %z")

    assert after_quiet_hours(rhythm, at(due)) == at(heard)


def test_without_quiet_hours_nothing_waits():
    due = datetime(2026, 10, 12, 3, tzinfo=SCHOOL_ZONE)

    assert after_quiet_hours(FREE, due) == due
