"""A month of the index that no server may hold: what a lost disk leaves, on the real server of the tests."""

from search.elastic_index import ElasticIndex
from search.mapping import STANDARD, index_body

NOWHERE = {"index.routing.allocation.require._name": "no-such-node"}


def make_red(index: ElasticIndex, name: str) -> None:
    """Put an index in place of `name` that is searched by its alias and stands on no server: it is red."""
    index.client.ask("DELETE", f"/{name}", allow=(404,))
    body = index_body(STANDARD, 0, "posts")
    body["settings"] |= NOWHERE
    body["aliases"] = {index.alias: {}}
    index.client.ask("PUT", f"/{name}?wait_for_active_shards=0", body)
