"""Stage 6, rule kind: too large a share of a topic's posts asks for an answer (level 一般 or higher)."""

from collections.abc import Iterator

from pydantic import Field

from alerts.rule import Finding, Heard, Per, Place, RuleOptions, State, find_in, keys_of, name_of
from alerts.windows import add_once, may_tell_again, within

TITLE, EARLY = "负面占比过高", True
WHOLE = 100


class Options(RuleOptions):
    """`percent` of at least `at_least` posts within `minutes`."""

    per: Per = "topic"
    only: str = ""
    percent: int = Field(default=60, ge=1, le=100)
    at_least: int = Field(default=10, ge=2)
    minutes: int = Field(default=1440, ge=10, le=7 * 1440)


class Rule:
    """Tells once for each window that is full, then rests for its minutes."""

    def __init__(self, options: Options, place: Place) -> None:
        del place
        self.options = options
        self.span = options.minutes * 60.0

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Count the post and compare the share."""
        at = post.heard_at.timestamp()
        for key in keys_of(post, self.options.per, self.options.only):
            entries = state.setdefault("windows", {}).setdefault(key, [])
            if not add_once(entries, [at, post.post_id, int(post.level_code > 0)], self.span):
                continue
            window = within(entries, self.span, at)
            share = WHOLE * sum(entry[2] for entry in window) / max(len(window), 1)
            is_much = len(window) >= self.options.at_least and share >= self.options.percent
            if is_much and may_tell_again(state.setdefault("told", {}), key, at, self.span):
                says = f"{name_of(key)} {len(window)} 帖中 {share:.0f}% 需要答复"
                yield find_in(post, f"{key}:share", says, len(window))
