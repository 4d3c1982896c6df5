"""Stage 6, rule kind: one event is told on k sites. One loud thread is no wave; several sites are."""

from collections.abc import Iterator

from pydantic import Field

from alerts.rule import Finding, Heard, Place, RuleOptions, State, find_in
from alerts.windows import shrink

TITLE, EARLY = "扩散到多个站点", False


class Options(RuleOptions):
    """`sites` different sites."""

    sites: int = Field(default=3, ge=2, le=50)


class Rule:
    """Tells once for each event."""

    def __init__(self, options: Options, place: Place) -> None:
        del place
        self.options = options

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Add the post's site to those of its event."""
        if post.event_id is None:
            return
        events = state.setdefault("events", {})
        event = events.setdefault(post.subject, {"sites": [], "level": 0})
        event["at"] = post.heard_at.timestamp()
        shrink(events, lambda known: float(known["at"]))
        event["level"] = max(event["level"], post.level_code)
        if post.site not in event["sites"]:
            event["sites"].append(post.site)
        if len(event["sites"]) >= self.options.sites and event["level"] > 0 and not event.get("told"):
            event["told"] = True
            yield find_in(post, post.subject, f"同一事件已见于 {len(event['sites'])} 个站点", len(event["sites"]))
