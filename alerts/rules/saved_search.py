"""Stage 6, rule kind: a staff member's search, kept: tells of newly heard posts that it would find."""

from collections.abc import Iterator

from pydantic import Field, field_validator

from alerts.match_query import matches
from alerts.rule import Finding, Heard, Place, RuleOptions, State, find_in
from alerts.windows import HOUR, may_tell_again
from foundation.errors import Stop
from search.parse_query import parse_query

TITLE, EARLY, PER_POST = "关注的检索", True, True


class Options(RuleOptions):
    """`query` as in `huiyin search`."""

    query: str
    rest_hours: int = Field(default=24, ge=1)

    @field_validator("query")
    @classmethod
    def _readable(cls, value: str) -> str:
        try:
            parse_query(value)
        except Stop as mistake:
            raise ValueError(f"{mistake.what}，{mistake.thing}。{mistake.next_step}") from mistake
        return value


class Rule:
    """Tells once for each event, then rests."""

    def __init__(self, options: Options, place: Place) -> None:
        self.options, self.segmenter = options, place.segmenter
        self.query = parse_query(options.query)

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Look whether the search finds the post."""
        if not matches(self.query, post, self.segmenter):
            return
        at, rest = post.heard_at.timestamp(), self.options.rest_hours * HOUR
        if may_tell_again(state.setdefault("told", {}), post.subject, at, rest):
            yield find_in(post, f"{post.subject}:search", f"符合检索“{self.options.query}”")
