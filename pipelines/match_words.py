"""Stage 2, words: one Aho-Corasick pass over a post in; every concept found in it, with its places, out.

All words of all concepts are sought at once, so that thousands of words cost one reading of the text. Rules ask the
resulting `PostView` for concepts; no rule runs over the text again.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import chain
from operator import or_
from typing import Any

from ahocorasick_rs import AhoCorasick

from crawler.items import Post
from pipelines.join_patterns import GAP, SENTENCE_ENDS, Hit, Match, join, moved
from pipelines.load_words import Lexicon, Pattern
from search.segment import fold

ENDS = re.compile("[。!?\n;…,:、 ]")  # sentence and clause ends
SPLIT = re.compile(r"(?<=[\u4e00-\u9fff])[ *_.·•|/~+#^`\-\u200b-\u200d\u2060\ufeff]{1,3}(?=[\u4e00-\u9fff])")
KEPT = 1024  # texts whose words are remembered: a reply is read with its thread's title and without it, a copy once
MASK = "mask"  # idioms: a hit that lies inside one of them is not meant


class TextWords:
    """What one text holds: worked out once, for all views and posts that show the text.

    Attributes:
        text: The text, in the form in which words are compared.
        matches: Each found word's number, start and end.
        concepts: What the words stand for.
        is_split: Signs stand between the characters of words.
        leads: Numbers of the patterns whose rarest part was found.
        bits: The parts of patterns that were found, one bit each.
        joined: Pattern → its hits, of those that the text holds whole.
    """

    __slots__ = (
        "_concepts_of",
        "_hits",
        "_places",
        "bits",
        "concepts",
        "is_split",
        "joined",
        "leads",
        "matches",
        "text",
    )

    def __init__(self, text: str, matches: list[Match], concepts_of: Sequence[tuple[str, ...]]) -> None:
        self.text, self.matches = text, matches
        self.concepts = frozenset[str]().union(*[concepts_of[word] for word, _, _ in matches])
        self.is_split = SPLIT.search(text) is not None
        self.leads: tuple[int, ...] = ()
        self.bits = 0
        self.joined: dict[int, list[Hit]] = {}
        self._concepts_of = concepts_of
        self._hits: dict[str, list[Hit]] = {}
        self._places: dict[str, list[Match]] = {}

    def hits(self, concept: str) -> list[Hit]:
        """Return the hits of a concept's words."""
        if concept not in self.concepts:
            return []
        found = self._hits.get(concept)
        if found is None:
            text, places = self.text, self._places or self._find_places()
            found = [Hit(concept, start, end, (text[start:end],)) for _, start, end in places[concept]]
            self._hits[concept] = found
        return found

    def _find_places(self) -> dict[str, list[Match]]:
        places = defaultdict(list)
        for match in self.matches:
            for concept in self._concepts_of[match[0]]:
                places[concept].append(match)
        self._places = places
        return places


class Hits:
    """Concept → its hits in a title and a content, or one text. Made when asked for: rules ask for few concepts.

    Args:
        parts: The texts; each begins one line after the one before.
        joined: Concept → hits of patterns.
    """

    __slots__ = ("_first", "_gap", "_joined", "_made", "_second", "found")

    def __init__(self, parts: Sequence[TextWords], joined: dict[str, list[Hit]]) -> None:
        self._first, self._second = parts[0], parts[1] if len(parts) > 1 else None
        self._gap = len(parts[0].text) + 1
        self._joined = joined
        self._made: dict[str, list[Hit]] = {}
        self.found = frozenset[str]().union(*[part.concepts for part in parts], joined)

    def __contains__(self, concept: str) -> bool:
        return concept in self.found

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __getitem__(self, concept: str) -> Sequence[Hit]:
        return self.get(concept)

    def get(self, concept: str, default: Sequence[Hit] = ()) -> Sequence[Hit]:
        """Return the hits of a concept, words before patterns; `default` when there is none."""
        if concept not in self.found:
            return default
        made = self._made.get(concept)
        if made is None:
            made = self._first.hits(concept)
            if self._second is not None:
                made = made + moved(self._second.hits(concept), self._gap)
            if concept in self._joined:
                made = made + self._joined[concept]
            self._made[concept] = made
        return made


def _outside(matches: list[Match], masks: list[Match]) -> list[Match]:
    """Leave out what is a mere part of an idiom, for words and patterns alike; a word that is the whole idiom stays."""
    for _, start, end in masks:
        matches = [hit for hit in matches if hit[1] < start or hit[2] > end or (hit[1] == start and hit[2] == end)]
    return matches


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
    concern: Any = NotImplemented  # of read_concern.read_concern, asked for twice
    clauses: list[int] | None = None  # where clauses end, and
    ends: list[int] = field(default_factory=list)  # sentences: found when a rule first asks

    def has(self, *concepts: str) -> bool:
        """Return whether any of the concepts is in the post."""
        return not self.hits.found.isdisjoint(concepts)

    def words(self, *concepts: str) -> tuple[str, ...]:
        """Return the distinct words that made these concepts, in order of concepts."""
        hits = self.hits
        if hits.found.isdisjoint(concepts):
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
        words = list(concepts)
        self._concepts = [tuple(concepts[word]) for word in words]
        self._masks = {number for number, held in enumerate(self._concepts) if MASK in held}
        self._machine = AhoCorasick(words)
        self._read = lru_cache(maxsize=KEPT)(self._read_text)
        self._number_patterns(lexicon.patterns, {word: number for number, word in enumerate(words)})

    def _number_patterns(self, patterns: Sequence[Pattern], numbers: dict[str, int]) -> None:
        """Give each part of a pattern a bit, so that one look tells whether a text holds all parts of a pattern."""
        bit_of: dict[frozenset[str], int] = {}
        words_of: dict[int, frozenset[int]] = {}
        self._bits = [0] * len(numbers)
        self._leads: dict[int, list[int]] = {}  # by each word of the pattern's rarest part
        self._patterns: list[tuple[Pattern, list[frozenset[int]], int]] = []
        for pattern in patterns:
            for part in pattern.parts:
                if part not in bit_of:
                    bit = bit_of[part] = 1 << len(bit_of)
                    words_of[bit] = frozenset(numbers[word] for word in part)
                    for number in words_of[bit]:
                        self._bits[number] |= bit
            bits = [bit_of[part] for part in pattern.parts]
            parts = [words_of[bit] for bit in bits]
            for number in min(parts, key=len):
                self._leads.setdefault(number, []).append(len(self._patterns))
            self._patterns.append((pattern, parts, reduce(or_, bits)))

    def view(self, post: Post, *, own: bool = False) -> PostView:
        """Return the view of a post; with `own` without its title."""
        title = "" if own else normal(post.title)
        parts = [self._read(normal(post.content))]
        if title:
            parts.insert(0, self._read(title))
        found = self._find(parts)
        disguised: frozenset[str] = frozenset()
        if any(part.is_split for part in parts):
            joined = [self._read(SPLIT.sub("", part.text)) if part.is_split else part for part in parts]
            again = self._find(joined)
            disguised = again.found - found.found
            if disguised:
                parts, found = joined, again
        text = "\n".join([part.text for part in parts])
        return PostView(text, len(title), found, post, disguised=disguised)

    def _read_text(self, text: str) -> TextWords:
        matches: list[Match] = self._machine.find_matches_as_indexes(text, overlapping=True)
        masks = [match for match in matches if match[0] in self._masks]
        read = TextWords(text, _outside(matches, masks) if masks else matches, self._concepts)
        leads = [self._leads[word] for word, _, _ in read.matches if word in self._leads]
        if leads or any(self._bits[word] for word, _, _ in read.matches):
            read.leads = tuple(dict.fromkeys(chain.from_iterable(leads)))
            read.bits = reduce(or_, [self._bits[word] for word, _, _ in read.matches])
            read.joined = self._join_all(read.leads, read.bits, text, read.matches)
        return read

    def _find(self, parts: list[TextWords]) -> Hits:
        """Find the words of title and content; no word reaches over the line between them, but patterns may."""
        if len(parts) == 1:
            return Hits(parts, self._by_concept(parts[0].joined))
        title, content = parts
        if not (title.bits or content.joined):
            return Hits(parts, {})
        gap = len(title.text) + 1
        leads = dict.fromkeys((*title.leads, *content.leads))
        apart = {number: moved(hits, gap) for number, hits in content.joined.items()}
        both = [number for number in leads if self._patterns[number][2] & title.bits]
        joined: dict[int, list[Hit]] = {}
        if both:
            matches = title.matches + [(word, start + gap, end + gap) for word, start, end in content.matches]
            joined = self._join_all(both, title.bits | content.bits, f"{title.text}\n{content.text}", matches)
        whole = {number: (joined if number in both else apart).get(number) for number in leads}
        return Hits(parts, self._by_concept({number: hits for number, hits in whole.items() if hits}))

    def _join_all(self, leads: Iterable[int], bits: int, text: str, matches: list[Match]) -> dict[int, list[Hit]]:
        """Return the hits of those patterns all of whose parts were found."""
        joined: dict[int, list[Hit]] = {}
        for number in leads:
            pattern, parts, needed = self._patterns[number]
            if needed & bits == needed:
                places = [[(start, end) for word, start, end in matches if word in part] for part in parts]
                found = join(pattern, places, text)
                if found:
                    joined[number] = found
        return joined

    def _by_concept(self, joined: dict[int, list[Hit]]) -> dict[str, list[Hit]]:
        hits: dict[str, list[Hit]] = {}
        for number, found in joined.items():
            hits.setdefault(self._patterns[number][0].concept, []).extend(found)
        return hits


normal = fold  # the form in which words are written in lexicons: one width, lower case
