"""What is flat and what is a rise after an answer."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.follow_event import is_flat, rise_after

ANSWERED = datetime(2026, 10, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("last", "now", "flat"),
    [
        (None, 3 * DAY, True),
        (None, 3 * DAY - timedelta(seconds=1), False),
        (-5 * DAY, 3 * DAY, True),
        (DAY, 3 * DAY, False),
        (DAY, 4 * DAY, True),
    ],
)
def test_flat_is_three_days_after_answer_and_last_post(last, now, flat):
    assert is_flat(ANSWERED, None if last is None else ANSWERED + last, ANSWERED + now) is flat


@pytest.mark.parametrize(("hours", "rise"), [([1, 2, 3], 3), ([1, 2], 0), ([-1, 1, 2], 0), ([-3, -2, -1, 1, 2, 3], 3)])
def test_only_posts_after_the_answer_make_a_rise(hours, rise):
    assert rise_after(ANSWERED, [ANSWERED + timedelta(hours=each) for each in hours]) == rise
