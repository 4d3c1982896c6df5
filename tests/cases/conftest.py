"""Fixtures of the cases stage: a clock file, a ledger, the example school, an index, and events with posts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

import search.sqlite_store  # noqa: F401  (declares its tables)
from cases.open_case import open_cases
from crawler.items import Post
from foundation.clock import SCHOOL_ZONE
from foundation.ledger import Ledger
from foundation.outcome import LEVELS, Outcome
from foundation.school import School
from search.posts import change_posts, keep_posts
from search.store import Store, open_store


@dataclass(frozen=True)
class Change:
    """What clustering reports of an event, as `events.cluster_posts.EventChange` does."""

    event_id: int
    level_code: int
    restricted: bool = False
    kind: str = "new"
    post_ids: list[int] = field(default_factory=list)


@dataclass
class Stage:
    """A small world: moves the clock, hears posts, opens cases."""

    ledger: Ledger
    school: School
    store: Store
    clock_file: Path
    heard: int = 0

    def at(self, text: str) -> datetime:
        """Set the clock to a school time and return it."""
        instant = datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)
        self.clock_file.write_text(instant.isoformat())
        return instant

    def hear(self, event_id: int | None, level_code: int, **values: object) -> int:
        """Keep one post now, of an event or (None) not yet of any; return its id."""
        self.heard += 1
        post = Post(
            source_id="forum",
            site="bbs.yunlu.example",
            key=f"bbs.yunlu.example:{self.heard}",
            url=f"http://bbs.yunlu.example/thread-{self.heard}.html",
            title=f"二食堂的汤里有异物 {self.heard}",
            content="今天中午在二食堂打的汤里有异物，希望学校查一查。",
            outcome=Outcome.STORED,
            level_code=level_code,
            level=LEVELS[level_code],
            departments=("safety",),
        )
        for name, value in values.items():
            setattr(post, name, value)
        with self.ledger.change() as work:
            kept = keep_posts(work, self.store, [post])[0].post
            if event_id is not None:
                change_posts(work, self.store, [kept.post_id or 0], event_id=event_id)
        return kept.post_id or 0

    def open(self, *changes: Change) -> list[str]:
        """Run `open_cases` in a transaction of its own."""
        with self.ledger.change() as work:
            return open_cases(work, self.store, self.school, changes)

    def found(self, text: str, level_code: int, event_id: int = 1, **values: object) -> str:
        """Move the clock, hear one post of an event and open its case; return the number."""
        self.at(text)
        self.hear(event_id, level_code, **values)
        return self.open(Change(event_id, level_code, bool(values.get("restricted"))))[0]


@pytest.fixture
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual clock, set before any ledger is made."""
    file = tmp_path / "clock"
    file.write_text("2026-09-30T16:00:00+08:00")
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))
    return file


@pytest.fixture
def stage(clock_file: Path, ledger: Ledger, example_school: School) -> Stage:
    """The small world."""
    return Stage(ledger, example_school, open_store(example_school), clock_file)


@pytest.fixture
def hear_change() -> Callable[..., Change]:
    """Build a change of an event."""
    return Change
