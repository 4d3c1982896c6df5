"""Tests of when a link is looked at again, and what counts as gone."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from cases.recheck_links import failures, is_due

START = datetime(2026, 10, 1, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def look(after: timedelta = timedelta(0), *, status: int = 200, found: bool = True, text: str = "a") -> SimpleNamespace:
    return SimpleNamespace(checked_at=START + after, status=status, response_found=found, response_hash=text)


@pytest.mark.parametrize(
    ("looks", "now", "due"),
    [
        ([look()], DAY - HOUR, False),
        ([look()], DAY, True),
        ([look(), look(DAY)], 6 * DAY, False),
        ([look(), look(DAY)], 7 * DAY, True),
        ([look(), look(DAY)], 40 * DAY, True),
        ([look(), look(40 * DAY)], 89 * DAY, False),
        ([look(), look(90 * DAY)], 500 * DAY, False),
        ([look(status=0)], DAY, False),
        ([look(), look(DAY, status=404)], DAY + HOUR / 2, False),
        ([look(), look(DAY, status=404)], DAY + HOUR, True),
        ([look(), look(DAY, status=404), look(DAY + HOUR, status=404)], 6 * DAY, False),
        ([look(), look(DAY, status=404), look(DAY + HOUR, status=404)], 7 * DAY, True),
    ],
)
def test_a_link_is_due_after_a_day_a_week_a_month_and_three_and_an_hour_after_a_failure(looks, now, due):
    assert is_due(looks, START + now) is due


@pytest.mark.parametrize(
    ("looks", "count"),
    [
        ([look()], 0),
        ([look(), look(status=500)], 1),
        ([look(), look(status=500), look()], 0),
        ([look(), look(status=500), look(), look(status=0), look(found=False)], 2),
        ([look(found=False), look(found=False)], 0),
        ([look(), look(found=False, text="b")], 0),
    ],
)
def test_a_page_without_our_words_is_gone_only_if_they_stood_there_and_are_the_same(looks, count):
    assert failures(looks) == count
