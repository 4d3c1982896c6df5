"""What only the full server has: keys with few rights, two nodes of which one dies."""

import base64
import hashlib
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import orjson
import pytest

from demo.elastic_server import FULL, Node, Wish, free_port, launch, running, wait_up
from foundation.errors import Stop
from foundation.ledger import Ledger
from foundation.settings import Elasticsearch
from search.elastic_client import ElasticClient, ServerAway
from search.elastic_store import ElasticStore
from search.parse_query import parse_query
from search.posts import keep_posts
from search.segment import Segmenter
from search.sender import Sender
from search.verify_index import verify_generation
from tests.search.conftest import serve

pytestmark = pytest.mark.full
PASSWORD = "only-for-this-test"
RIGHTS = ["read", "write", "create_index", "view_index_metadata", "maintenance", "manage"]


def file_realm() -> dict[str, bytes]:
    """The files of one superuser, made before the server starts."""
    salt = os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 10_000, 32)
    hashed = f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
    return {"users": f"root:{hashed}\n".encode(), "users_roles": b"superuser:root\n"}


@pytest.fixture
def secured(node_folder: Path) -> Iterator[Node]:
    """A server that asks for a key."""
    settings = {"xpack.security.enabled": "true", "xpack.security.http.ssl.enabled": "false"}
    settings["xpack.security.authc.password_hashing.algorithm"] = "pbkdf2"
    with running(FULL, node_folder, Wish(settings, file_realm())) as node:
        yield node


def make_key(url: str, roles: dict) -> str:
    """Let the superuser make a key; return it as the product is given it."""
    login = base64.b64encode(f"root:{PASSWORD}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {login}"}
    body = orjson.dumps({"name": "huiyin", "role_descriptors": roles})
    with urlopen(Request(f"{url}/_security/api_key", body, headers)) as answer:
        return orjson.loads(answer.read())["encoded"]


def test_the_product_runs_with_a_key_limited_to_its_prefix_and_a_wider_one_is_named(
    secured: Node, ledger: Ledger, segmenter: Segmenter, make_post, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = {"huiyin": {"cluster": [], "indices": [{"names": ["huiyin-*"], "privileges": RIGHTS}]}}
    monkeypatch.setenv("NARROW", make_key(secured.url, roles))
    monkeypatch.setenv("WIDE", make_key(secured.url, {}))
    monkeypatch.setenv("WRONG", base64.b64encode(b"nobody:nothing").decode())
    narrow, wide, wrong = (
        ElasticClient(Elasticsearch(servers=[secured.url], api_key=f"env:{name}"))
        for name in ("NARROW", "WIDE", "WRONG")
    )
    store = ElasticStore.at(segmenter, narrow)
    serve(ledger, store)
    with ledger.change() as work:
        keep_posts(work, store, [make_post("食堂"), make_post("宿舍")])
    assert Sender(ledger, store).send_all().shipped == 2
    assert verify_generation(ledger, store.index, 1, lambda done: None).is_equal
    with ledger.read() as connection:
        assert store.search(connection, parse_query("食堂"), facets=True).total == 1
    assert store.index.write_template() is False

    assert (narrow.excess_rights(), "所有索引" in "".join(wide.excess_rights())) == ([], True)
    with pytest.raises(Stop, match="没有权限"):
        narrow.ask("PUT", "/another-index")
    with pytest.raises(Stop, match="不认这把密钥"):
        wrong.ask("GET", "/_alias")
    for client in (narrow, wide, wrong):
        client.close()


def test_two_nodes_with_one_replica_lose_nothing_when_one_is_killed_during_bulk(
    node_folder: Path, ledger: Ledger, segmenter: Segmenter, make_post
) -> None:
    ports = [free_port(), free_port()]
    settings = {
        "discovery.seed_hosts": "[" + ",".join(f'"127.0.0.1:{port}"' for port in ports) + "]",
        "cluster.initial_master_nodes": "[first, second]",
    }
    nodes = [
        launch(FULL, node_folder / name, Wish(settings, transport_port=port))
        for name, port in zip(("first", "second"), ports, strict=True)
    ]
    try:
        wait_up(nodes)
        place = Elasticsearch(servers=[node.url for node in nodes], replicas=1)
        store = ElasticStore.at(segmenter, ElasticClient(place))
        serve(ledger, store)
        with ledger.change() as work:
            keep_posts(work, store, [make_post(f"食堂第{number}天") for number in range(3000)])
        sender = Sender(ledger, store)
        store.index.ensure([store.index.name(1, int(datetime(2026, 11, 2, tzinfo=UTC).timestamp()) << 20)], 1)
        wait_green(store)

        def kill_second(sent) -> None:
            if sent.shipped == 1000:
                os.kill(server_pid(nodes[1]), signal.SIGKILL)

        try:
            sender.send_all(kill_second)
        except ServerAway:
            nodes[1] = launch(FULL, node_folder / "second", Wish(settings, transport_port=ports[1]))
            place.servers[1] = nodes[1].url
            wait_up(nodes)
            store = ElasticStore.at(segmenter, ElasticClient(place))
            Sender(ledger, store).send_all()
        found = verify_generation(ledger, store.index, 1, lambda done: None)
        store.index.client.close()
    finally:
        for node in nodes:
            node.stop()

    assert (found.in_index, found.is_equal) == (3000, True)


def server_pid(node: Node) -> int:
    """Return the process that serves; what we started is its launcher."""
    children = Path(f"/proc/{node.process.pid}/task/{node.process.pid}/children").read_text().split()
    return int(children[0]) if children else node.process.pid


def wait_green(store: ElasticStore) -> None:
    """Wait until the replica stands on the other node."""
    store.index.client.ask("GET", "/_cluster/health?wait_for_status=green&timeout=30s")
