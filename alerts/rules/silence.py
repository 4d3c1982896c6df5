"""Stage 6, rule kind: a source that usually brings posts brings none. A quiet forum is more often a broken crawl.

Folded over the ends of rounds: a source that is not visited at all is told by `huiyin check --live` instead.
"""

from collections.abc import Iterator

from pydantic import Field

from alerts.rule import Finding, Heard, Place, Round, RuleOptions, State
from alerts.windows import HOUR

TITLE, EARLY = "信源沉默", False
DAY_HOURS = 24
WORTH_WAITING = 3  # posts that were to be expected; fewer may well be chance


class Options(RuleOptions):
    """Fewer than `fewer_than` new posts in `hours`, of these sources (empty: of all)."""

    to: list[str] = Field(default=["tech"], min_length=1)
    sources: list[str] = []
    hours: int = Field(default=24, ge=1, le=14 * 24)
    fewer_than: int = Field(default=1, ge=1)


class Rule:
    """Tells once, and again only after the source has spoken."""

    def __init__(self, options: Options, place: Place) -> None:
        self.options = options
        self.span = options.hours * HOUR
        self.titles = {
            source: title
            for source, title, a_day in place.sources
            if source in options.sources or (not options.sources and a_day * options.hours / DAY_HOURS >= WORTH_WAITING)
        }

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Posts are counted by their rounds."""
        del state, post
        yield from ()

    def hear_round(self, state: State, ended: Round) -> Iterator[Finding]:
        """Add the round's new posts and look back over the hours."""
        if ended.source_id not in self.titles:
            return
        source = state.setdefault("sources", {}).setdefault(ended.source_id, {"rounds": [], "told": False})
        at, rounds = ended.ended_at.timestamp(), source["rounds"]
        rounds.append([at, ended.new])
        while len(rounds) > 1 and rounds[1][0] <= at - self.span:
            rounds.pop(0)
        heard = sum(new for when, new in rounds if when > at - self.span)
        if heard >= self.options.fewer_than:
            source["told"] = False
        elif rounds[0][0] <= at - self.span and not source["told"]:
            source["told"] = True
            says = f"信源“{self.titles[ended.source_id]}”{self.options.hours} 小时只听到 {heard} 条新帖"
            yield Finding(f"source:{ended.source_id}:silence", ended.ended_at, says, count=heard)
