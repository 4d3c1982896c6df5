"""Stage 6, rule kind: a word that was never heard beside the school's words, now in several posts.

A new place, course, nickname or rumour shows as a new word in sentences that name the school or one of its places.
"""

import re
from collections.abc import Iterator

from pydantic import Field

from alerts.rule import Finding, Heard, Place, RuleOptions, State, find_in
from search.segment import fold

TITLE, EARLY, LEARNS, PER_POST = "新词", True, True, True
SENTENCE = re.compile(r"[。！？!?；;\n]+")
HAN_WORD = re.compile(r"[\u4e00-\u9fff]{2,8}")
DAY = 86_400.0
MOST_TERMS = 20_000  # of one rule's memory; the longest unheard are forgotten first
FIRST, LAST, POSTS = 0, 1, 2  # of a remembered term: first and last heard, posts while it is young


class Options(RuleOptions):
    """A word not heard for `days`, in `count` posts within `minutes`; the rule learns for `learn_days` first."""

    count: int = Field(default=3, ge=2)
    minutes: int = Field(default=360, ge=10)
    days: int = Field(default=30, ge=1, le=90)
    learn_days: int = Field(default=7, ge=0, le=60)
    ignore: list[str] = []


class Rule:
    """Remembers every word beside a school word, and when it was first and last heard."""

    def __init__(self, options: Options, place: Place) -> None:
        self.options, self.place = options, place
        self.span = options.minutes * 60.0
        self.ignored = {fold(word) for word in options.ignore} | place.words

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Take in the post's words."""
        at = post.heard_at.timestamp()
        since, terms = state.setdefault("since", at), state.setdefault("terms", {})
        for word in sorted(self._words(post)):
            known = terms.get(word)
            if known is None or at - known[LAST] > self.options.days * DAY:
                known = terms[word] = [at, at, []]
            known[LAST] = max(known[LAST], at)
            if at - known[FIRST] > self.span or post.post_id in known[POSTS]:
                continue
            known[POSTS].append(post.post_id)
            if len(known[POSTS]) == self.options.count and at - since >= self.options.learn_days * DAY:
                says = f"新词“{word}”在 {self.options.minutes} 分钟内出现于 {self.options.count} 帖"
                yield find_in(post, f"term:{word}", says, self.options.count)
        if len(terms) > MOST_TERMS:
            for word in sorted(terms, key=lambda word: float(terms[word][LAST]))[: len(terms) - MOST_TERMS]:
                del terms[word]

    def _words(self, post: Heard) -> set[str]:
        found: set[str] = set()
        for sentence in SENTENCE.split(fold(post.text)):
            if any(word in sentence for word in self.place.words):
                found |= {word for word in self.place.segmenter.cut(sentence) if HAN_WORD.fullmatch(word)}
        return found - self.ignored
