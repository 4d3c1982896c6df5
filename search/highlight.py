"""Stage 3: where a query's words stand in a text, and a short piece of the text around the first of them."""

from collections.abc import Sequence

from search.segment import fold

SNIPPET_LENGTH = 80
_LEAD = 20  # characters shown before the first found word
Span = tuple[int, int]


def find_spans(text: str, needles: Sequence[str]) -> tuple[Span, ...]:
    """Return the places of all needles in a text, in order, overlaps merged; compared as the index compares."""
    folded, places = _fold_with_places(text)
    found: list[Span] = []
    for needle in {fold(needle).strip() for needle in needles}:
        start = folded.find(needle) if needle else -1
        while start >= 0:
            found.append((places[start], places[start + len(needle) - 1] + 1))
            start = folded.find(needle, start + len(needle))
    return _merge(found)


def cut_snippet(text: str, spans: Sequence[Span], length: int = SNIPPET_LENGTH) -> tuple[str, tuple[Span, ...]]:
    """Return at most `length` characters of a text around the first span, and the spans inside that piece."""
    flat = "".join(" " if char.isspace() else char for char in text)
    start = max(min(spans[0][0] - _LEAD, len(flat) - length + 1), 0) if spans else 0
    room = length - (1 if start else 0)
    end = len(flat) if len(flat) - start <= room else start + room - 1
    piece = ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")
    shift = (1 if start else 0) - start
    inside = tuple((max(a, start) + shift, min(b, end) + shift) for a, b in spans if a < end and b > start)
    return piece, inside


def mark_spans(text: str, spans: Sequence[Span], opening: str, closing: str) -> str:
    """Return the text with each span between two marks."""
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], opening, text[start:end], closing]
        last = end
    return "".join([*parts, text[last:]])


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """Fold character by character, and say from which character of the text each folded one came."""
    pieces, places = [], []
    for place, char in enumerate(text):
        piece = fold(char)
        pieces.append(piece)
        places += [place] * len(piece)
    return "".join(pieces), places


def _merge(found: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
