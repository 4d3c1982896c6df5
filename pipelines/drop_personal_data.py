"""Stage 2, step 2: nothing that names or reaches a private person is stored.

Comes in: posts with clean text. Goes out: the same posts, personal data in title, content, quote and official reply
replaced by marks (`MARK`) that name its kind. What goes and what stays is the table of the labelling guide.
A name that one field gives away is removed from all fields of the post.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from crawler.items import Post
from pipelines.personal_data.addresses import find_addresses
from pipelines.personal_data.contacts import find_contacts
from pipelines.personal_data.mobiles import find_mobiles
from pipelines.personal_data.names import find_names, name_beside
from pipelines.personal_data.nicknames import find_nicknames
from pipelines.personal_data.numbers import (
    BARE_NUMBER,
    SHORTEST_BARE,
    STUDENT_NUMBER,
    find_numbers,
    find_plates,
    is_date,
)
from pipelines.personal_data.reading import Reading, Span
from pipelines.step import Step

NAME = "姓名"
MARK = "\u3014{}\u3015"
TEXT_FIELDS = ("title", "content", "quote", "official_reply")
KEPT = 1024  # texts: a title stands at each post of its thread, copies and short replies return; gone with the round


class Redacted(NamedTuple):
    """A text without personal data, and what was removed: offsets in code points of the input, in order."""

    text: str
    spans: list[Span]


class Look(NamedTuple):
    """One text as it was looked through: its reading, numbers and ids, names, and itself without all these."""

    reading: Reading
    spans: list[Span]
    names: frozenset[str]
    alone: Redacted


def redact(text: str) -> Redacted:
    """Return a text without personal data."""
    return redact_together([text])[0]


def redact_together(texts: list[str]) -> list[Redacted]:
    """Redact texts of one post: a name found in one of them goes from all."""
    looks = [_look_through(text) for text in texts]
    names = frozenset().union(*[look.names for look in looks])
    return [look.alone if look.names == names else _without(look.reading, look.spans, names) for look in looks]


@lru_cache(maxsize=KEPT)
def _look_through(text: str) -> Look:
    """Return what one text gives away."""
    reading = Reading.of(text)
    found = _numbers(reading)
    found += _numbers_of_named(reading, found)
    names = frozenset(find_names(text, [span[:2] for span in found]))
    return Look(reading, found, names, _without(reading, found, names))


def _numbers(reading: Reading) -> list[Span]:
    """Find everything but names and homes; what was hidden by touching another find is found in the next look."""
    found: list[Span] = []
    if not (reading.has_digits or reading.has_latin or reading.longest_run or reading.digits or "@" in reading.plain):
        return found  # words only: no detector finds anything
    fresh = _look(reading)
    while fresh:
        found += fresh
        reading = reading.without(fresh)
        fresh = _look(reading)
    return found


def _look(reading: Reading) -> list[Span]:
    found = list(find_nicknames(reading)) if "@" in reading.plain else []
    if reading.has_latin or reading.longest_run or reading.digits:
        found = [*find_contacts(reading), *find_plates(reading), *found]
    if reading.has_digits:
        found += find_mobiles(reading)
        found += find_numbers(reading)
    return found


def _numbers_of_named(reading: Reading, found: list[Span]) -> list[Span]:
    """Find student and staff numbers without a label: those beside a full name."""
    if not reading.has_digits or reading.longest_run < SHORTEST_BARE:
        return []
    rest = reading.without(found).plain
    bare = [(match.start(), match.end()) for match in BARE_NUMBER.finditer(rest) if not is_date(match[0])]
    return [Span(start, end, STUDENT_NUMBER) for start, end in bare if name_beside(reading.text, start, end)]


def _without(reading: Reading, found: Iterable[Span], names: Iterable[str]) -> Redacted:
    text = reading.text
    named = [Span(match.start(), match.end(), NAME) for name in names for match in _occurrences(name).finditer(text)]
    homes = list(find_addresses(reading, {span.end for span in named}))
    beside = _numbers(reading.without([*found, *homes])) if homes and reading.has_digits else []  # 402一三八零…
    spans = [*found, *named, *homes, *beside]
    if not spans:
        return Redacted(text, spans)
    spans = _apart(spans)
    pieces, end = [], 0
    for span in spans:
        pieces += [text[end : span.start], MARK.format(span.kind)]
        end = span.end
    return Redacted("".join([*pieces, text[end:]]), spans)


@lru_cache(maxsize=256)  # names of a page repeat; none outlives it for long
def _occurrences(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(name))


def _apart(spans: list[Span]) -> list[Span]:
    """Return spans in order without overlaps: the longer of two wins, of equal ones the first; the rest goes too."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            last = kept[-1]
            longer = max(last, span, key=lambda one: one.end - one.start)
            kept[-1] = Span(last.start, span.end, longer.kind)
    return kept


def drop_personal_data(posts: list[Post]) -> None:
    """Replace personal data in the text fields of posts."""
    for post in posts:
        filled = [(name, text) for name in TEXT_FIELDS if (text := getattr(post, name))]
        for (name, _), redacted in zip(filled, redact_together([text for _, text in filled]), strict=True):
            if redacted.spans:
                setattr(post, name, redacted.text)


class DropPersonalData(Step):
    """Scrapy's form of `drop_personal_data`."""

    def run(self, posts: list[Post]) -> None:
        """Redact the open posts of a page."""
        drop_personal_data(posts)
