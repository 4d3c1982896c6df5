"""Whether an alert speaks: a table of what stands, what mutes it, minutes that passed, and the word."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.decide import Mutes, Standing, decide
from foundation.settings import Rhythm

ZERO = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
RHYTHM = Rhythm()  # wait 60 s, more after 5 min, repeat after 240 min, at most 1440, over after 360
QUIET, TAKEN, BY_CASE = Mutes(), Mutes(spoken_for=True), Mutes(spoken_for=True, case_ends=True)
SILENCED, COVERED = Mutes(silenced="静默第 1 号"), Mutes(covered="案件已立，由案件通知")


def at(minutes):
    return ZERO + timedelta(minutes=minutes)


def standing(level=1, found=1, told=None, told_found=0, tells=0, found_at=0):
    told_at = None if told is None else at(told)
    return Standing(level, ZERO, at(found_at), found, told_at, told_found, tells)


TABLE = [  # alert, mutes, minute of now, word, minute of the next look (None: over)
    (standing(), QUIET, 0, "", 1),  # one wave is one message: waits a minute
    (standing(), QUIET, 1, "first", 6),
    (standing(level=2), QUIET, 0, "first", 5),  # 重大 does not wait
    (standing(level=3), QUIET, 0, "first", 5),
    (standing(told=1, told_found=1, tells=1), QUIET, 6, "", 241),  # nothing new: next is the repeat
    (standing(found=3, told=1, told_found=1, tells=1, found_at=5), QUIET, 6, "more", 16),
    (standing(found=3, told=1, told_found=1, tells=1, found_at=3), QUIET, 4, "", 6),
    (standing(found=9, told=6, told_found=3, tells=2, found_at=14), QUIET, 14, "", 16),  # 5 became 10 minutes
    (standing(found=9, told=6, told_found=3, tells=2, found_at=14), QUIET, 16, "more", 36),
    (standing(told=1, told_found=1, tells=1), QUIET, 241, "repeat", 251),  # nobody answered
    (standing(told=241, told_found=1, tells=2, found_at=200), QUIET, 500, "", 560),  # the next repeat would be at 721
    (
        standing(found=99, told=0, told_found=9, tells=40, found_at=1430),
        QUIET,
        1439,
        "",
        1440,
    ),  # never longer than a day
    (
        standing(found=99, told=0, told_found=9, tells=40, found_at=1430),
        QUIET,
        1440,
        "more",
        1790,
    ),  # over by then, if nothing comes
    (standing(found=3, told=1, told_found=1, tells=1), TAKEN, 60, "", 360),  # a person takes care: no repeats
    (standing(told=1, told_found=1, tells=1), QUIET, 360, "over", None),
    (standing(told=1, told_found=1, tells=1), TAKEN, 360, "over", None),  # who took it hears that it is over
    (standing(told=1, told_found=1, tells=1), BY_CASE, 360, "", None),  # the case's own closing is the end
    (standing(), QUIET, 400, "", None),  # never told: nothing to take back
    (standing(), SILENCED, 1, "", 6),
    (standing(level=2), SILENCED, 1, "", 6),
    (standing(level=3), SILENCED, 1, "first", 6),  # never for 特别重大
    (standing(), COVERED, 1, "", 6),  # the open case tells already
    (standing(told=1, told_found=1, tells=1), SILENCED, 400, "", None),
]


@pytest.mark.parametrize(("alert", "mutes", "minute", "word", "look"), TABLE)
def test_the_table(alert, mutes, minute, word, look):
    decision = decide(alert, mutes, RHYTHM, at(minute))

    assert (decision.word, decision.look_at) == (word, None if look is None else at(look))


def test_silence_is_explained():
    assert decide(standing(), SILENCED, RHYTHM, at(1)).muted == "静默第 1 号"
    assert "案件" in decide(standing(), COVERED, RHYTHM, at(1)).muted


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=60))
def test_a_storm_of_findings_is_a_handful_of_words_and_every_look_lies_ahead(minutes):
    """Findings at any minutes of a day and a half: words are few, because waits double."""
    pending, words, found, told, told_found, tells = sorted(minutes), 0, 0, None, 0, 0
    opened, latest = at(pending[0]), at(pending[0])
    for minute in range(pending[0], 2000):
        while pending and pending[0] <= minute:
            latest, found = at(pending.pop(0)), found + 1
        decision = decide(Standing(1, opened, latest, found, told, told_found, tells), QUIET, RHYTHM, at(minute))
        if decision.look_at is None:
            break
        assert decision.look_at > at(minute) or decision.word
        if decision.word:
            words, told, told_found, tells = words + 1, at(minute), found, tells + 1

    assert words <= 12
