"""Stage 6: what all alert rules share: their common settings, what they hear, what they find. Records only.

A rule kind is a file of `alerts/rules/`: `TITLE`, `EARLY` (苗头: tells of what no case is about yet), `Options` and
`Rule(options, place)`. A rule folds streams in the order of hearing: `hear_post(state, post)` and, where it cares,
`hear_gone(state, post)` and `hear_round(state, ended)` yield what they find. `state` is a plain JSON object kept in the
transaction of the mark "heard up to here", so that a restart neither misses nor counts twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import Field

from foundation.config import Strict
from foundation.school import School
from search.segment import Segmenter

State = dict[str, Any]
Per = Literal["event", "topic", "source", "school"]


class RuleOptions(Strict):
    """What every rule of rules.yaml says."""

    name: str = Field(min_length=1, max_length=40)
    kind: str
    to: list[str] = Field(default=["officer"], min_length=1)  # roles
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Heard:
    """One public post as rules see it: never restricted, without who wrote it."""

    post_id: int
    heard_at: datetime
    version: int = 1
    event_id: int | None = None
    event_title: str = ""
    source_id: str = ""
    site: str = ""
    title: str = ""
    content: str = ""
    topics: tuple[str, ...] = ()
    category: str = "其他"
    departments: tuple[str, ...] = ()
    level_code: int = 0
    vanished_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What alerts about this post are grouped by: its event, else the post itself."""
        return f"event:{self.event_id}" if self.event_id is not None else f"post:{self.post_id}"

    @property
    def text(self) -> str:
        """Title and text."""
        return f"{self.title}\n{self.content}"


@dataclass(frozen=True, slots=True)
class Round:
    """The end of one visit to a source."""

    source_id: str
    ended_at: datetime
    outcome: str
    new: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: about what (`key`), since when, said in one Chinese sentence without names."""

    key: str
    at: datetime
    says: str
    event_id: int | None = None
    title: str = ""
    level_code: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """What a rule may know of the school."""

    school: School
    segmenter: Segmenter
    words: frozenset[str] = frozenset()  # the school's names, places and own words, folded
    sources: tuple[tuple[str, str, float], ...] = ()  # id, title, posts a day at least expected


class AlertRule(Protocol):
    """The face of `Rule` in every kind; each of the three methods may be missing."""

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Take in one numbered post, new or in a new version."""
        ...


def find_in(post: Heard, key: str, says: str, count: int = 0) -> Finding:
    """Return a finding about a post's event (or the post itself)."""
    title = post.event_title or post.title
    return Finding(key, post.heard_at, says, post.event_id, title, post.level_code, count)


def keys_of(post: Heard, per: Per, only: str = "") -> list[str]:
    """Return what a post counts for: its event, its topics, its source or the school; `only` narrows to one of them."""
    found = {
        "event": [] if post.event_id is None else [f"event:{post.event_id}"],
        "topic": [f"topic:{topic}" for topic in post.topics],
        "source": [f"source:{post.source_id}"],
        "school": ["school"],
    }[per]
    return [key for key in found if not only or key.partition(":")[2] == only]


def name_of(key: str) -> str:
    """Return a key as people read it, for the sentence of a finding."""
    kind, _, name = key.partition(":")
    return {"topic": f"主题“{name}”", "source": f"信源 {name}", "school": "全校"}.get(kind, "同一事件")
