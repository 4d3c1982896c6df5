"""Stage 2, words: patterns of words. The places of a pattern's parts in a text in; its hits out.

`+` joins parts that stand near each other in one sentence, `>` the same in this order, `&` parts anywhere in the post.
"""

from typing import NamedTuple

from pipelines.load_words import Pattern

GAP = 10  # characters between two parts of a pattern; longer gaps mostly join unrelated things
SENTENCE_ENDS = "。!?\n;…"  # after NFKC, so that full-width signs are covered
Match = tuple[int, int, int]  # word, start, end


class Hit(NamedTuple):
    """A concept found in the text: [start, end) and the words that made it."""

    concept: str
    start: int
    end: int
    words: tuple[str, ...]


def moved(hits: list[Hit], gap: int) -> list[Hit]:
    """Return hits of a text that stands so many characters later."""
    return [Hit(concept, start + gap, end + gap, words) for concept, start, end, words in hits]


def join(pattern: Pattern, places: list[list[tuple[int, int]]], text: str) -> list[Hit]:
    """Return the hits of a pattern.

    Args:
        pattern: The pattern.
        places: For each part the places at which one of its words was found.
        text: The text.
    """
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
