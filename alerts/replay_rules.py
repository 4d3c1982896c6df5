"""Stage 6: what a rule would have told. Stored posts in their order in, instants of firing out; nothing is written.

The very same rule and the same streams as in the tick, from an empty memory; a learning rule hears the weeks before
without counting what it finds there.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerts.hear_streams import (
    back,
    first_seq_since,
    hear_gone,
    hear_posts,
    hear_rounds,
    last_fact_before,
)
from alerts.load_rules import LoadedRule, place_of
from alerts.rule import Heard, Place, State
from alerts.run_rules import LEARN_DAYS, Streams
from foundation import clock
from foundation.school import School

EVERYTHING = 2**62


@dataclass(frozen=True, slots=True)
class Replay:
    """One rule's findings over some days: instant, sentence, event."""

    name: str
    posts: int
    days: int
    fired: list[tuple[datetime, str, int | None]]

    @property
    def a_day(self) -> float:
        """How often a day."""
        return len(self.fired) / self.days


def replay_rules(connection: Connection, school: School, rules: list[LoadedRule], days: int) -> list[Replay]:
    """Return what each rule would have found in the last `days` days."""
    now = clock.now()
    since = back(now, days)
    start = first_seq_since(connection, since)
    posts = list(hear_posts(connection, start, EVERYTHING))
    rounds = [ended for _number, ended in hear_rounds(connection, last_fact_before(connection, since))]
    streams = Streams(posts, list(hear_gone(connection, since)), rounds)
    before: list[Heard] = []
    if any(rule.learns for rule in rules):
        before = list(hear_posts(connection, first_seq_since(connection, back(now, days + LEARN_DAYS)), start))
    place = place_of(school)
    return [_replay(rule, place, streams, before if rule.learns else [], days) for rule in rules]


def _replay(rule: LoadedRule, place: Place, streams: Streams, before: list[Heard], days: int) -> Replay:
    built, state = rule.build(place), State()
    for heard in before:
        for _finding in built.hear_post(state, heard):
            pass
    fired = [(finding.at, finding.says, finding.event_id) for finding in streams.play(built, state)]
    return Replay(rule.name, len(streams.posts), days, sorted(fired, key=lambda each: each[0]))
