"""Stage 2, words: one Aho-Corasick pass over a post in; every concept found in it, with its places, out.

All words of all concepts are sought at once, so that thousands of words cost one reading of the text. Rules ask the
resulting `PostView` for concepts; no rule runs over the text again.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import compress
from operator import or_
from typing import Any

from ahocorasick_rs import AhoCorasick

from crawler.items import Post
from pipelines.join_patterns import GAP, SENTENCE_ENDS, Hit, Match, join, moved
from pipelines.load_words import Lexicon, Pattern
from pipelines.text_words import Hits, Meaning, TextWords, Vocabulary
from search.segment import fold

ENDS = re.compile("[。!?\n;…,:、 ]")  # sentence and clause ends
_SPLITTING = r"[ *_.·•|/~+#^`\-\u200b-\u200d\u2060\ufeff]"
SPLIT = re.compile(
    rf"{_SPLITTING}(?<=[\u4e00-\u9fff].){_SPLITTING}{{0,2}}(?=[\u4e00-\u9fff])"
)  # the sign first: found sooner
KEPT = 1024  # texts whose words are remembered: a reply is read with its thread's title and without it, a copy once
MASK = "mask"  # idioms: a hit that lies inside one of them is not meant


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
    own: "PostView | None" = None  # of the writer's own words, kept by read_post
    verdict: Any = None  # of score_severity.rate, kept so that four steps rate a post once
    concern: Any = NotImplemented  # of read_concern.read_concern, asked for twice
    clauses: list[int] | None = None  # where clauses end, and
    ends: list[int] = field(default_factory=list)  # sentences: found when a rule first asks

    def has(self, *concepts: str) -> bool:
        """Return whether any of the concepts is in the post."""
        return not self.hits.found.isdisjoint(concepts)

    def words(self, *concepts: str) -> tuple[str, ...]:
        """Return the distinct words that made these concepts, in order of concepts."""
        if len(concepts) == 1:
            return self.hits.words(concepts[0])
        return tuple(dict.fromkeys([word for concept in concepts for word in self.hits.words(concept)]))

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
        numbers = {word: number for number, word in enumerate(words)}
        bits, leads = self._number_patterns(lexicon.patterns, numbers)
        han = frozenset(concept for concept in lexicon.words if "\u4e00" <= concept[0] <= "\u9fff")
        meant: dict[Any, Meaning] = {}  # words that say the same share one
        meanings = []
        for word, number in numbers.items():
            said = (tuple(concepts[word]), bits[number], tuple(leads.get(number, ())))
            if said not in meant:
                meant[said] = Meaning(frozenset(said[0]), tuple(one for one in said[0] if one in han), *said[1:])
            meanings.append(meant[said])
        of_concept = {concept: frozenset(numbers[word] for word in own) for concept, own in lexicon.words.items()}
        self._vocabulary = Vocabulary([(word,) for word in words], meanings, of_concept, han)
        self._masks = of_concept.get(MASK, frozenset())
        self._bits = bits
        self._machine = AhoCorasick(words)
        self._read = lru_cache(maxsize=KEPT)(self._read_text)

    def _number_patterns(
        self, patterns: Sequence[Pattern], numbers: dict[str, int]
    ) -> tuple[list[int], dict[int, list[int]]]:
        """Give each part of a pattern a bit, so that one look tells whether a text holds all parts of a pattern.

        Returns:
            The bits of each word, by its number; and by words of a pattern's rarest part the patterns to look for.
        """
        bit_of: dict[frozenset[str], int] = {}
        words_of: dict[int, frozenset[int]] = {}
        bits_of_word = [0] * len(numbers)
        leads: dict[int, list[int]] = {}
        self._patterns: list[tuple[Pattern, list[frozenset[int]]]] = []
        self._needed: list[int] = []  # of each pattern: the bits of its parts
        for pattern in patterns:
            for part in pattern.parts:
                if part not in bit_of:
                    bit = bit_of[part] = 1 << len(bit_of)
                    words_of[bit] = frozenset(numbers[word] for word in part)
                    for number in words_of[bit]:
                        bits_of_word[number] |= bit
            bits = [bit_of[part] for part in pattern.parts]
            parts = [words_of[bit] for bit in bits]
            for number in min(parts, key=len):
                leads.setdefault(number, []).append(len(self._patterns))
            self._patterns.append((pattern, parts))
            self._needed.append(reduce(or_, bits))
        return bits_of_word, leads

    def view(self, post: Post, *, own: bool = False) -> PostView:
        """Return the view of a post; with `own` without its title."""
        title = "" if own else normal(post.title)
        content = self._read(normal(post.content))
        parts = [self._read(title), content] if title else [content]
        whole = self._whole_together(parts)
        found = self._find(parts, whole)
        disguised: frozenset[str] = frozenset()
        if (content.is_split or parts[0].is_split) and (whole or content.hides or parts[0].hides):
            joined = [self._read(SPLIT.sub("", part.text)) if part.is_split else part for part in parts]
            again = self._find(joined, self._whole_together(joined))
            disguised = again.found - found.found
            if disguised:
                parts, found = joined, again
        text = "\n".join([part.text for part in parts]) if title else parts[0].text
        return PostView(text, len(title), found, post, disguised=disguised)

    def _read_text(self, text: str) -> TextWords:
        matches: list[Match] = self._machine.find_matches_as_indexes(text, overlapping=True)
        read = TextWords(text, matches, self._vocabulary)
        masked = MASK in read.concepts
        if masked:
            matches = _outside(matches, [match for match in matches if match[0] in self._masks])
            read = TextWords(text, matches, self._vocabulary)
        read.is_split = SPLIT.search(text) is not None
        read.hides = read.is_split and (masked or self._hides(text, read.words))
        read.whole = self._whole([read])
        if read.whole:
            read.joined = self._join(read.whole, text, self._parts_in(read))
        return read

    def _hides(self, text: str, words: dict[int, None]) -> bool:
        """Return whether other words are found once the signs between characters are gone."""
        bare = self._machine.find_matches_as_indexes(SPLIT.sub("", text), overlapping=True)
        return not words.keys() >= {word for word, _, _ in bare}

    def _whole(self, parts: Sequence[TextWords]) -> Collection[int]:
        """Return those patterns all of whose parts were found, in the order of the texts."""
        needed, missing = self._needed, ~(parts[0].bits | parts[-1].bits)
        whole = [number for part in parts for number in part.leads if not needed[number] & missing]
        return whole if len(whole) < 2 else dict.fromkeys(whole)  # noqa: PLR2004

    def _whole_together(self, parts: Sequence[TextWords]) -> Collection[int]:
        return self._whole(parts) if parts[0].bits else parts[-1].whole

    def _find(self, parts: Sequence[TextWords], whole: Collection[int]) -> Hits:
        """Find the words of title and content; no word reaches over the line between them, but patterns may."""
        if not whole or len(parts) == 1:
            return Hits(parts, self._by_concept(parts[0].joined) if whole else {})
        title, content = parts
        gap = len(title.text) + 1
        in_title = {number for number in whole if self._needed[number] & title.bits}
        joined = {number: moved(hits, gap) for number, hits in content.joined.items() if number not in in_title}
        if in_title:
            matches = [*self._parts_in(title), *self._parts_in(content, gap)]
            joined |= self._join(in_title, f"{title.text}\n{content.text}", matches)
        return Hits(parts, self._by_concept({number: joined[number] for number in whole if number in joined}))

    def _parts_in(self, read: TextWords, gap: int = 0) -> list[Match]:
        """Return the matches that are parts of patterns, `gap` characters later than they stand."""
        found = compress(read.matches, map(self._bits.__getitem__, read.order))
        return [(word, start + gap, end + gap) for word, start, end in found] if gap else list(found)

    def _join(self, whole: Iterable[int], text: str, matches: list[Match]) -> dict[int, list[Hit]]:
        """Return pattern → its hits, of patterns all of whose parts were found among the matches."""
        joined: dict[int, list[Hit]] = {}
        for number in whole:
            pattern, parts = self._patterns[number]
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
