"""Stage 2, words: does a hit stand as a word of its own? A view and a hit in; yes or no out.

A single character says something only where it is a word: 别 in 特别, 还 in 还在, 断 in 判断 is not one. The run of Han
characters around the hit is cut by the segmenter of the search; longer words of a lexicon need no such look.
"""

import re
from functools import lru_cache

from pipelines.match_words import Hit, PostView
from search.segment import Segmenter

HAN_RUN = re.compile("[\u4e00-\u9fd5]+")


def stands_alone(view: PostView, hit: Hit) -> bool:
    """Return whether a hit is no mere part of a longer word."""
    if hit.end - hit.start > 1:
        return True
    for run in HAN_RUN.finditer(view.text):
        if run.start() <= hit.start < run.end():
            return hit.start - run.start() in _single_words(run[0])
    return True


@lru_cache(maxsize=4096)
def _single_words(run: str) -> frozenset[int]:
    """Return the places of a run's characters that are words by themselves."""
    places: set[int] = set()
    at = 0
    for word in _segmenter().cut(run):
        if len(word) == 1 or not _segmenter().is_common(word):  # a guess of the segmenter is no longer word
            places.update(range(at, at + len(word)))
        at += len(word)
    return frozenset(places)


@lru_cache(maxsize=1)
def _segmenter() -> Segmenter:
    return Segmenter()
