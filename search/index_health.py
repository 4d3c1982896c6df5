"""Stage 3: which indices of a school cannot be searched now (red), or lack a copy (yellow).

`_cluster/health` would say it too, but asks for a right over the whole cluster, which the product's key does not have.
"""

from typing import Literal

from search.elastic_client import RED_STEP, RED_WORDS, ServerAway
from search.elastic_index import ElasticIndex

Health = Literal["red", "yellow"]


def unwell(index: ElasticIndex, health: Health, generation: int | None = None) -> list[str]:
    """Return the indices of a generation, or of all, that are in this state; those that are well are never named."""
    found = index.client.ask("GET", f"/{index.prefix}*/_shard_stores?status={health}").body["indices"]
    return [name for name in index.names(generation) if name in found]


def require_whole(index: ElasticIndex, generation: int) -> None:
    """Do nothing when every index of a generation can be read.

    Raises:
        ServerAway: Some cannot; a request to these would be waited for in vain.
    """
    red = unwell(index, "red", generation)
    if red:
        raise ServerAway(RED_WORDS, f"{index.client.where} {'、'.join(red)}", RED_STEP)
