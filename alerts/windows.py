"""Stage 6: sliding windows as plain JSON, for rules' states. Each entry is [epoch seconds, post id, …], ascending.

A post that is heard again (an edit is numbered anew) is found by its id or is older than the window: it never counts
twice. Windows are pruned as time goes on, so that a state stays small.
"""

from bisect import insort
from collections.abc import Callable
from typing import Any

Entry = list[Any]
HOUR = 3600.0
MOST_KEYS = 5000  # events, topics or sources of one rule; a school has some hundred open events at most


def add_once(entries: list[Entry], entry: Entry, span: float) -> bool:
    """Put an entry in its place unless its post is there or too old to matter; return whether it was put.

    Args:
        entries: Ascending entries; those more than two spans older than the newest are dropped.
        entry: [epoch seconds, post id, …].
        span: Seconds of the window.
    """
    newest = entries[-1][0] if entries else entry[0]
    if entry[0] < newest - 2 * span or any(known[1] == entry[1] for known in entries):
        return False
    insort(entries, entry)
    newest = entries[-1][0]
    while entries[0][0] < newest - 2 * span:
        entries.pop(0)
    return True


def within(entries: list[Entry], span: float, until: float) -> list[Entry]:
    """Return the entries of the `span` seconds that end at `until`."""
    return [entry for entry in entries if until - span <= entry[0] <= until]


def filled_at(entries: list[Entry], count: int, span: float) -> float | None:
    """Return the end of the latest window that holds `count` entries within `span`; None when there is none."""
    for place in range(len(entries) - 1, count - 2, -1):
        if entries[place][0] - entries[place - count + 1][0] <= span:
            return float(entries[place][0])
    return None


def forget_older(table: dict[str, float], before: float) -> None:
    """Drop the remembered instants of a state that lie before an instant."""
    for key in [key for key, at in table.items() if at < before]:
        del table[key]


def may_tell_again(table: dict[str, float], key: str, at: float, rest: float) -> bool:
    """Return whether a key that was last told `rest` seconds ago or longer may be told now, and note it when it may."""
    told = table.get(key)
    if told is not None and at - told <= rest:
        return False
    table[key] = at
    shrink(table, float)
    return True


def shrink(table: dict[str, Any], age: Callable[[Any], float]) -> None:
    """Forget the oldest tenth of a table once it has grown beyond `MOST_KEYS`; `age` gives a value's instant."""
    if len(table) > MOST_KEYS:
        for key in sorted(table, key=lambda key: age(table[key]))[: MOST_KEYS // 10]:
            del table[key]
