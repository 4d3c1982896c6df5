"""Fixtures of stage 4: posts about 云麓学院 that are kept, numbered and clustered in a ledger of their own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

import search.sqlite_store  # noqa: F401  (declares its tables)
from crawler.items import Post
from events.cluster_posts import cluster_new_posts
from events.event import EventChange
from foundation.ledger import Ledger
from foundation.outcome import LEVELS
from foundation.school import School
from search.posts import keep_posts, number_posts, posts_after
from search.store import Store, open_store
from tests.servers.new_ledger import new_ledger

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
MakePost = Callable[..., Post]


@pytest.fixture(autouse=True)
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tests' clock: the evening of the posts' day."""
    path = tmp_path / "clock"
    path.write_text((NOON + timedelta(hours=8)).isoformat(), encoding="utf-8")
    monkeypatch.setenv("HUIYIN_CLOCK", str(path))
    return path


@pytest.fixture(scope="session")
def store(example_school: School) -> Store:
    """The example school's index."""
    return open_store(example_school)


@pytest.fixture
def make_post() -> MakePost:
    """Build a judged post; each is a minute later than the one before."""
    numbers = count(1)

    def make(content: str, **values: object) -> Post:
        number = next(numbers)
        post = Post(
            source_id="forum", site="bbs.yunlu.example", key=f"k{number}", url=f"http://bbs.yunlu.example/{number}",
            content=content, outcome="stored", level_code=1,
            published_at=NOON + timedelta(minutes=number), fetched_at=NOON + timedelta(hours=1),
        )  # fmt: skip
        for name, value in values.items():
            setattr(post, name, value)
        post.level = LEVELS[post.level_code]
        return post

    return make


class Campus:
    """Keeps posts page by page and clusters what is new, as crawl and tick do."""

    def __init__(self, ledger: Ledger, store: Store, school: School) -> None:
        self.ledger, self.store, self.school = ledger, store, school
        self.seen = 0

    def hear(self, *posts: Post) -> None:
        """Keep each post as a page of its own and number it."""
        for post in posts:
            with self.ledger.change() as work:
                keep_posts(work, self.store, [post])
                number_posts(work)

    def cluster(self, limit: int = 500) -> list[EventChange]:
        """Cluster up to `limit` posts that were not yet."""
        with self.ledger.change() as work:
            numbered = posts_after(work.connection, self.seen, limit)
            changes = cluster_new_posts(work, self.store, self.school, numbered)
        self.seen = numbered[-1][0] if numbered else self.seen
        return changes

    def events(self) -> list[list[int]]:
        """Return each event's posts as numbers of their keys, events by their first post."""
        with self.ledger.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT event_member.event_id, post.key FROM event_member JOIN post USING (post_id) "
                "ORDER BY event_member.event_id, post.post_id"
            ).all()
        found: dict[int, list[int]] = {}
        for event_id, key in rows:
            found.setdefault(event_id, []).append(int(key.removeprefix("k")))
        return list(found.values())


@pytest.fixture
def campus(ledger: Ledger, store: Store, example_school: School) -> Campus:
    """A campus of its own ledger."""
    return Campus(ledger, store, example_school)


@pytest.fixture
def fresh_campus(store: Store, example_school: School, tmp_path: Path) -> Iterator[Callable[[], Campus]]:
    """Give one new campus for each drawn example."""
    opened: list[Ledger] = []

    def give() -> Campus:
        opened.append(new_ledger(tmp_path / f"campus{len(opened)}"))
        return Campus(opened[-1], store, example_school)

    yield give
    for ledger in opened:
        ledger.close()
