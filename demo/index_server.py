"""Demo: the story on a real Elasticsearch: `--store elasticsearch`. In: the product. Out: its index there, looked at.

The small server of version 8 is fetched once a machine; the product changes over by its own command before it runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.elastic_server import BARE, Node, running
from demo.run_product import Product
from foundation import clock
from foundation.errors import Stop
from foundation.settings import Elasticsearch
from search.elastic_client import ElasticClient

PREFIX = "huiyin-"
ALIASES = ("posts", "cases", "patrol")
WHOLE = 10_000  # more than the story has
TRIES, PAUSE_SECONDS = 60, 1.0


@dataclass(frozen=True, slots=True)
class IndexServer:
    """The running server and what the school writes about it."""

    node: Node
    prefix: str = PREFIX

    @property
    def settings(self) -> dict[str, Any]:
        """The section of huiyin.yaml."""
        return {"servers": [self.node.url], "prefix": self.prefix}

    def settle(self, product: Product) -> None:
        """Wait until the product's own comparison of index and ledger finds no difference.

        Raises:
            Stop: It finds some, again and again.
        """
        problem: Stop | None = None
        for _ in range(TRIES):
            try:
                product.command("index", "verify")
            except Stop as found:  # the long run is sending just now, or sent what was missing
                problem = found
                clock.wait(PAUSE_SECONDS)
            else:
                return
        raise Stop("索引一直与账本对不上", self.node.url, str(problem))

    def answers(self) -> dict[str, str]:
        """Return everything that the server shows of the school, by alias."""
        client = ElasticClient(Elasticsearch(servers=[self.node.url]))
        try:
            asked = {name: f"/{self.prefix}{name}/_search?size={WHOLE}" for name in ALIASES}
            return {f"Elasticsearch {name}": str(client.ask("GET", path).body) for name, path in asked.items()}
        finally:
            client.close()


@contextmanager
def index_server(folder: Path) -> Iterator[IndexServer]:
    """Give a running server; it is ended on the way out."""
    with running(BARE, folder) as node:
        yield IndexServer(node)
