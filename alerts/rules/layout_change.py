"""Stage 6, rule kind: a source's pages can no longer be read as posts. Zero rows must not look like a quiet day."""

from collections.abc import Iterator

from pydantic import Field

from alerts.rule import Finding, Heard, Place, Round, RuleOptions, State
from foundation.outcome import SourceOutcome

TITLE, EARLY = "页面改版", False


class Options(RuleOptions):
    """`times` rounds in a row."""

    to: list[str] = Field(default=["tech"], min_length=1)
    times: int = Field(default=2, ge=1, le=50)


class Rule:
    """Tells once, and again only after the source could be read."""

    def __init__(self, options: Options, place: Place) -> None:
        self.options = options
        self.titles = {source: title for source, title, _a_day in place.sources}

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Posts say nothing about pages that cannot be read."""
        del state, post
        yield from ()

    def hear_round(self, state: State, ended: Round) -> Iterator[Finding]:
        """Count rounds that ended with another layout."""
        times = state.setdefault("times", {})
        changed = ended.outcome == SourceOutcome.LAYOUT_CHANGED
        times[ended.source_id] = times.get(ended.source_id, 0) + 1 if changed else 0
        if times[ended.source_id] == self.options.times:
            title = self.titles.get(ended.source_id, ended.source_id)
            says = f"信源“{title}”连续 {self.options.times} 轮页面改版，读不出帖文"
            yield Finding(f"source:{ended.source_id}:layout", ended.ended_at, says, count=self.options.times)
