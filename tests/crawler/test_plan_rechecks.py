"""Tests of the plan: young and watched threads always, the others within seven days, together below a tenth."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.marks import Mark
from crawler.plan_rechecks import ROTATION, SHARE, plan_rechecks

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def mark(number, age_days, *, pages=1, unread_days=0.0):
    born, checked = NOW - timedelta(days=age_days), NOW - timedelta(days=unread_days)
    return Mark(f"s:{number:04}", f"http://s/{number}", "m", born, born, checked, None, pages)


def plan(marks, now=NOW, watched=(), pause=HOUR):
    return plan_rechecks(marks, now, hours=72, watched=frozenset(watched), pause=pause)


def keys(planned):
    return [each.thread_key for each in planned.marks]


def test_young_and_watched_threads_come_first_newest_first():
    marks = [mark(1, 2), mark(2, 50), mark(3, 0.5), mark(4, 60, unread_days=8)]

    assert keys(plan(marks, watched=["s:0002"])) == ["s:0003", "s:0001", "s:0002", "s:0004"]


def test_vanished_threads_are_not_asked_again():
    gone = Mark("s:1", "http://s/1", "m", NOW, NOW, NOW, NOW, 1)

    assert plan([gone]).marks == ()


@pytest.mark.parametrize("pause_hours", [1, 6, 24])
def test_in_seven_days_every_thread_is_read_and_no_round_asks_a_tenth(pause_hours):
    pause = timedelta(hours=pause_hours)
    known = {each.thread_key: each for each in (mark(n, 4 + n % 90, pages=1 + n % 3) for n in range(600))}
    total = sum(each.pages for each in known.values())
    seen, now, most = dict.fromkeys(known, NOW), NOW, 0
    while now < NOW + 3 * ROTATION:
        planned = plan(known.values(), now, pause=pause)
        most = max(most, sum(each.pages for each in planned.marks))
        for each in planned.marks:
            assert now - seen[each.thread_key] <= ROTATION
            seen[each.thread_key] = now
            known[each.thread_key] = Mark(
                *(each.thread_key, each.url, "m", each.first_seen_at, each.published_at), now, None, each.pages
            )
        now += pause
    assert max(now - at for at in seen.values()) <= ROTATION
    assert most < (SHARE if pause_hours < 12 else 0.35) * total


def test_a_backlog_is_caught_up_within_the_tenth_and_said():
    planned = plan([mark(n, 60, unread_days=20) for n in range(1000)])

    assert len(planned.marks) == 100
    assert planned.behind == 900


def test_a_small_board_is_not_asked_in_every_round():
    known = [mark(n, 60) for n in range(4)]

    assert plan(known, NOW + timedelta(seconds=5)).marks == ()
