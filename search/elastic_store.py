"""Stage 3: the grown-up index, on Elasticsearch: the contract of `search/store.py` where a cluster answers.

Nothing is written here: the ledger's triggers note what changed and `search/sender.py` ships it, so that a crawl never
waits for the cluster. A search asks the cluster for numbers of posts only; what is shown comes from the ledger, so a
post that became help-first a moment ago is never shown, whatever the index still holds.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from crawler.items import Post
from foundation.errors import HuiyinError
from foundation.ledger import Ledger, Work
from search.elastic_client import ElasticClient
from search.elastic_index import MISSING, ElasticIndex
from search.elastic_query import compile_body
from search.index_place import remember_place, require_place, require_posts
from search.index_state import read_state
from search.post_table import is_indexable, load_posts
from search.query import Query
from search.records import count_records
from search.segment import Segmenter
from search.sqlite_query import VISIBLE, needles
from search.sqlite_store import hit_of, most_first
from search.store import COUNTED_HITS, FACET_TITLES, Hits
from search.waiting import count_waiting, hidden_waiting, queue_posts
from search.watch_index import watch_index

FACETS = {name: {"terms": {"field": name, "size": COUNTED_HITS}} for name in FACET_TITLES}
MOST_HIDDEN = 10_000
WHOLE = "allow_partial_search_results=false"  # else a red month is left out in silence: a wrong answer
NOTHING: dict[str, Any] = {"hits": {"total": {"value": 0}, "hits": []}}  # no index of ours stands on the server


class ElasticStore:
    """The contract of `search/store.py` on a cluster."""

    def __init__(self, segmenter: Segmenter, index: ElasticIndex) -> None:
        self.segmenter = segmenter
        self.index = index

    @classmethod
    def at(cls, segmenter: Segmenter, client: ElasticClient) -> "ElasticStore":
        """Return the store of a client's servers."""
        return cls(segmenter, ElasticIndex(client))

    def prepare(self, work: Work) -> None:
        """Note every change of a post or a record from now on, and for which prefix an index is being built."""
        watch_index(work)
        remember_place(work, self.index.prefix)

    def put(self, work: Work, posts: Sequence[Post]) -> None:
        """Leave it to the sender: the ledger has noted the posts."""

    def drop(self, work: Work, post_ids: Sequence[int]) -> None:
        """Leave it to the sender: the ledger has noted the posts."""

    def search(
        self, connection: Connection, query: Query, limit: int = 20, after: int | None = None, *, facets: bool = False
    ) -> Hits:
        """Find posts, newest first.

        Raises:
            ServerAway: A part of the index is red: an answer without it would be wrong.
            Stop: The index was built for another prefix, or does not stand on this server.
        """
        require_place(connection, self.index)
        wanted: dict[str, Any] = {"bool": {"filter": [compile_body(query, self.segmenter)]}}
        hidden = hidden_waiting(connection, VISIBLE, MOST_HIDDEN)
        if hidden:
            wanted["bool"]["must_not"] = [{"ids": {"values": [str(post_id) for post_id in hidden]}}]
        found = self._ask(wanted, size=limit + 1, after=after)
        if found is NOTHING:
            require_posts(connection, self.index)
        ids = [int(hit["_id"]) for hit in found["hits"]["hits"]]
        words = needles(query, self.segmenter)
        rows = [hit_of(post, words) for post in load_posts(connection, ids[:limit]) if is_indexable(post)]
        total = int(found["hits"]["total"]["value"])
        next_after = ids[limit - 1] if len(ids) > limit else None
        counts = self._facets(wanted, total) if facets else {}
        return Hits(min(total, COUNTED_HITS), total > COUNTED_HITS, rows, next_after, counts)

    def rebuild(self, work: Work) -> int:
        """Let all posts wait for the sender; return how many of them the index will hold."""
        queue_posts(work)
        return int(work.connection.exec_driver_sql(f"SELECT count(*) FROM post WHERE {VISIBLE}").scalar_one())  # noqa: S608

    def scrub(self, ledger: Ledger) -> bool:
        """Merge overwritten texts out of the cluster's files; False while some wait or the cluster is away.

        A server keeps overwritten documents for some minutes for its replicas: the sender merges once more later.
        """
        with ledger.read() as connection:
            if count_waiting(connection) or count_records(connection):
                return False
            state = read_state(connection)
        try:
            for generation in state.fed_generations():
                self.index.expunge(generation)
        except HuiyinError:
            return False
        return True

    def _ask(self, wanted: dict[str, Any], size: int, after: int | None, **more: Any) -> dict[str, Any]:
        body = {"query": wanted, "size": size, "_source": False, "sort": [{"post_id": "desc"}], **more}
        body.setdefault("track_total_hits", COUNTED_HITS + 1)
        if after is not None:
            # the total counts what stands before `after` too, as the embedded index does
            body["search_after"] = [after]
        answer = self.index.client.ask("POST", f"/{self.index.alias}/_search?{WHOLE}", body, allow=(MISSING,))
        if answer.status == MISSING:  # nothing was indexed yet
            return NOTHING
        return dict(answer.body)

    def _facets(self, wanted: dict[str, Any], total: int) -> dict[str, dict[str, int]]:
        """Count over the newest `COUNTED_HITS`, as the embedded index does."""
        if total > COUNTED_HITS:
            last = self._ask(wanted, 1, None, **{"from": COUNTED_HITS - 1})["hits"]["hits"]
            newest = {"range": {"post_id": {"gte": int(last[0]["_id"])}}}
            wanted = {"bool": {"filter": [wanted, newest]}}
        answer = self._ask(wanted, 0, None, aggs=FACETS, track_total_hits=False)
        counted = answer.get("aggregations", {})
        return {
            name: most_first({each["key"]: each["doc_count"] for each in counted.get(name, {}).get("buckets", [])})
            for name in FACET_TITLES
        }
