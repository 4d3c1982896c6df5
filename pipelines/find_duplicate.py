"""Stage 2, step 4: a post that copies an earlier one is marked, and points to the original.

Comes in: posts, and the stored posts that may be their originals. Goes out: `duplicate_key` (the key of the root: a
copy of a copy points to the first), `similarity`, and outcome `duplicate`. The same words about another place, number
or date are another incident. Very short texts are never copies. Which copies are found does not depend on the order.
A clue's address counts like its words (`meet_clues.py`).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Self

import numpy as np

from crawler.items import Post
from foundation.ledger import Ledger
from foundation.opening import Opened
from foundation.outcome import Outcome
from pipelines.compare_texts import TINY, Comparable, comparable, similarity
from pipelines.meet_clues import clues_at, meet_clues
from pipelines.minhash import band_keys
from pipelines.signatures import Candidate, Signatures, signed_text
from pipelines.step import Step

LookUp = Callable[[Sequence[Post], list[list[int]]], list[list[Candidate]]]
_UNDATED = datetime.max.replace(tzinfo=UTC)


def find_duplicate(posts: list[Post], look_up: LookUp | None = None) -> None:
    """Mark copies among posts, and of stored posts when a look-up is given.

    Args:
        posts: Posts with clean and redacted text; those that wait for eyes or have no key are passed over.
        look_up: Gives for posts and their band keys the stored posts that may be their originals.
    """
    asked = [post for post in posts if post.outcome in ("", Outcome.DUPLICATE) and post.key]
    texts = [comparable(signed_text(post)) for post in asked]
    able = [number for number, text in enumerate(texts) if len(text.letters) >= TINY]
    asked, texts = [asked[number] for number in able], [texts[number] for number in able]
    if not asked:
        return
    keys = band_keys([text.letters for text in texts])
    pairs = _pairs_within(asked, texts, keys)
    roots = _stored_roots(texts, look_up(asked, keys)) if look_up else {}
    for group in _groups(len(asked), pairs):
        _mark(asked, group, pairs, roots)


def _pairs_within(posts: list[Post], texts: list[Comparable], keys: list[list[int]]) -> dict[tuple[int, int], float]:
    """Return the copies among posts of one list, with their similarity."""
    ordered = np.sort(np.array(keys, dtype=np.int64), axis=None)
    shared = set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
    meeting: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(keys):
        for key in shared.intersection(row):
            meeting[key].append(number)
    met = {(one, two) for numbers in meeting.values() for place, two in enumerate(numbers) for one in numbers[:place]}
    alike = {pair: similarity(texts[pair[0]], texts[pair[1]]) for pair in met}
    return {(one, two): value for (one, two), value in alike.items() if value and posts[one].key != posts[two].key}


def _stored_roots(texts: list[Comparable], candidates: list[list[Candidate]]) -> dict[int, tuple[Candidate, float]]:
    """Return for each number the stored post with the earliest root that it copies, and how alike they are."""
    known: dict[str, Comparable] = {}
    roots: dict[int, tuple[Candidate, float]] = {}
    for number, row in enumerate(candidates):
        verified: list[tuple[Candidate, float]] = []
        for candidate in row:
            stored = candidate.post
            if stored.key not in known:
                known[stored.key] = comparable(signed_text(stored))
            value = similarity(texts[number], known[stored.key])
            if value:
                verified.append((candidate, value))
        if verified:
            roots[number] = min(verified, key=lambda found: found[0].root_id)
    return roots


def _groups(count: int, pairs: dict[tuple[int, int], float]) -> list[list[int]]:
    """Return the numbers joined by pairs, group by group; a post without copies is a group of its own."""
    leader = list(range(count))

    def lead(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    for one, two in sorted(pairs):
        first, second = sorted((lead(one), lead(two)))
        leader[second] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for number in range(count):
        groups[lead(number)].append(number)
    return list(groups.values())


def _mark(
    posts: list[Post], group: list[int], pairs: dict[tuple[int, int], float], roots: dict[int, tuple[Candidate, float]]
) -> None:
    """Point a group's posts to its root: a stored original if any copies one, else the earliest post of the group."""
    stored = [roots[number] for number in group if number in roots]
    first = min(group, key=lambda number: _age(posts[number]))
    root_key = min(stored, key=lambda found: found[0].root_id)[0].root_key if stored else posts[first].key
    for number in group:
        post = posts[number]
        if post.key == root_key:
            continue
        near = [value for pair, value in pairs.items() if number in pair]
        near += [roots[number][1]] if number in roots else []
        post.duplicate_key = root_key
        post.similarity = max(near)
        post.outcome = Outcome.DUPLICATE


def _age(post: Post) -> tuple[datetime, str]:
    return post.published_at or post.fetched_at or _UNDATED, post.key


class FindDuplicate(Step):
    """Scrapy's form of `find_duplicate`: it asks the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.signatures = Signatures()

    @classmethod
    def from_opened(cls, opened: Opened) -> Self:
        """Take the ledger."""
        return cls(opened.ledger)

    def run(self, posts: list[Post]) -> None:
        """Mark the copies among a page's open posts, of stored posts, and posts whose address a clue named before."""
        with self.ledger.read() as connection:
            find_duplicate(posts, lambda asked, keys: self.signatures.lookup(connection, asked, keys))
            meet_clues(posts, clues_at(connection, posts))
