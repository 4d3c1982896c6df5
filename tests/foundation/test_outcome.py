"""Tests of the shared words: each has a Chinese title."""

from foundation.outcome import (
    LEVELS,
    OUTCOME_TITLES,
    SOURCE_ALARM_TITLES,
    SOURCE_OUTCOME_TITLES,
    Outcome,
    SourceAlarm,
    SourceOutcome,
)


def test_every_outcome_has_a_title_for_people():
    assert set(OUTCOME_TITLES) == set(Outcome)
    assert set(SOURCE_OUTCOME_TITLES) == set(SourceOutcome)
    assert set(SOURCE_ALARM_TITLES) == set(SourceAlarm)


def test_levels_are_ordered_by_code():
    assert LEVELS == ("无", "一般", "重大", "特别重大")
