"""Stage 2, words: one Aho-Corasick pass over a post in; every concept found in it, with its places, out.

All words of all concepts are sought at once, so that thousands of words cost one reading of the text. Rules ask the
resulting `PostView` for concepts; no rule runs over the text again.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick

from crawler.items import Post
from pipelines.load_words import Lexicon, Pattern

GAP = 10  # characters between two parts of a pattern; longer gaps mostly join unrelated things
SENTENCE_ENDS = "。!?\n;…"  # after NFKC, so that full-width signs are covered
ENDS = re.compile("[。!?\n;…,:、 ]")  # sentence and clause ends
SPLIT = re.compile(r"(?<=[\u4e00-\u9fff])[ *_.·•|/~+#^`\-\u200b-\u200d\u2060\ufeff]{1,3}(?=[\u4e00-\u9fff])")
KEPT = 64  # texts whose words are remembered: a reply is read with its thread's title and without it
Match = tuple[int, int, int]  # word, start, end
MASK = "mask"  # idioms: a hit that lies inside one of them is not meant


class Hit(NamedTuple):
    """A concept found in the text: [start, end) and the words that made it."""

    concept: str
    start: int
    end: int
    words: tuple[str, ...]


class Hits:
    """Concept → its hits. Hits are made when asked for: rules ask for few of the concepts that a long post holds.

    Args:
        text: The text.
        matches: Each found word's number, start and end.
        concepts: For each word's number the concepts that it stands for.
        joined: Hits of patterns.
    """

    def __init__(
        self, text: str, matches: list[Match], concepts: Sequence[tuple[str, ...]], joined: dict[str, list[Hit]]
    ) -> None:
        self._text, self._joined = text, joined
        self._made: dict[str, list[Hit]] = {}
        self._places: dict[str, list[tuple[int, int]]] = {}
        for word, start, end in matches:
            for concept in concepts[word]:
                if concept in self._places:
                    self._places[concept].append((start, end))
                else:
                    self._places[concept] = [(start, end)]
        self._found = dict.fromkeys([*self._places, *joined])

    def __contains__(self, concept: str) -> bool:
        return concept in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def any_of(self, concepts: tuple[str, ...]) -> bool:
        """Return whether any of the concepts was found."""
        return not self._found.keys().isdisjoint(concepts)

    def __getitem__(self, concept: str) -> Sequence[Hit]:
        return self.get(concept)

    def get(self, concept: str, default: Sequence[Hit] = ()) -> Sequence[Hit]:
        """Return the hits of a concept, words before patterns; `default` when there is none."""
        if concept not in self._found:
            return default
        if concept not in self._made:
            text = self._text
            words = [Hit(concept, start, end, (text[start:end],)) for start, end in self._places.get(concept, ())]
            self._made[concept] = words + self._joined.get(concept, [])
        return self._made[concept]


def _outside(matches: list[Match], masks: list[Match]) -> list[Match]:
    """Leave out what is a mere part of an idiom, for words and patterns alike; a word that is the whole idiom stays."""
    return [
        match
        for match in matches
        if not any(start <= match[1] and match[2] <= end and (start, end) != match[1:] for _, start, end in masks)
    ]


@dataclass(slots=True)
class PostView:
    """What the rules see of one post: its normal text, what was found where, and its frame.

    Attributes:
        text: Title and content, NFKC and lower case.
        title_end: Where the title ends in `text`.
        hits: Concept → hits by place.
        post: The post itself, for site kind and counts.
        official: The school or a medium speaks, not a person with a concern.
        disguised: Words that were found only after taking splitting signs out.
    """

    text: str
    title_end: int
    hits: Hits
    post: Post
    official: bool = False
    disguised: frozenset[str] = frozenset()
    verdict: Any = None  # of score_severity.rate, kept so that four steps rate a post once
    clauses: list[int] | None = None  # where clauses end, and
    ends: list[int] = field(default_factory=list)  # sentences: found when a rule first asks

    def has(self, *concepts: str) -> bool:
        """Return whether any of the concepts is in the post."""
        return self.hits.any_of(concepts)

    def words(self, *concepts: str) -> tuple[str, ...]:
        """Return the distinct words that made these concepts, in order of concepts."""
        hits = self.hits
        if not hits.any_of(concepts):
            return ()
        return tuple(dict.fromkeys([word for concept in concepts for hit in hits.get(concept) for word in hit.words]))

    def sentence(self, place: int) -> int:
        """Return the number of the sentence that holds a place."""
        self._split()
        return bisect_left(self.ends, place)

    def clause(self, place: int) -> int:
        """Return the number of the clause that holds a place."""
        return bisect_left(self._split(), place)

    def near(self, hit: Hit, concept: str, before: int = GAP, after: int = GAP) -> bool:
        """Return whether `concept` lies in the same sentence at most so many characters before or after `hit`."""
        number = self.sentence(hit.start)
        return any(
            self.sentence(other.start) == number and hit.start - before <= other.end and other.start <= hit.end + after
            for other in self.hits.get(concept, ())
        )

    def _split(self) -> list[int]:
        if self.clauses is None:
            self.clauses = [match.start() for match in ENDS.finditer(self.text)]
            self.ends = [place for place in self.clauses if self.text[place] in SENTENCE_ENDS]
        return self.clauses


class WordMatcher:
    """Finds all concepts of a lexicon in one pass. Built once, used for every post."""

    def __init__(self, lexicon: Lexicon) -> None:
        concepts: dict[str, list[str]] = {}
        for concept in sorted(lexicon.words):
            for word in lexicon.words[concept]:
                concepts.setdefault(word, []).append(concept)
        for pattern in lexicon.patterns:
            for part in pattern.parts:
                concepts.update((word, []) for word in part if word not in concepts)
        self._words = list(concepts)
        self._concepts = [tuple(concepts[word]) for word in self._words]
        self._masks = {number for number, held in enumerate(self._concepts) if MASK in held}
        self._machine = AhoCorasick(self._words)
        numbers = {word: number for number, word in enumerate(self._words)}
        self._known = lru_cache(maxsize=KEPT)(self._match)
        shared: dict[frozenset[str], frozenset[int]] = {}
        self._leads: dict[int, list[tuple[Pattern, list[frozenset[int]]]]] = {}  # by each word of its rarest part
        for pattern in lexicon.patterns:
            parts = [shared.setdefault(part, frozenset(numbers[word] for word in part)) for part in pattern.parts]
            for number in min(parts, key=len):
                self._leads.setdefault(number, []).append((pattern, parts))

    def view(self, post: Post, *, own: bool = False) -> PostView:
        """Return the view of a post; with `own` without its title."""
        title = "" if own else normal(post.title)
        parts = [title, normal(post.content)] if title else [normal(post.content)]
        found = self._find(parts)
        disguised: frozenset[str] = frozenset()
        if any(map(SPLIT.search, parts)):
            joined = [SPLIT.sub("", part) for part in parts]
            again = self._find(joined)
            disguised = frozenset(concept for concept in again if concept not in found)
            if disguised:
                parts, found = joined, again
        return PostView("\n".join(parts), len(title), found, post, disguised=disguised)

    def _match(self, text: str) -> list[Match]:
        matches: list[Match] = self._machine.find_matches_as_indexes(text, overlapping=True)
        masks = [match for match in matches if match[0] in self._masks]
        return _outside(matches, masks) if masks else matches

    def _find(self, parts: list[str]) -> Hits:
        """Find the words of title and content; no word reaches over the line between them."""
        text = "\n".join(parts)
        matches = self._known(parts[-1])
        if len(parts) > 1:
            gap = len(text) - len(parts[-1])
            matches = self._known(parts[0]) + [(word, start + gap, end + gap) for word, start, end in matches]
        leads = self._leads
        patterns = {id(lead[0]): lead for word, _, _ in matches if word in leads for lead in leads[word]}
        joined = self._join_all(patterns.values(), matches, text) if patterns else {}
        return Hits(text, matches, self._concepts, joined)

    def _join_all(
        self, patterns: Iterable[tuple[Pattern, list[frozenset[int]]]], matches: list[Match], text: str
    ) -> dict[str, list[Hit]]:
        """Return the hits of those patterns all of whose parts were found."""
        words = {word for word, _, _ in matches}
        joined: dict[str, list[Hit]] = {}
        for pattern, parts in patterns:
            if any(part.isdisjoint(words) for part in parts):
                continue
            places = [[(start, end) for word, start, end in matches if word in part] for part in parts]
            found = _join(pattern, places, text)
            if found:
                joined.setdefault(pattern.concept, []).extend(found)
        return joined


@lru_cache(maxsize=4096)  # texts of a page, and words that are compared with every post
def normal(text: str) -> str:
    """Return text as words are written in lexicons: one width, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def _join(pattern: Pattern, places: list[list[tuple[int, int]]], text: str) -> list[Hit]:
    chains = [[span] for span in places[0]]
    for link, spans in zip(pattern.links, places[1:], strict=True):
        chains = [[*chain, span] for chain in chains for span in spans if _linked(chain[-1], span, link, text)]
        if not chains:
            return []
    hits = []
    for chain in chains[:8]:
        near = chain if "&" not in pattern.links else chain[:1]
        start, end = min(span[0] for span in near), max(span[1] for span in near)
        hits.append(Hit(pattern.concept, start, end, tuple(text[a:b] for a, b in chain)))
    return hits


def _linked(one: tuple[int, int], two: tuple[int, int], link: str, text: str) -> bool:
    if link == "&":
        return True
    first, second = (one, two) if one[0] <= two[0] else (two, one)
    if link == ">" and first is two:
        return False
    if not 0 <= second[0] - first[1] <= GAP:
        return False
    return not any(sign in SENTENCE_ENDS for sign in text[first[1] : second[0]])
