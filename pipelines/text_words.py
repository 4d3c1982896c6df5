"""Stage 2, words: what a text holds, worked out once and asked many times. Found words in; concepts, words, hits out.

Most questions are "which words of this concept?"; only few rules need the places. So the words stand ready, and a hit
with its place is made when a rule asks for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.join_patterns import Hit, Match

_new_hit = tuple.__new__  # a named tuple's own constructor takes twice as long, and thousands are made


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of a lexicon by number.

    Attributes:
        words: The words, each as the tuple that a hit carries.
        concepts: What each word stands for.
        numbers: Concept → numbers of its words.
    """

    words: list[tuple[str]]
    concepts: list[tuple[str, ...]]
    numbers: dict[str, frozenset[int]]


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

    __slots__ = ("_said", "_vocabulary", "_words", "bits", "concepts", "is_split", "joined", "leads", "matches", "text")

    def __init__(
        self, text: str, matches: list[Match], words: Sequence[int], vocabulary: Vocabulary, *, is_split: bool
    ) -> None:
        self.text, self.matches, self.is_split = text, matches, is_split
        concepts = vocabulary.concepts
        self.concepts = frozenset[str]().union(*[concepts[word] for word in words])
        self.leads: tuple[int, ...] = ()
        self.bits = 0
        self.joined: dict[int, list[Hit]] = {}
        self._vocabulary = vocabulary
        self._words = words  # the different words, in the order of the text
        self._said: dict[str, list[tuple[str]]] | None = None

    def said(self, concept: str) -> Sequence[tuple[str, ...]]:
        """Return the different words of a concept, in the order of the text."""
        said = self._said
        if said is None:
            said = self._said = {}
            words, concepts = self._vocabulary.words, self._vocabulary.concepts
            for number in self._words:
                word = words[number]
                for each in concepts[number]:
                    if each in said:
                        said[each].append(word)
                    else:
                        said[each] = [word]
        return said.get(concept, ())

    def hits(self, concept: str, gap: int = 0) -> list[Hit]:
        """Return the hits of a concept's words, `gap` characters later than they stand."""
        if concept not in self.concepts:
            return []
        numbers, words = self._vocabulary.numbers[concept], self._vocabulary.words
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

    __slots__ = ("_first", "_gap", "_joined", "_made", "_second", "_words", "found")

    def __init__(self, parts: Sequence[TextWords], joined: dict[str, list[Hit]]) -> None:
        self._first, self._second = parts[0], parts[1] if len(parts) > 1 else None
        self._gap = len(parts[0].text) + 1
        self._joined = joined
        self._made: dict[str, list[Hit]] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        self.found = parts[0].concepts
        if joined or len(parts) > 1:
            self.found = self.found.union(*[part.concepts for part in parts[1:]], joined)

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

    def words(self, concept: str) -> tuple[str, ...]:
        """Return the different words that made a concept, in the order of its hits."""
        if concept not in self.found:
            return ()
        words = self._words.get(concept)
        if words is None:
            said = self._said(concept)
            words = self._words[concept] = tuple(dict.fromkeys([word for each in said for word in each]))
        return words

    def said(self, concept: str) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
        """Return the different words of a concept's hits (several words for a pattern), and those of the title."""
        if concept not in self.found:
            return set(), set()
        said: set[tuple[str, ...]] = set(self._first.said(concept))
        in_title: set[tuple[str, ...]] = set()
        if self._second is not None:
            in_title = said
            said = said.union(self._second.said(concept))
        joined = self._joined.get(concept)
        if joined:
            in_title.update([hit.words for hit in joined if hit.end < self._gap] if self._second is not None else ())
            said.update([hit.words for hit in joined])
        return said, in_title

    def _said(self, concept: str) -> list[tuple[str, ...]]:
        said = list(self._first.said(concept))
        if self._second is not None:
            said += self._second.said(concept)
        return said + [hit.words for hit in self._joined.get(concept, ())]
