"""Stage 2, words: what a text holds, worked out once and asked many times. Found words in; concepts, words, hits out.

Most questions are "which words of this concept?"; only few rules need the places. So the words stand ready, and a hit
with its place is made when a rule asks for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.join_patterns import Hit, Match

Told = tuple[set[tuple[str, ...]], set[tuple[str, ...]]]  # different words of a concept, and those of the title
NOTHING: Told = (set(), set())
_new_hit = tuple.__new__  # a named tuple's own constructor takes twice as long, and thousands are made


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of a lexicon by number.

    Attributes:
        words: The words, each as the tuple that a hit carries.
        concepts: What each word stands for.
        numbers: Concept → numbers of its words.
        han: Concepts with a Chinese name: topics and competences.
    """

    words: list[tuple[str]]
    concepts: list[tuple[str, ...]]
    numbers: dict[str, frozenset[int]]
    han: frozenset[str]


class TextWords:
    """What one text holds: worked out once, for all views and posts that show the text.

    Attributes:
        text: The text, in the form in which words are compared.
        matches: Each found word's number, start and end.
        words: Numbers of the different words, in the order of the text.
        said: Concept → numbers of its different words, in the order of the text.
        concepts: What the words stand for.
        is_split: Signs stand between the characters of words.
        hides: Other words are found once these signs are gone.
        leads: Numbers of the patterns whose rarest part was found, some of them twice.
        whole: Numbers of the patterns all of whose parts were found, in the order of the text.
        bits: The parts of patterns that were found, one bit each.
        joined: Pattern → its hits, of those that the text holds whole.
    """

    __slots__ = (
        "bits",
        "concepts",
        "hides",
        "is_split",
        "joined",
        "leads",
        "matches",
        "said",
        "text",
        "vocabulary",
        "whole",
        "words",
    )

    def __init__(self, text: str, matches: list[Match], words: Sequence[int], vocabulary: Vocabulary) -> None:
        self.text, self.matches, self.words = text, matches, words
        self.is_split = self.hides = False
        self.said: dict[str, list[int]] = {}
        said, concepts_of = self.said, vocabulary.concepts
        for number in words:
            for concept in concepts_of[number]:
                if concept in said:
                    said[concept].append(number)
                else:
                    said[concept] = [number]
        self.concepts = frozenset(said)
        self.leads: Sequence[int] = ()
        self.whole: Sequence[int] = ()
        self.bits = 0
        self.joined: dict[int, list[Hit]] = {}
        self.vocabulary = vocabulary

    def hits(self, concept: str, gap: int = 0) -> list[Hit]:
        """Return the hits of a concept's words, `gap` characters later than they stand."""
        numbers, words = self.said.get(concept), self.vocabulary.words
        if numbers is None:
            return []
        return [
            _new_hit(Hit, (concept, start + gap, end + gap, words[number]))
            for number, start, end in self.matches
            if number in numbers
        ]


class Hits:
    """Concept → its hits in a title and a content, or one text. Made when asked for: rules ask for few concepts.

    Args:
        parts: The texts; each begins one line after the one before.
        joined: Concept → hits of patterns.
    """

    __slots__ = ("_first", "_gap", "_joined", "_made", "_second", "_told", "_words", "found")

    def __init__(self, parts: Sequence[TextWords], joined: dict[str, list[Hit]]) -> None:
        self._first, self._second = parts[0], parts[1] if len(parts) > 1 else None
        self._gap = len(parts[0].text) + 1
        self._joined = joined
        self._made: dict[str, list[Hit]] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        self._told: dict[str, Told] = {}
        self.found = self._first.concepts
        if self._second is not None:
            self.found = self._second.concepts | self.found  # the longer one first: it is copied, the other is added
        if joined:
            self.found = self.found.union(joined)

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
                made += self._second.hits(concept, self._gap)
            if concept in self._joined:
                made += self._joined[concept]
            self._made[concept] = made
        return made

    def han(self) -> frozenset[str]:
        """Return the topics and competences that were found."""
        return self._first.vocabulary.han & self.found

    def words(self, concept: str) -> tuple[str, ...]:
        """Return the different words that made a concept, in the order of its hits."""
        if concept not in self.found:
            return ()
        words = self._words.get(concept)
        if words is None:
            said = self._first.said.get(concept, [])
            if self._second is not None:
                said = said + self._second.said.get(concept, [])
            word_of = self._first.vocabulary.words
            distinct = dict.fromkeys([word_of[number][0] for number in said])
            if concept in self._joined:
                distinct |= dict.fromkeys([word for hit in self._joined[concept] for word in hit.words])
            words = self._words[concept] = tuple(distinct)
        return words

    def said(self, concept: str) -> Told:
        """Return the different words of a concept's hits (several words for a pattern), and those of the title."""
        if concept not in self.found:
            return NOTHING
        told = self._told.get(concept)
        if told is None:
            told = self._told[concept] = self._tell(concept)
        return told

    def _tell(self, concept: str) -> Told:
        word_of = self._first.vocabulary.words
        said: set[tuple[str, ...]] = {word_of[number] for number in self._first.said.get(concept, ())}
        in_title: set[tuple[str, ...]] = set()
        if self._second is not None:
            in_title = said
            said = {word_of[number] for number in self._second.said.get(concept, ())} | in_title
        joined = self._joined.get(concept)
        if joined:
            in_title.update([hit.words for hit in joined if hit.end < self._gap] if self._second is not None else ())
            said.update([hit.words for hit in joined])
        return said, in_title
