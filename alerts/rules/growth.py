"""Stage 6, rule kind: an event that people know of grows fast (Z7.10-1 密切关注发展态势): one alert, then quiet."""

from collections.abc import Iterator

from pydantic import Field

from alerts.rule import Finding, Heard, Place, RuleOptions, State, find_in
from alerts.windows import add_once, shrink, within

TITLE, EARLY = "事件增长", False


class Options(RuleOptions):
    """`ratio` times as many posts as before, within `minutes`, `at_least` new ones."""

    ratio: float = Field(default=3.0, gt=1.0)
    minutes: int = Field(default=120, ge=5, le=7 * 1440)
    at_least: int = Field(default=4, ge=2)


class Rule:
    """After it told, only another growth by the same ratio tells again."""

    def __init__(self, options: Options, place: Place) -> None:
        del place
        self.options = options
        self.span = options.minutes * 60.0

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Count the post for its event and compare with what there was before the window."""
        if post.event_id is None:
            return
        start = {"window": [], "posts": 0, "level": 0, "told": 0}
        events = state.setdefault("events", {})
        event = events.setdefault(post.subject, start)
        shrink(events, lambda known: known["window"][-1][0] if known["window"] else float("inf"))
        event["level"] = max(event["level"], post.level_code)
        at = post.heard_at.timestamp()
        if not add_once(event["window"], [at, post.post_id], self.span):
            return
        event["posts"] += 1
        fresh = len(within(event["window"], self.span, at))
        before, total = event["posts"] - fresh, event["posts"]
        grown = before > 0 and fresh >= self.options.at_least and total >= self.options.ratio * before
        if grown and event["level"] > 0 and total >= self.options.ratio * event["told"]:
            event["told"] = total
            says = f"事件在 {self.options.minutes} 分钟内由 {before} 帖增至 {total} 帖"
            yield find_in(post, post.subject, says, total)
