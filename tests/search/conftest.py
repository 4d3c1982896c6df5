"""Fixtures of stage 3: posts written by us about 云麓学院, and every store that must answer alike."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

import search.sqlite_store  # declares its tables
import search.waiting  # noqa: F401  (declares its tables)
from crawler.items import Post
from foundation.ledger import Ledger
from foundation.outcome import LEVELS
from search.elastic_index import ElasticIndex
from search.elastic_store import ElasticStore
from search.index_state import IndexState, write_state
from search.no_store import NoStore
from search.posts import keep_posts
from search.segment import Segmenter
from search.sender import Sender
from search.sqlite_store import SqliteStore
from search.store import Store

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
MakePost = Callable[..., Post]
Keep = Callable[..., list[Post]]


@pytest.fixture(autouse=True)
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tests' clock: a week after `NOON`, so that every post of a test is in the past."""
    path = tmp_path / "clock"
    path.write_text((NOON + timedelta(days=7)).isoformat(), encoding="utf-8")
    monkeypatch.setenv("HUIYIN_CLOCK", str(path))
    return path


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    """jieba with the school's own words."""
    return Segmenter(["云麓学院", "云麓"])


@pytest.fixture
def store(segmenter: Segmenter, database: str) -> Store:
    """The embedded index, where the ledger can hold one; `test_every_store.py` asks each store in turn."""
    return SqliteStore(segmenter) if database == "sqlite" else NoStore(segmenter)


@pytest.fixture
def cluster(segmenter: Segmenter, empty_index: ElasticIndex) -> ElasticStore:
    """The index on a real server, empty."""
    return ElasticStore(segmenter, empty_index)


@pytest.fixture
def fed(ledger: Ledger, cluster: ElasticStore) -> Ledger:
    """A ledger whose posts are searched on the server."""
    serve(ledger, cluster)
    return ledger


def serve(ledger: Ledger, cluster: ElasticStore) -> None:
    """Let a ledger's posts be searched on the server from now on."""
    with ledger.change() as work:
        cluster.prepare(work)
        write_state(work, IndexState("elasticsearch", 1))


def settle(ledger: Ledger, store: Store) -> None:
    """Bring a store up to date with the ledger: the embedded one always is, the cluster after sending."""
    if isinstance(store, ElasticStore) and Sender(ledger, store).send_all().shipped:
        store.index.refresh(1)


@pytest.fixture
def make_post() -> MakePost:
    """Build a post as the pipeline leaves it; each is a minute later than the one before."""
    numbers = count(1)

    def make(content: str = "二食堂的饭菜凉了", **values: object) -> Post:
        number = next(numbers)
        post = Post(
            source_id="forum", site="bbs.yunlu.example", site_kind="forum", key=f"bbs:{number}",
            url=f"http://bbs.yunlu.example/{number}", content=content, outcome="stored",
            published_at=NOON + timedelta(minutes=number), fetched_at=NOON + timedelta(hours=1),
        )  # fmt: skip
        for name, value in values.items():
            setattr(post, name, value)
        post.level = LEVELS[post.level_code]
        return post

    return make


@pytest.fixture
def keep(ledger: Ledger, store: Store) -> Keep:
    """Keep posts in a transaction of their own and return them."""

    def kept(*posts: Post) -> list[Post]:
        with ledger.change() as work:
            return [item.post for item in keep_posts(work, store, posts)]

    return kept
