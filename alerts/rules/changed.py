"""Stage 6, rule kind: a post that mattered was edited, or is gone from its site. Our copy stays as evidence."""

from collections.abc import Iterator
from typing import Literal

from alerts.rule import Finding, Heard, Place, RuleOptions, State, find_in
from alerts.windows import forget_older
from foundation.outcome import LEVELS

TITLE, EARLY = "帖文被改或消失", False
MEMORY = 60 * 86_400.0  # seconds; an older change is not told again because it was never told before


class Options(RuleOptions):
    """Which changes tell, of posts of which level."""

    edits: bool = True
    vanished: bool = True
    at_least: Literal["无", "一般", "重大", "特别重大"] = "一般"


class Rule:
    """Tells each version and each disappearance once."""

    def __init__(self, options: Options, place: Place) -> None:
        del place
        self.options = options
        self.least = LEVELS.index(options.at_least)

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Look whether this is a later version."""
        if self.options.edits and post.version > 1:
            yield from self._tell(state, post, f"v{post.version}", f"有帖文被修改（第 {post.version} 版）")

    def hear_gone(self, state: State, post: Heard) -> Iterator[Finding]:
        """Take in a post that its site no longer shows."""
        if self.options.vanished:
            yield from self._tell(state, post, "gone", "有帖文从原站消失，原文已留存")

    def _tell(self, state: State, post: Heard, what: str, says: str) -> Iterator[Finding]:
        told, key = state.setdefault("told", {}), f"post:{post.post_id}:{what}"
        at = (post.vanished_at or post.heard_at).timestamp()
        if post.level_code >= self.least and key not in told:
            told[key] = at
            forget_older(told, at - MEMORY)
            yield find_in(post, key, says)
