"""Stage 6, rule kind: an event reaches a level for the first time."""

from collections.abc import Iterator
from typing import Literal

from alerts.rule import Finding, Heard, Place, RuleOptions, State, find_in
from alerts.windows import shrink
from foundation.outcome import LEVELS

TITLE, EARLY = "等级达到", False


class Options(RuleOptions):
    """`at_least`: the level that tells."""

    at_least: Literal["一般", "重大", "特别重大"] = "重大"


class Rule:
    """Tells once for each event and level."""

    def __init__(self, options: Options, place: Place) -> None:
        del place
        self.least = LEVELS.index(options.at_least)

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Compare the post's level with what its event reached before."""
        reached = state.setdefault("reached", {})
        before = reached.get(post.subject, 0)
        if post.level_code > before and post.level_code >= self.least:
            reached[post.subject] = post.level_code
            shrink(reached, float)
            yield find_in(post, post.subject, f"有帖文达到{LEVELS[post.level_code]}")
