"""Stage 2, words: what a text holds, worked out once and asked many times. Found words in; concepts, words, hits out.

Most questions are "which words of this concept?"; only few rules need the places. So the words stand ready, and a hit
with its place is made when a rule asks for it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

from pipelines.join_patterns import Hit, Match

Told = tuple[set[tuple[str, ...]], set[tuple[str, ...]]]  # different words of a concept, and those of the title
NOTHING: Told = (set(), set())
_new_hit = tuple.__new__  # a named tuple's own constructor takes twice as long, and thousands are made


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What a word says: one for all words that say the same, so that a text's words have few of them.

    Attributes:
        concepts: What the word stands for.
        han: Those with a Chinese name: topics and competences.
        bits: The parts of patterns that the word is in, one bit each.
        leads: Numbers of the patterns whose rarest part the word is in.
    """

    concepts: frozenset[str]
    han: tuple[str, ...]
    bits: int
    leads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of a lexicon by number.

    Attributes:
        words: The words, each as the tuple that a hit carries.
        meanings: What each word says.
        numbers: Concept → numbers of its words.
        han: Concepts with a Chinese name.
    """

    words: list[tuple[str]]
    meanings: list[Meaning]
    numbers: dict[str, frozenset[int]]
    han: frozenset[str]


class TextWords:
    """What one text holds: worked out once, for all views and posts that show the text.

    Attributes:
        text: The text, in the form in which words are compared.
        matches: Each found word's number, start and end.
        order: The numbers of the matches alone.
        words: Numbers of the different words, in the order of the text.
        concepts: What the words stand for.
        bits: The parts of patterns that were found, one bit each.
        leads: Numbers of the patterns whose rarest part was found, in the order of the text.
        is_split: Signs stand between the characters of words.
        hides: Other words are found once these signs are gone.
        whole: Numbers of the patterns all of whose parts were found, in the order of the text.
        joined: Pattern → its hits, of those that the text holds whole.
    """

    __slots__ = (
        "_said",
        "bits",
        "concepts",
        "hides",
        "is_split",
        "joined",
        "leads",
        "matches",
        "order",
        "text",
        "vocabulary",
        "whole",
        "words",
    )

    def __init__(self, text: str, matches: list[Match], vocabulary: Vocabulary) -> None:
        self.text, self.matches, self.vocabulary = text, matches, vocabulary
        self.order = [match[0] for match in matches]
        self.words = dict.fromkeys(self.order)
        self._said: dict[str, list[tuple[str]]] = {}
        meaning_of, word_of, said = vocabulary.meanings, vocabulary.words, self._said
        meanings: dict[Meaning, None] = {}
        for number in self.words:
            meaning = meaning_of[number]
            meanings[meaning] = None
            for concept in meaning.han:  # asked of nearly every post
                if concept in said:
                    said[concept].append(word_of[number])
                else:
                    said[concept] = [word_of[number]]
        self.concepts = frozenset().union(*[meaning.concepts for meaning in meanings])
        bits = 0
        leads: list[int] = []
        for meaning in meanings:
            if meaning.bits:
                bits |= meaning.bits
                leads += meaning.leads
        self.bits, self.leads = bits, dict.fromkeys(leads)
        self.is_split = self.hides = False
        self.whole: Collection[int] = ()
        self.joined: dict[int, list[Hit]] = {}

    def said(self, concept: str) -> Sequence[tuple[str]]:
        """Return the different words of a concept in the order of the text; looked for when first asked."""
        if concept not in self.concepts:
            return ()
        said = self._said.get(concept)
        if said is None:
            word_of = self.vocabulary.words
            numbers = filter(self.vocabulary.numbers[concept].__contains__, self.words)
            said = self._said[concept] = [word_of[number] for number in numbers]
        return said

    def hits(self, concept: str, gap: int = 0) -> list[Hit]:
        """Return the hits of a concept's words, `gap` characters later than they stand."""
        if concept not in self.concepts:
            return []
        words = self.vocabulary.words
        found = compress(self.matches, map(self.vocabulary.numbers[concept].__contains__, self.order))
        return [_new_hit(Hit, (concept, start + gap, end + gap, words[number])) for number, start, end in found]


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
            told = [*self._first.said(concept), *(self._second.said(concept) if self._second is not None else ())]
            distinct = dict.fromkeys([word for (word,) in told])
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
        said: set[tuple[str, ...]] = set(self._first.said(concept))
        in_title: set[tuple[str, ...]] = set()
        if self._second is not None:
            in_title = said
            said = in_title.union(self._second.said(concept))
        joined = self._joined.get(concept)
        if joined:
            in_title.update([hit.words for hit in joined if hit.end < self._gap] if self._second is not None else ())
            said.update([hit.words for hit in joined])
        return said, in_title
