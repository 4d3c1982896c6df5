"""Windows: ascending, each post once, pruned; the memory of what was told."""

import pytest

from alerts.windows import MOST_KEYS, add_once, filled_at, forget_older, may_tell_again, shrink, within


def test_entries_stay_ascending_once_each_and_near():
    entries = []
    added = [add_once(entries, [at, number], 10.0) for at, number in ((5, 1), (9, 2), (7, 3), (9, 2), (40, 4), (15, 5))]

    assert added == [True, True, True, False, True, False]
    assert entries == [[40, 4]]


@pytest.mark.parametrize(
    ("instants", "count", "end"),
    [((0, 5, 10), 3, 10), ((0, 5, 11), 3, None), ((0, 1, 2, 50, 51, 52), 3, 52), ((), 1, None)],
)
def test_the_latest_filled_window_is_found(instants, count, end):
    assert filled_at([[at, number] for number, at in enumerate(instants)], count, 10.0) == end


def test_a_window_holds_both_its_ends():
    assert within([[0, 1], [5, 2], [10, 3], [11, 4]], 10.0, 10.0) == [[0, 1], [5, 2], [10, 3]]


def test_what_was_told_rests():
    table = {}

    assert [may_tell_again(table, "k", at, 10.0) for at in (0.0, 10.0, 10.5)] == [True, False, True]


def test_old_memories_go():
    table = {"a": 1.0, "b": 5.0}
    forget_older(table, 2.0)
    many = {str(number): float(number) for number in range(MOST_KEYS + 1)}
    shrink(many, float)

    assert table == {"b": 5.0}
    assert "0" not in many
    assert len(many) > MOST_KEYS * 0.8
