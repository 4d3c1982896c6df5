"""Stage 2, words: does a hit stand as a word of its own? A view and a hit in; yes or no out.

A single character says something only where it is a word: 别 in 特别, 还 in 还在, 断 in 判断 is not one. The run of Han
characters around the hit is cut by the segmenter of the search; longer words of a lexicon need no such look.
"""

import re
from functools import lru_cache
from importlib.util import find_spec

from pipelines.join_patterns import Hit
from pipelines.match_words import PostView
from search.segment import Segmenter

FIRST_HAN, LAST_HAN = "\u4e00", "\u9fd5"
HAN_RUN = re.compile(f"[{FIRST_HAN}-{LAST_HAN}]+")


def stands_alone(view: PostView, hit: Hit) -> bool:
    """Return whether a hit is no mere part of a longer word."""
    if hit.end - hit.start > 1:
        return True
    start = hit.start
    while start > 0 and FIRST_HAN <= view.text[start - 1] <= LAST_HAN:
        start -= 1
    run = HAN_RUN.match(view.text, start)
    return run is None or hit.start - start in _single_words(run[0])


def said_alone(view: PostView, concept: str) -> set[tuple[str, ...]]:
    """Return the different words of a concept's hits that are no mere parts of longer words."""
    said, _ = view.hits.said(concept)
    if all(len(words[0]) > 1 for words in said):  # mostly: no place need be looked at
        return said
    alone: set[tuple[str, ...]] = set()
    for hit in view.hits.get(concept, ()):
        if hit.words not in alone and stands_alone(view, hit):  # one place is enough
            alone.add(hit.words)
    return alone


@lru_cache(maxsize=4096)
def _single_words(run: str) -> frozenset[int]:
    """Return the places of a run's characters that are words by themselves."""
    places: set[int] = set()
    at = 0
    segmenter = _segmenter()
    for word in segmenter.cut(run):
        if len(word) == 1 or not segmenter.is_common(word):  # a guess of the segmenter is no longer word
            places.update(range(at, at + len(word)))
        at += len(word)
    return frozenset(places)


@lru_cache(maxsize=1)
def _segmenter() -> Segmenter:
    return Segmenter(fast=find_spec("rjieba") is not None)  # the same words, sooner
