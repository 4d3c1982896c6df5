"""Stage 3: no embedded index. A ledger on PostgreSQL has none: its posts are searched in the school's Elasticsearch.

Keeps the contract of `search/store.py`: nothing is put, nothing to drop; a search says what to do.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from crawler.items import Post
from foundation.errors import Refused
from foundation.ledger import Ledger, Work
from search.query import Query
from search.segment import Segmenter
from search.store import Hits


class NoStore:
    """The place of the embedded index beside a ledger that cannot hold one."""

    def __init__(self, segmenter: Segmenter) -> None:
        self.segmenter = segmenter

    def prepare(self, work: Work) -> None:
        """There is nothing to make."""

    def put(self, work: Work, posts: Sequence[Post]) -> None:
        """There is nowhere to put posts; Elasticsearch hears of them by `search/waiting.py`."""

    def drop(self, work: Work, post_ids: Sequence[int]) -> None:
        """There is nothing to take out."""

    def search(
        self, connection: Connection, query: Query, limit: int = 20, after: int | None = None, *, facets: bool = False
    ) -> Hits:
        """Say where posts are searched.

        Raises:
            Refused: Always.
        """
        del connection, query, limit, after, facets
        raise Refused(
            "还没有索引可查", "账本在 PostgreSQL，自带的索引用不了", "先运行 huiyin reindex --to elasticsearch"
        )

    def rebuild(self, work: Work) -> int:
        """Hold nothing, as before."""
        del work
        return 0

    def clear(self, work: Work) -> None:
        """Hold nothing, as before."""

    def put_stored(self, work: Work, posts: Sequence[Post]) -> None:
        """There is nowhere to put posts."""

    def scrub(self, ledger: Ledger) -> bool:
        """Nothing of ours is on a disk; PostgreSQL's own VACUUM clears its dead rows."""
        del ledger
        return True
