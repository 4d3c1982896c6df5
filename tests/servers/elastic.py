"""Fixtures: a real Elasticsearch, one for all workers of a test run, and a place on it of each test's own.

`HUIYIN_TEST_ES_URL` names a server instead; `HUIYIN_TEST_ES=full` asks for the full 9.x. A server that holds a school's
posts is refused. The server is ended by the process that leads the run, by its own process id.
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.elastic_server import BARE, FULL, Distribution, Wish, java_home, launch, running, wait_up
from foundation import clock
from foundation.errors import Stop
from foundation.settings import Elasticsearch
from search.elastic_client import ElasticClient
from search.elastic_index import ElasticIndex

URL_VARIABLE, KIND_VARIABLE = "HUIYIN_TEST_ES_URL", "HUIYIN_TEST_ES"
SCHOOLS = "huiyin-posts"
EXACT_CLOCK = {"thread_pool.estimated_time_interval": "0ms"}  # else the server's clock moves five times a second
QUICK_START = "-XX:TieredStopAtLevel=1"  # a server that lives for minutes is not worth Java's second compiler


def pytest_configure(config: pytest.Config) -> None:
    """Give all workers of this run one folder for their common server; end at once when it could not be started."""
    os.environ.setdefault("ES_JAVA_OPTS", QUICK_START)  # 19 s of CPU instead of 30 until it answers
    if not hasattr(config, "workerinput"):
        need_java()
        config.huiyin_folder = Path(tempfile.mkdtemp(prefix="huiyin-es-"))  # type: ignore[attr-defined]


def need_java() -> None:
    """End a run against the full server that has no fitting Java with that sentence, before anything is fetched."""
    if wanted_distribution() is FULL:
        try:
            java_home(FULL.least_java)
        except Stop as problem:
            pytest.exit(str(problem), 2)


def pytest_configure_node(node: object) -> None:
    """Tell a worker the run's folder (xdist's hook)."""
    node.workerinput["huiyin_folder"] = str(node.config.huiyin_folder)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run's server, if a test started one."""
    folder = getattr(config, "huiyin_folder", None)
    if folder is None:
        return
    known = folder / "server.json"
    if known.exists():
        end(json.loads(known.read_text())["pid"])
    shutil.rmtree(folder)


def end(pid: int, how: signal.Signals = signal.SIGTERM) -> None:
    """End a server that perhaps another worker started, and wait until it is gone."""
    try:
        os.kill(pid, how)
        for _ in range(600):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
            clock.wait(0.1)
    except (ProcessLookupError, FileNotFoundError):
        return


def run_folder(config: pytest.Config) -> Path:
    """Return the folder that all workers of this run share."""
    given = getattr(config, "workerinput", {}).get("huiyin_folder")
    return Path(given) if given else config.huiyin_folder  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def elastic_url(request: pytest.FixtureRequest) -> str:
    """The address of the run's server; the first worker that asks starts it."""
    given = os.environ.get(URL_VARIABLE)
    if given:
        refuse_a_schools(given)
        return given
    folder = run_folder(request.config)
    known = folder / "server.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            node = launch(wanted_distribution(), folder / "node", Wish(EXACT_CLOCK))
            wait_up([node])
            known.write_text(json.dumps({"url": node.url, "pid": node.process.pid}))
    return str(json.loads(known.read_text())["url"])


@pytest.fixture(scope="session")
def server_on_disk(request: pytest.FixtureRequest) -> Iterator[tuple[str, Path]]:
    """A server of this machine and the folder of its data: the run's own; beside one named by URL, another."""
    if not os.environ.get(URL_VARIABLE):
        yield request.getfixturevalue("elastic_url"), run_folder(request.config) / "node" / "data"
        return
    folder = Path(tempfile.mkdtemp(prefix="huiyin-node-"))
    with running(wanted_distribution(), folder / "node", Wish(EXACT_CLOCK)) as node:
        yield node.url, node.folder / "data"
    shutil.rmtree(folder)


def wanted_distribution() -> Distribution:
    """Return what this run tests against: bare 8.x, or the full 9.x."""
    return FULL if os.environ.get(KIND_VARIABLE) == "full" else BARE


def refuse_a_schools(url: str) -> None:
    """Stop when a server holds a school's posts: tests make and delete indices."""
    client = ElasticClient(Elasticsearch(servers=[url]))
    found = client.ask("GET", f"/{SCHOOLS}*/_alias").body
    client.close()
    if found:
        raise AssertionError(f"{url} 上有一所学校的索引（{min(found)}…），测试不会在它上面运行。换一台服务器")


@pytest.fixture
def node_folder() -> Iterator[Path]:
    """A folder that another account may enter: pytest closes its own again and again."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-node-"))
    yield folder / "node"
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def places(elastic_url: str) -> Iterator[Callable[[], Elasticsearch]]:
    """Give places of their own on the server; their indices are deleted at the end of the run."""
    made: list[Elasticsearch] = []

    def make() -> Elasticsearch:
        made.append(Elasticsearch(servers=[elastic_url], prefix=f"huiyin-test-{secrets.token_hex(4)}-"))
        return made[-1]

    yield make
    client = ElasticClient(Elasticsearch(servers=[elastic_url]))
    for place in made:
        for name in client.ask("GET", f"/{place.prefix}*/_alias").body:
            client.ask("DELETE", f"/{name}")
        client.ask("DELETE", f"/_index_template/{place.prefix}*", allow=(404,))
    client.close()


@pytest.fixture
def place(places: Callable[[], Elasticsearch]) -> Elasticsearch:
    """A place of the test's own."""
    return places()


@pytest.fixture
def index(place: Elasticsearch) -> Iterator[ElasticIndex]:
    """The indices at a place of the test's own."""
    own = ElasticIndex(ElasticClient(place))
    yield own
    own.client.close()


@pytest.fixture(scope="session")
def worker_index(places: Callable[[], Elasticsearch]) -> Iterator[ElasticIndex]:
    """One place for all tests of a worker that need no more than an empty index: making one takes a second."""
    own = ElasticIndex(ElasticClient(places()))
    yield own
    own.client.close()


@pytest.fixture(scope="session")
def cleared() -> dict[str, int]:
    """How many deletions of each index the server has forgotten."""
    return {}


@pytest.fixture
def empty_index(worker_index: ElasticIndex, cleared: dict[str, int]) -> ElasticIndex:
    """The worker's index without the posts of the test before, which have the same numbers."""
    name = f"{worker_index.alias}-v1-2026.11"
    worker_index.ensure([name], 1)
    client = worker_index.client
    client.ask("PUT", f"/{name}/_settings", {"index.gc_deletes": "0s"})  # deleted numbers may be used again at once
    worker_index.refresh(1)
    while hits := client.ask("POST", f"/{name}/_search", {"size": 5000, "_source": False}).body["hits"]["hits"]:
        lines = [f'{{"delete":{{"_index":"{name}","_id":"{hit["_id"]}"}}}}\n' for hit in hits]
        client.bulk("".join(lines).encode())
        worker_index.refresh(1)
    deleted = client.ask("GET", f"/{name}/_stats/indexing").body["_all"]["primaries"]["indexing"]["delete_total"]
    if deleted != cleared.get(name, 0):  # by us or the test before: until forgotten, older versions are refused
        clock.wait(0.5 if os.environ.get(URL_VARIABLE) else 0.01)  # until the server's clock has moved
        worker_index.refresh(1)
        cleared[name] = deleted
    return worker_index
