"""Stage 3: the store of a school that has an Elasticsearch: asks the ledger at each use which index answers now.

While the other index is being built both are fed, so that search goes on and nothing is missed at the change.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from crawler.items import Post
from foundation.ledger import Ledger, Work
from search.elastic_store import ElasticStore
from search.index_state import read_state
from search.no_store import NoStore
from search.query import Query
from search.sqlite_store import SqliteStore
from search.store import Hits, Store


class ChooseStore:
    """The contract of `search/store.py`, passed on to the index that the ledger names."""

    def __init__(self, embedded: SqliteStore | NoStore, cluster: ElasticStore) -> None:
        self.embedded = embedded
        self.cluster = cluster

    def prepare(self, work: Work) -> None:
        """Make what the fed indices need."""
        self.embedded.prepare(work)
        if read_state(work.connection).feeds("elasticsearch"):
            self.cluster.prepare(work)

    def put(self, work: Work, posts: Sequence[Post]) -> None:
        """Index posts; the cluster's are noted by the ledger itself."""
        if read_state(work.connection).feeds("sqlite"):
            self.embedded.put(work, posts)

    def drop(self, work: Work, post_ids: Sequence[int]) -> None:
        """Take posts out, also out of an index that is fed no more: a text that must go goes everywhere."""
        self.embedded.drop(work, post_ids)

    def search(
        self, connection: Connection, query: Query, limit: int = 20, after: int | None = None, *, facets: bool = False
    ) -> Hits:
        """Ask the index that answers."""
        return self._serving(connection).search(connection, query, limit, after, facets=facets)

    def rebuild(self, work: Work) -> int:
        """Build the index that answers again."""
        return self._serving(work.connection).rebuild(work)

    def scrub(self, ledger: Ledger) -> bool:
        """Scrub both: the ledger's own file holds the texts too."""
        with ledger.read() as connection:
            fed = read_state(connection).feeds("elasticsearch")
        embedded = self.embedded.scrub(ledger)
        return (not fed or self.cluster.scrub(ledger)) and embedded

    def _serving(self, connection: Connection) -> Store:
        return self.cluster if read_state(connection).serving == "elasticsearch" else self.embedded
