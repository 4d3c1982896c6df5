"""Stage 1: the counts that pages write. In: "1.2万", "100万+", "[1000000]", "回复 37". Out: a number, or None."""

import re

_COUNT = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[万亿wWkK千])?")
LONGEST_NUMBER = 13  # signs, so that also with the largest unit it fits where numbers are kept
_UNITS = {"千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "亿": 100_000_000}


def read_count(text: str | None) -> int | None:
    """Return the first number of `text`; with a plus sign it is a lower bound and is taken as it stands.

    Args:
        text: What stands at the place of the count; a mere word ("转发") says nothing and gives None.
    """
    match = _COUNT.search(text or "")
    if match is None or len(match["number"]) > LONGEST_NUMBER:
        return None
    number = float(match["number"].replace(",", ""))
    return round(number * _UNITS.get((match["unit"] or "").lower(), 1))
