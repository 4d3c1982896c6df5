"""Stage 1: the numbers that pages write. In: "1.2万", "100万+", "[1000000]", "沙发". Out: a number, or None."""

import re

from crawler.items import Post

_COUNT = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[万亿wWkK千])?")
_CAPPED = re.compile(r"\d\s*[万亿wWkK千]?\s*\+|\[\d+\]")
LONGEST_NUMBER = 13  # signs, so that also with the largest unit it fits where numbers are kept
FLOOR_NAMES = {"楼主": 1, "沙发": 2, "板凳": 3, "地板": 4}
_UNITS = {"千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "亿": 100_000_000}


def read_count(text: str | None) -> int | None:
    """Return the first number of `text`; a lower bound (see `is_least`) is taken as it stands.

    Args:
        text: What stands at the place of the count; a mere word ("转发") says nothing and gives None.
    """
    match = _COUNT.search(text or "")
    if match is None or len(match["number"]) > LONGEST_NUMBER:
        return None
    number = float(match["number"].replace(",", ""))
    return round(number * _UNITS.get((match["unit"] or "").lower(), 1))


def is_least(text: str | None) -> bool:
    """Return whether a site caps the count: "100万+", "[1000000]" say that there are at least as many."""
    return _CAPPED.search(text or "") is not None


def stamp_count(post: Post, name: str, text: str | None) -> None:
    """Write a count into the post, and whether it is only a lower bound.

    Args:
        post: Is changed.
        name: `replies`, `likes`, `reposts` or `views`.
        text: What stands at the place of the count.
    """
    count = read_count(text)
    setattr(post, name, count)
    if count is not None and is_least(text):
        post.capped_counts = (*post.capped_counts, name)


def floor_number(text: str) -> int:
    """Return the number of a floor ("楼主", "沙发#", "5#", "13楼"), 0 when it is none."""
    words = text.strip().rstrip("#")
    if words.isdecimal() and len(words) <= LONGEST_NUMBER:
        return int(words)
    return FLOOR_NAMES.get(words) or read_count(text) or 0
