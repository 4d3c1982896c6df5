"""A robot's turns: never more than its budget in any minute, a reserve for grave notices, longer and longer pauses."""

import pytest
from sqlalchemy import update

from alerts.robot_budget import LONGEST_ASKED, LONGEST_PAUSE, end_pauses, pause, take_turn
from alerts.tables import bucket
from foundation import clock


def _turns(work, count, level):
    return [take_turn(work, "robot", 15, level) for _time in range(count)].count(True)


def test_ordinary_notices_leave_five_turns_of_a_minute_to_grave_ones(ledger):
    with ledger.change() as work:
        assert _turns(work, 20, level=1) == 10
        assert _turns(work, 20, level=2) == 5


def test_turns_of_more_than_a_minute_ago_no_longer_count(ledger):
    with ledger.change() as work:
        _turns(work, 15, level=2)
        work.connection.execute(update(bucket).values(taken=[1.0] * 15))

        assert take_turn(work, "robot", 15, 2)


def test_robots_do_not_share_turns(ledger):
    with ledger.change() as work:
        _turns(work, 20, level=2)

        assert take_turn(work, "another", 15, 1)


def test_the_budget_survives_a_restart(ledger):
    with ledger.change() as work:
        _turns(work, 15, level=2)
    with ledger.change() as work:
        assert not take_turn(work, "robot", 15, 2)


def test_a_throttled_robot_is_silent_for_longer_each_time(ledger):
    with ledger.change() as work:
        pauses = [pause(work, "robot") for _time in range(6)]

        assert pauses == [60, 120, 240, 480, LONGEST_PAUSE, LONGEST_PAUSE]
        assert not take_turn(work, "robot", 15, 3)


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_pause_ends_when_the_clock_stepped_and_no_robot_may_ask_for_more_than_an_hour(ledger, monkeypatch, hours):
    stepped = clock.real_seconds() + hours * 3600
    with ledger.change() as work:
        assert pause(work, "robot", 9000.0) == LONGEST_ASKED
        assert pause(work, "other") == 60
        monkeypatch.setattr(clock, "real_seconds", lambda: stepped)

        assert take_turn(work, "robot", 15, 1)
        assert take_turn(work, "other", 15, 1)


def test_an_accepted_message_makes_pauses_short_again(ledger):
    with ledger.change() as work:
        for _time in range(4):
            pause(work, "robot")
        end_pauses(work, "robot")

        assert pause(work, "robot") == 60
