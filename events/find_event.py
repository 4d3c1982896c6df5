"""Stage 4: which open event tells of what a post tells? The open events' posts in, the nearest event out."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from crawler.items import Post
from events.compare_posts import (
    QUIET_ISSUE,
    QUIET_TEXT,
    SAME_EVENT,
    SAME_ISSUE,
    SAME_TEXT,
    SHARED_WORDS,
    Comparer,
    Features,
    Places,
    issue_likeness,
    places_conflict,
)
from foundation.tables import instant_text
from search.post_table import select_posts

OPEN_DAYS = 30  # an event that was silent for longer is over: the same trouble then is a new event
NEAREST = 10  # candidates looked at


@dataclass(slots=True)
class _Known:
    """What one open event's posts say together."""

    count: int = 0
    heard_at: datetime | None = None
    places: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class OpenEvents:
    """The posts of open, unrestricted events as an index from word to post, grown while clustering goes on."""

    def __init__(self, comparer: Comparer, open_days: int = OPEN_DAYS) -> None:
        self.comparer = comparer
        self._open_for = timedelta(days=open_days)
        self._events: dict[int, _Known] = {}
        self._posts: list[tuple[int, Features]] = []
        self._with_word: dict[str, list[int]] = defaultdict(list)

    @classmethod
    def load(cls, connection: Connection, comparer: Comparer, since: datetime) -> "OpenEvents":
        """Read the members of events that were heard of in the open days before `since`, in ingest order."""
        events = cls(comparer)
        rest = (
            "WHERE event_id IN (SELECT event_id FROM event WHERE restricted = 0 AND heard_at >= ?) "
            "AND restricted = 0 ORDER BY ingest_seq"
        )
        for post in select_posts(connection, rest, (instant_text(since - events._open_for),)):
            events.add(post.event_id or 0, post)
        return events

    def add(self, event_id: int, post: Post) -> None:
        """Let a member speak for its event from now on."""
        known = self._events.setdefault(event_id, _Known())
        heard = post.first_seen_at
        if heard and (known.heard_at is None or heard > known.heard_at):
            known.heard_at = heard
        if post.duplicate_of is not None:
            return
        features = self.comparer.features(post)
        if len(features.words) < SHARED_WORDS:
            return
        known.count += 1
        for kind, names in features.places.items():
            known.places[kind] |= names
        for word in features.words:
            self._with_word[word].append(len(self._posts))
        self._posts.append((event_id, features))

    def nearest(self, post: Post) -> int | None:
        """Return the event that tells of the same thing at the same place; None when there is none."""
        features = self.comparer.features(post)
        likeness = self._likeness(features)
        least = SAME_TEXT if post.level_code else QUIET_TEXT
        ranked = sorted((-value, self._posts[at][0], at) for at, value in likeness.items() if value >= least)
        means = self._means(likeness)
        for _, _, at in ranked[:NEAREST]:
            event_id, other = self._posts[at]
            if means[event_id] >= SAME_EVENT and self._is_same(post, features, event_id, other):
                return event_id
        return None

    def _is_same(self, post: Post, features: Features, event_id: int, other: Features) -> bool:
        known = self._events[event_id]
        heard = post.first_seen_at
        if heard and known.heard_at and heard - known.heard_at > self._open_for:
            return False
        places: Places = {kind: frozenset(names) for kind, names in known.places.items()}
        shared = sum(word in other.words for word in features.words)
        return (
            shared >= SHARED_WORDS
            and not places_conflict(features.places, places)
            and issue_likeness(features, other) >= (SAME_ISSUE if post.level_code else QUIET_ISSUE)
        )

    def _likeness(self, features: Features) -> dict[int, float]:
        """Return the cosine to every post that shares a word."""
        likeness: dict[int, float] = defaultdict(float)
        for word, weight in features.words.items():
            for at in self._with_word.get(word, ()):
                likeness[at] += weight * self._posts[at][1].words[word]
        return likeness

    def _means(self, likeness: dict[int, float]) -> dict[int, float]:
        sums: dict[int, float] = defaultdict(float)
        for at, value in likeness.items():
            sums[self._posts[at][0]] += value
        return {event_id: total / self._events[event_id].count for event_id, total in sums.items()}
