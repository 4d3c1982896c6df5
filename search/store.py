"""Stage 3: the contract of an index. Posts in, hits out; the same answers from every store.

The ledger is the truth and the index a projection of it: it can be dropped and built again. `tests/search/
test_every_store.py` holds what every store must answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection

from crawler.items import Post
from foundation.ledger import Ledger, Work, ledger_address
from foundation.school import School
from search.query import Query

if TYPE_CHECKING:
    from search.elastic_store import ElasticStore
    from search.segment import Segmenter

FACET_TITLES = {
    "level": "等级",
    "category": "类别",
    "topics": "主题",
    "departments": "责任部门",
    "site": "站点",
    "day": "日期",
}
COUNTED_HITS = 10_000  # totals and facets look at the newest this many hits, and say so


@dataclass(frozen=True, slots=True)
class Hit:
    """One found post as a list shows it. Spans are (start, end) in code points of the text they belong to."""

    post_id: int
    published_at: datetime | None
    level_code: int
    level: str
    category: str
    site: str
    source_id: str
    title: str
    title_spans: tuple[tuple[int, int], ...]
    snippet: str
    snippet_spans: tuple[tuple[int, int], ...]
    url: str
    topics: tuple[str, ...]
    departments: tuple[str, ...]
    event_id: int | None
    case_no: str
    review_state: str
    copies: int
    vanished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hits:
    """An answer, newest first.

    Attributes:
        total: How many posts were found, at most `COUNTED_HITS`.
        capped: There are more than `total`.
        rows: The asked-for part of them.
        next_after: Give this as `after` for the next part; None when this was the last.
        facets: Field → value → count over the newest `COUNTED_HITS`; empty when not asked for.
    """

    total: int
    capped: bool
    rows: list[Hit]
    next_after: int | None
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


class Store(Protocol):
    """What every index can do."""

    def prepare(self, work: Work) -> None:
        """Make what the index needs; nothing happens when it is there already."""

    def put(self, work: Work, posts: Sequence[Post]) -> None:
        """Index new posts or new texts of known posts; all of them are indexable."""

    def drop(self, work: Work, post_ids: Sequence[int]) -> None:
        """Take posts out of the index; ids that are not in it are ignored."""

    def search(
        self, connection: Connection, query: Query, limit: int = 20, after: int | None = None, *, facets: bool = False
    ) -> Hits:
        """Find posts, newest first; `after` is the last post id of the part before. Never finds a restricted post."""

    def rebuild(self, work: Work) -> int:
        """Build the index again from the ledger; return how many posts it holds."""

    def scrub(self, ledger: Ledger) -> bool:
        """Make dropped texts vanish from the bytes on disk; False when another reader kept them for now."""


def open_store(school: School) -> Store:
    """Return the school's index; its segmenter knows the school's words."""
    from search.no_store import NoStore
    from search.segment import Segmenter, school_words
    from search.sqlite_store import SqliteStore

    segmenter = Segmenter(school_words(school), fast=school.settings.judge.segmenter == "fast")
    embedded = SqliteStore(segmenter) if ledger_address() is None else NoStore(segmenter)
    cluster = open_cluster(school, embedded.segmenter)
    if cluster is None:
        return embedded
    from search.choose_store import ChooseStore

    return ChooseStore(embedded, cluster)


def open_cluster(school: School, segmenter: "Segmenter") -> "ElasticStore | None":
    """Return the school's index on Elasticsearch, without asking the servers anything; None when it has none."""
    place = school.settings.elasticsearch
    if place is None:
        return None
    from search.elastic_client import ElasticClient
    from search.elastic_store import ElasticStore

    return ElasticStore.at(segmenter, ElasticClient(place))


def as_plain(hit: Hit) -> dict[str, Any]:
    """Return a hit as plain data for `--json`: instants as text, spans as lists."""
    plain = {name: getattr(hit, name) for name in Hit.__slots__}
    for name in ("published_at", "vanished_at"):
        plain[name] = plain[name].isoformat() if plain[name] else None
    return plain
