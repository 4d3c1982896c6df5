"""Tests of walls: they carry outcome and evidence; only walls before the whole site end a round."""

from crawler.walls import ENDS_ROUND, Wall
from foundation.outcome import SourceOutcome


def test_a_wall_says_what_it_is_and_what_told_us():
    wall = Wall(SourceOutcome.LOGIN_REQUIRED, "#messagetext")

    assert (wall.outcome, wall.evidence) == (SourceOutcome.LOGIN_REQUIRED, "#messagetext")


def test_one_thread_behind_a_login_does_not_end_the_round():
    assert SourceOutcome.LOGIN_REQUIRED not in ENDS_ROUND
    assert SourceOutcome.RATE_LIMITED in ENDS_ROUND
