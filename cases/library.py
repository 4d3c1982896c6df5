"""Stage 5: the case library 案例库 (Z7.14, Z10.5-6). Closed cases with what was learned in, found and alike ones out.

An entry is a case with a `review`: nothing is kept twice. Help-first cases are in no library; confidential ones only
for who must know. What is alike is said by the words that both cases share, so that a person can judge it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

from sqlalchemy import Connection, select

from cases.act_words import DISMISSALS, MERGED
from cases.case import Act, Case, case_act, case_file, cases_by_number
from cases.roles import may_know
from cases.transitions import CLOSED
from foundation.school import School
from search.posts import select_posts
from search.segment import fold, gram_tokens

REVIEW = "review"
LEARNED = ("summary", "lessons", "measures", "tags")  # what a review writes
ALIKE = 0.25  # 产品默认: so much of a case's own words, weighed by how rare they are, must stand in the other one
SHOWN = 3
LOOKED_AT = 500  # newest closed cases
TEXT_LENGTH = 200  # letters of its first post by which a case is compared
GRAM = 2
NOT_HANDLED = (*DISMISSALS, MERGED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One closed case as the library shows it: the case, and what its last review says; empty when it has none."""

    case: Case
    learned: dict[str, str]
    reviewed_at: datetime | None

    @property
    def text(self) -> str:
        """Everything by which it is searched and compared."""
        own = self.case
        return "\n".join([own.title, own.cause, own.nature, own.fact_note, own.disposition, *self.learned.values()])


@dataclass(frozen=True, slots=True)
class Alike:
    """A past case that tells of something similar, how much (0 to 1), and by which words."""

    entry: Entry
    likeness: float
    words: tuple[str, ...]


def past_cases(connection: Connection, school: School, reader: str | None) -> list[Entry]:
    """Return handled and closed cases that the reader may know, the newest first, at most `LOOKED_AT`."""
    closed = select(case_file.c.case_no).where(
        case_file.c.state.in_(CLOSED), ~case_file.c.restricted, case_file.c.outcome.not_in(NOT_HANDLED)
    )
    numbers = connection.execute(closed.order_by(case_file.c.closed_at.desc()).limit(LOOKED_AT)).scalars().all()
    reviews = _reviews(connection, numbers)
    cases = [case for case in cases_by_number(connection, numbers) if may_know(school, case, reader)]
    entries = [_entry(case, reviews.get(case.case_no)) for case in cases]
    return sorted(entries, key=lambda entry: (entry.case.closed_at or entry.case.opened_at, entry.case.case_no))[::-1]


def library(connection: Connection, school: School, reader: str | None, *words: str) -> list[Entry]:
    """Return the reviewed cases whose text holds all words, the newest first; without words all of them."""
    wanted = [fold(word) for word in words]
    return [
        entry
        for entry in past_cases(connection, school, reader)
        if entry.reviewed_at and all(word in fold(entry.text) for word in wanted)
    ]


def similar_cases(connection: Connection, school: School, case: Case, reader: str | None) -> list[Alike]:
    """Return the past cases most like this one; none for a help-first case, whose words are compared with nothing."""
    if case.restricted:
        return []
    entries = [entry for entry in past_cases(connection, school, reader) if entry.case.case_no != case.case_no]
    return most_alike(_words_of(connection, case), entries) if entries else []


def most_alike(text: str, entries: Sequence[Entry]) -> list[Alike]:
    """Return the entries most like a text, the likest first. Pure."""
    grams = [_grams(entry.text) for entry in entries]
    known = Counter(gram for own in grams for gram in own)
    wanted = _grams(text)
    weights = {gram: log((len(entries) + 1) / (known[gram] + 0.5)) + 1 for gram in wanted}
    whole = sum(weights.values()) or 1.0
    found = []
    for entry, own in zip(entries, grams, strict=True):
        shared = wanted & own
        likeness = sum(weights[gram] for gram in shared) / whole
        if likeness >= ALIKE:
            found.append(Alike(entry, round(likeness, 2), tuple(_spelled(text, shared))))
    return sorted(found, key=lambda alike: (-alike.likeness, alike.entry.case.case_no))[:SHOWN]


def _words_of(connection: Connection, case: Case) -> str:
    posts = select_posts(connection, "WHERE event_id = ? AND restricted = 0 ORDER BY post_id LIMIT 1", (case.event_id,))
    return "\n".join([case.title, *(post.content[:TEXT_LENGTH] for post in posts)])


def _grams(text: str) -> set[str]:
    return {gram for gram in gram_tokens(text) if len(gram) >= GRAM}


def _spelled(text: str, shared: Iterable[str]) -> list[str]:
    """Return the longest pieces of the text that are made of shared pairs: words that a person knows again."""
    pairs, folded = set(shared), fold(text)
    pieces, begin = [], None
    for place in range(len(folded)):
        holds = folded[place : place + GRAM] in pairs
        if holds and begin is None:
            begin = place
        elif not holds and begin is not None:
            pieces.append(folded[begin : place + 1])
            begin = None
    return sorted(dict.fromkeys(pieces), key=len, reverse=True)[:5]


def _reviews(connection: Connection, case_nos: Sequence[str]) -> dict[str, Act]:
    """Return the last review of each case."""
    query = select(case_act).where(case_act.c.case_no.in_(case_nos), case_act.c.act == REVIEW)
    rows = connection.execute(query.order_by(case_act.c.seq))
    return {row.case_no: Act(row.act, row.actor, row.at, row.data) for row in rows}


def _entry(case: Case, review: Act | None) -> Entry:
    if review is None:
        return Entry(case, {}, None)
    said = {name: review.data[name] for name in LEARNED if review.data.get(name)}
    return Entry(case, {name: "、".join(v) if isinstance(v, list) else str(v) for name, v in said.items()}, review.at)
