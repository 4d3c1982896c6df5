"""Stage 6, rule kind: N posts on one event, topic or source within T minutes, by the instants at which we heard them.

Crawled posts are always late: a window over publish times misses what is heard after it closed.
"""

from collections.abc import Iterator

from pydantic import Field

from alerts.rule import Finding, Heard, Per, Place, RuleOptions, State, find_in, keys_of, name_of
from alerts.windows import add_once, filled_at, may_tell_again, shrink

TITLE, EARLY = "短时间内多帖", False


class Options(RuleOptions):
    """`count` posts within `minutes`, counted per event, topic, source or for the whole school."""

    per: Per = "event"
    only: str = ""  # one topic or source; empty: each by itself
    count: int = Field(ge=1, le=10_000)
    minutes: int = Field(ge=1, le=7 * 1440)


class Rule:
    """Tells once for each filled window, then rests for its minutes."""

    def __init__(self, options: Options, place: Place) -> None:
        del place
        self.options = options
        self.span = options.minutes * 60.0

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Count the post; praise alone (level 无) fills no window of an event."""
        for key in keys_of(post, self.options.per, self.options.only):
            windows, told = state.setdefault("windows", {}), state.setdefault("told", {})
            entries = windows.setdefault(key, [])
            levels = state.setdefault("levels", {})
            levels[key] = max(levels.get(key, 0), post.level_code)
            shrink(windows, lambda known: known[-1][0] if known else 0.0)
            shrink(levels, float)
            is_new = add_once(entries, [post.heard_at.timestamp(), post.post_id], self.span)
            end = filled_at(entries, self.options.count, self.span)
            worries = levels[key] > 0 or self.options.per != "event"
            if is_new and worries and end is not None and may_tell_again(told, key, end, self.span):
                yield find_in(post, key, self._says(key), self.options.count)

    def _says(self, key: str) -> str:
        return f"{name_of(key)} {self.options.minutes} 分钟内听到 {self.options.count} 帖"
