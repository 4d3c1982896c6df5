"""Stage 6, rule kind: words or places of the school that matter at certain times: exam week, enrolment, anniversaries.

Tells of a 苗头 at any level, also 无: it opens no case (Z9b.1-2 动态性、苗头性和预警性信息).
"""

from collections.abc import Iterator
from datetime import date

from pydantic import Field, model_validator

from alerts.rule import Finding, Heard, Place, RuleOptions, State, find_in
from alerts.windows import HOUR, may_tell_again
from foundation.clock import at_school
from foundation.config import Strict
from search.segment import fold

TITLE, EARLY, PER_POST = "敏感时间、地点", True, True


class Span(Strict):
    """A time that matters, both days included."""

    name: str
    first: date
    last: date

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.last < self.first:
            raise ValueError(f"{self.name} 的 last 早于 first")
        return self


class Options(RuleOptions):
    """Posts that hold one of `words` or name one of `places`, within `days` (none: always)."""

    words: list[str] = []
    places: list[str] = []
    days: list[Span] = []
    rest_hours: int = Field(default=24, ge=1)

    @model_validator(mode="after")
    def _something(self) -> "Options":
        if not self.words and not self.places:
            raise ValueError("写上 words 或 places 中的至少一个，否则每帖都会触发")
        return self


class Rule:
    """Tells once for each event, then rests."""

    def __init__(self, options: Options, place: Place) -> None:
        del place
        self.options = options
        self.wanted = [fold(word) for word in (*options.words, *options.places)]

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Look for the words at the right time."""
        on, text = at_school(post.heard_at).date(), fold(post.text)
        span = next((span.name for span in self.options.days if span.first <= on <= span.last), "")
        found = [word for word in self.wanted if word in text]
        if not found or (self.options.days and not span):
            return
        if may_tell_again(
            state.setdefault("told", {}), post.subject, post.heard_at.timestamp(), self.options.rest_hours * HOUR
        ):
            says = f"{span + '期间' if span else ''}提到“{'、'.join(found[:3])}”"
            yield find_in(post, f"{post.subject}:sensitive", says)
