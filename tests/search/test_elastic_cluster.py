"""What only the full server has: keys with few rights, two nodes of which one dies."""

import base64
import hashlib
import os
import shutil
import signal
import ssl
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from urllib.request import Request, urlopen

import orjson
import pytest

from demo.elastic_server import FULL, Node, Wish, free_port, launch, running, wait_up
from foundation import clock
from foundation.errors import Stop
from foundation.ledger import Ledger
from foundation.settings import Elasticsearch
from kibana.roles import reader_role
from search.elastic_client import ElasticClient, ServerAway
from search.elastic_store import ElasticStore
from search.index_health import unwell
from search.parse_query import parse_query
from search.posts import keep_posts
from search.segment import Segmenter
from search.sender import Sender, Sent
from search.verify_index import verify_generation
from search.waiting import BATCH_POSTS
from tests.search.case_records import add_case
from tests.search.conftest import serve
from tests.servers.authority import make_authority

pytestmark = pytest.mark.full
PASSWORD = "only-for-this-test"
RIGHTS = ["read", "write", "create_index", "view_index_metadata", "maintenance", "manage"]


def file_realm() -> dict[str, bytes]:
    """The files of one superuser, made before the server starts."""
    salt = os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 10_000, 32)
    hashed = f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
    return {"users": f"root:{hashed}\n".encode(), "users_roles": b"superuser:root\n"}


@pytest.fixture(scope="module")
def secured() -> Iterator[Node]:
    """A server that asks for a key and shows a certificate of the school's own authority."""
    settings = {"xpack.security.enabled": "true", "xpack.security.http.ssl.enabled": "true"}
    settings |= {"xpack.security.http.ssl.certificate": "http.crt", "xpack.security.http.ssl.key": "http.key"}
    settings["xpack.security.authc.password_hashing.algorithm"] = "pbkdf2"
    made = make_authority()
    folder = Path(tempfile.mkdtemp(prefix="huiyin-node-"))
    (folder / "ca.pem").write_bytes(made.ca)
    files = file_realm() | {"http.crt": made.certificate, "http.key": made.key}
    with running(FULL, folder / "node", Wish(settings, files, ca_file=str(folder / "ca.pem"))) as node:
        yield node
    shutil.rmtree(folder)


def make_key(node: Node, roles: dict) -> str:
    """Let the superuser make a key; return it as the product is given it."""
    login = base64.b64encode(f"root:{PASSWORD}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {login}"}
    body = orjson.dumps({"name": "huiyin", "role_descriptors": roles})
    trusted = ssl.create_default_context(cafile=node.ca_file)
    with urlopen(Request(f"{node.url}/_security/api_key", body, headers), context=trusted) as answer:
        return orjson.loads(answer.read())["encoded"]


@pytest.fixture
def client_with(secured: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ElasticClient]]:
    """Give clients with a key of some roles (a text: that very key)."""
    made: list[ElasticClient] = []

    def client(roles: dict | str, prefix: str = "huiyin-", *, trusting: bool = True) -> ElasticClient:
        name = f"KEY_{len(made)}"
        monkeypatch.setenv(name, roles if isinstance(roles, str) else make_key(secured, roles))
        ca_file = secured.ca_file if trusting else ""
        place = Elasticsearch(servers=[secured.url], api_key=f"env:{name}", ca_file=ca_file, prefix=prefix)
        made.append(ElasticClient(place))
        return made[-1]

    yield client
    for each in made:
        each.close()


PRODUCT = {"huiyin": {"cluster": [], "indices": [{"names": ["huiyin-*"], "privileges": RIGHTS}]}}


def test_the_product_runs_with_a_key_limited_to_its_prefix_and_a_wider_one_is_named(
    client_with, ledger: Ledger, segmenter: Segmenter, make_post
) -> None:
    narrow, wide = client_with(PRODUCT), client_with({})
    store = ElasticStore.at(segmenter, narrow)
    serve(ledger, store)
    with ledger.change() as work:
        keep_posts(work, store, [make_post("食堂"), make_post("宿舍")])
    assert Sender(ledger, store).send_all().shipped == 2
    assert verify_generation(ledger, store.index, 1, lambda done: None).is_equal
    with ledger.read() as connection:
        assert store.search(connection, parse_query("食堂"), facets=True).total == 1
    assert store.index.write_template() is False
    assert (unwell(store.index, "red"), unwell(store.index, "yellow")) == ([], [])

    assert (narrow.excess_rights(), "所有索引" in "".join(wide.excess_rights())) == ([], True)
    two = client_with({"two": {"indices": [{"names": ["huiyin-*", "logs-*"], "privileges": ["read"]}]}})
    assert two.excess_rights() == ["别的索引 logs-probe read"]
    assert {"集群 all", "所有索引 manage"} <= set(wide.excess_rights())
    with pytest.raises(Stop, match="没有权限"):
        narrow.ask("PUT", "/another-index")
    with pytest.raises(Stop, match="不认这把密钥"):
        client_with(base64.b64encode(b"nobody:nothing").decode()).ask("GET", "/_alias")


def test_a_certificate_of_the_schools_own_authority_is_trusted_only_when_the_school_says_so(client_with) -> None:
    assert client_with(PRODUCT).ask("GET", "/huiyin-*/_alias").status == 200

    with pytest.raises(ServerAway, match=r"证书不被信任.*ca_file"):
        client_with(PRODUCT, trusting=False).ask("GET", "/huiyin-*/_alias")


def test_the_readers_role_reads_our_aliases_and_neither_writes_nor_reads_elsewhere(
    client_with, ledger: Ledger, segmenter: Segmenter
) -> None:
    prefix = "huiyin-read-"
    store = ElasticStore.at(segmenter, client_with(PRODUCT, prefix))
    serve(ledger, store)
    with ledger.change() as work:
        add_case(work, 1)
    Sender(ledger, store).send_all()
    store.index.refresh(1)
    reader = client_with({"reader": reader_role(prefix)["elasticsearch"]}, prefix)

    assert reader.ask("GET", f"/{prefix}cases/_search").body["hits"]["total"]["value"] == 1
    for method, path in (
        ("DELETE", f"/{prefix}cases-v1"),
        ("PUT", f"/{prefix}cases/_doc/2"),
        ("GET", "/huiyin-b/_doc/1"),
    ):
        with pytest.raises(Stop, match="没有权限"):
            reader.ask(method, path, {} if method == "PUT" else None)


def test_neither_help_first_nor_confidential_words_are_in_the_servers_answers_or_files(
    secured: Node, client_with, ledger: Ledger, segmenter: Segmenter, make_post
) -> None:
    """The same search of the files does find an ordinary post and an ordinary case: it can find what is there."""
    prefix, open_words, open_case = "huiyin-quiet-", "栀子花开在东操场", "西门快递柜坏了"
    secret = ("只想一个人待着的夜晚", "天台上的风很大", "内部处置不外传", "事由不便公开")
    store = ElasticStore.at(segmenter, client_with(PRODUCT, prefix))
    serve(ledger, store)
    with ledger.change() as work:
        keep_posts(work, store, [make_post(open_words), make_post(secret[0], restricted=True)])
        add_case(work, 1, title=open_case, disposition=secret[2])
        add_case(work, 2, title=secret[1], restricted=True)
        add_case(work, 3, title=secret[3], confidential=True, disposition=secret[2], fact_note=secret[2])
    Sender(ledger, store).send_all()
    store.index.refresh(1)
    answers = str(store.index.client.ask("GET", f"/{prefix}*/_search?size=100").body)
    before = b"".join(path.read_bytes() for path in secured.files())
    store.index.client.ask("POST", f"/{prefix}*/_flush?force=true")
    files = before + b"".join(path.read_bytes() for path in secured.files())

    assert [words in answers and words.encode() in files for words in (open_words, open_case)] == [True, True]
    assert [words for words in secret if words in answers or words.encode() in files] == []


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

        killer = Killer(nodes[0].url, nodes[1])
        try:
            sender.send_all(killer.begin)
        except ServerAway:
            killer.join()
            nodes[1] = launch(FULL, node_folder / "second", Wish(settings, transport_port=ports[1]))
            place.servers[1] = nodes[1].url
            wait_up(nodes)
            store = ElasticStore.at(segmenter, ElasticClient(place))
            Sender(ledger, store).send_all()
        killer.join()
        found = verify_generation(ledger, store.index, 1, lambda done: None)
        store.index.client.close()
    finally:
        for node in nodes:
            node.stop()

    assert killer.interrupted, "no bulk request was under way on the node that was killed"
    assert (found.in_index, found.is_equal) == (3000, True)


class Killer(Thread):
    """Kills a node with -9 as soon as the cluster says that this node works at a bulk request.

    Attributes:
        interrupted: What the node was doing, in the server's words; empty when it was never seen at work.
    """

    def __init__(self, asked: str, victim: Node) -> None:
        super().__init__(daemon=True)
        self.client = ElasticClient(Elasticsearch(servers=[asked]))
        self.victim = victim
        self.interrupted = ""

    def begin(self, sent: Sent) -> None:
        """Start after the first request, so that some posts stand on both nodes already."""
        if sent.shipped < BATCH_POSTS or self.ident:
            return
        self.start()

    def run(self) -> None:
        pid = server_pid(self.victim)
        path = f"/_tasks?actions=indices:data/write/bulk*&nodes={self.victim.folder.name}"
        end = clock.monotonic_seconds() + 60
        while not self.interrupted and clock.monotonic_seconds() < end:
            at_work = self.client.ask("GET", path).body["nodes"].values()
            self.interrupted = " ".join(task["action"] for node in at_work for task in node["tasks"].values())
        if self.interrupted:
            os.kill(pid, signal.SIGKILL)
        self.client.close()


def server_pid(node: Node) -> int:
    """Return the process that serves; what we started is its launcher."""
    children = Path(f"/proc/{node.process.pid}/task/{node.process.pid}/children").read_text().split()
    return int(children[0]) if children else node.process.pid


def wait_green(store: ElasticStore) -> None:
    """Wait until the replica stands on the other node."""
    store.index.client.ask("GET", "/_cluster/health?wait_for_status=green&timeout=30s")
