"""N posts within T minutes, by arrival: a table of arrivals and windows."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.rules.frequency import TITLE, find, thresholds
from foundation.settings import Threshold

ZERO = datetime(2026, 10, 8, tzinfo=UTC)
RULE = Threshold(name="一小时三帖", count=3, minutes=60)


def _at(*minutes):
    return [ZERO + timedelta(minutes=minute) for minute in minutes]


TABLE = [  # minutes of arrivals, places that are new, minute of the last fire, minute that fires now
    ((0, 10, 20), {0, 1, 2}, None, 20),
    ((0, 10), {0, 1}, None, None),  # near miss: one post short
    ((0, 30, 60), {2}, None, 60),
    ((0, 30, 61), {2}, None, None),  # near miss: one minute late
    ((0, 10, 20), {0, 1}, None, None),  # the third was looked at before
    ((0, 10, 20, 30), {3}, 20, None),  # rests for its minutes after a fire
    ((0, 10, 20, 70, 75, 81), {3, 4, 5}, 20, 81),
    ((0, 1, 2, 200, 201, 202), set(range(6)), None, 202),  # after an outage: once, for the latest window
    ((), set(), None, None),
]


@pytest.mark.parametrize(("minutes", "new", "fired", "expected"), TABLE)
def test_a_filled_window_fires_once(minutes, new, fired, expected):
    fired_at = None if fired is None else _at(fired)[0]

    assert find(_at(*minutes), new, RULE, fired_at) == (None if expected is None else _at(expected)[0])


def test_the_schools_thresholds_are_its_rules(paper_school):
    assert [rule.name for rule in thresholds(paper_school)] == ["一小时三帖"]
    assert TITLE
