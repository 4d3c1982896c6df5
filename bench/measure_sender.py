"""P14: our sender's client cost against `helpers.bulk` of dicts, and its memory. `python -m bench.measure_sender`.

Both put the same documents into requests of 500 for a stub that answers at once, from another process; CPU seconds of
the client only, interleaved, medians. Words are cut before the clock starts: that is the pipeline's cost, not the
client's. Memory is the peak of a process that ships a whole backlog of a ledger. Floor: three times; at most 200 MiB.
"""

import argparse
import json
import multiprocessing
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
from elasticsearch import Elasticsearch as Client
from elasticsearch import helpers

import search.sqlite_store  # noqa: F401  (declares its tables)
from bench.make_pages import make_texts
from crawler.items import Post
from foundation import clock
from foundation.ledger import open_ledger
from foundation.settings import Elasticsearch
from search.elastic_client import ElasticClient
from search.elastic_store import ElasticStore
from search.index_state import IndexState, write_state
from search.mapping import document_of
from search.pair_characters import cut_texts
from search.post_table import insert_posts
from search.segment import Segmenter
from search.sender import Sender, line_of

POSTS, BATCH, ROUNDS, BACKLOG = 2000, 500, 7, 20_000
FLOOR, MOST_MIB = 3.0, 200
INDEX = "huiyin-posts-v1-2026.11"


class Stub(BaseHTTPRequestHandler):
    """Takes everything; answers bulk requests as a server does, whole or only the parts that were asked for."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the reader to confirm its head

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        count = body.count(b'"version_type"') or body.count(b'"_index"')
        self._send(_answer(count, whole="filter_path" not in self.path))

    do_PUT = do_POST  # which of the two is the package's choice

    def do_GET(self) -> None:
        self._send(orjson.dumps({INDEX: {"mappings": {"_meta": {"by": "huiyin"}}}}))

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _answer(count: int, *, whole: bool) -> bytes:
    item = {"status": 201}
    if whole:
        item |= {
            "_index": INDEX,
            "_id": "1880000000000000",
            "_version": 1,
            "result": "created",
            "_seq_no": 7,
            "_primary_term": 1,
        }
        item["_shards"] = {"total": 1, "successful": 1, "failed": 0}
    return orjson.dumps({"errors": False, "items": [{"index": item}] * count} | ({"took": 3} if whole else {}))


def serve(pipe) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    pipe.send(server.server_port)
    server.serve_forever()


@contextmanager
def stub() -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{ours.recv()}"
    process.terminate()
    process.join()


def make_posts(count: int) -> list[Post]:
    now = clock.now()
    return [
        Post(
            post_id=(int(now.timestamp()) << 20) + number, key=f"k{number}", source_id="forum", site="bbs.example",
            site_kind="forum", url=f"http://bbs.example/{number}", title=text[:20], content=text, published_at=now,
            first_seen_at=now, fetched_at=now, outcome="stored", category="投诉", topics=("校园安全",),
        )
        for number, text in enumerate(make_texts(count))
    ]  # fmt: skip


def ours(client: ElasticClient, posts: list[Post], tokens) -> None:
    for start in range(0, len(posts), BATCH):
        part = posts[start : start + BATCH]
        lines = [line_of("index", post, INDEX).encode() + document_of(post, tokens) for post in part]
        assert len(client.bulk(b"".join(lines))) == len(part)


def usual(client: Client, documents: list[dict]) -> None:
    actions = (
        {"_op_type": "index", "_index": INDEX, "_id": str(each["post_id"]), "version": each["revision"],
         "version_type": "external", "_source": each}
        for each in documents
    )  # fmt: skip
    assert helpers.bulk(client, actions, chunk_size=BATCH)[0] == len(documents)


def cpu_seconds(act) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def measure_cost(url: str) -> tuple[float, float]:
    posts, segmenter = make_posts(POSTS), Segmenter(fast=True)
    tokens = cut_texts(segmenter, (text for post in posts for text in (post.title, post.content)))
    sent = (orjson.loads(document_of(post, tokens)) for post in posts)
    documents = [{name: value for name, value in each.items() if value is not None} for each in sent]
    mine, theirs = ElasticClient(Elasticsearch(servers=[url])), Client(url)
    acts = {"ours": partial(ours, mine, posts, tokens), "usual": partial(usual, theirs, documents)}
    for act in acts.values():
        act()  # the first request of each pays for the connection
    rounds = [{name: cpu_seconds(act) for name, act in acts.items()} for _ in range(ROUNDS)]
    mine.close()
    theirs.close()
    return tuple(statistics.median(each[name] for each in rounds) / POSTS * 1e6 for name in ("ours", "usual"))


def ship_backlog(folder: str, url: str) -> None:
    """Ship everything that waits in a ledger; print the peak of this process in MiB."""
    ledger = open_ledger(Path(folder))
    store = ElasticStore.at(Segmenter(fast=True), ElasticClient(Elasticsearch(servers=[url])))
    store.index.ensure = lambda names, serving: None  # the stub holds no indices
    sent = Sender(ledger, store).send_all()
    status = Path("/proc/self/status").read_text()  # getrusage would also tell the peak of the process before exec
    print(json.dumps({"shipped": sent.shipped, "mib": int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024}))


def measure_memory(url: str, backlog: int) -> float:
    import subprocess

    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(Path(folder), create=True)
        store = ElasticStore.at(Segmenter(fast=True), ElasticClient(Elasticsearch(servers=[url])))
        with ledger.change() as work:
            store.prepare(work)
            write_state(work, IndexState("elasticsearch", 1))
            insert_posts(work.connection, make_posts(backlog), work.at)
        ledger.close()
        command = [sys.executable, "-m", "bench.measure_sender", "ship", folder, url]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert told["shipped"] == backlog
    return told["mib"]


def main() -> dict[str, float]:
    parser = argparse.ArgumentParser(prog="python -m bench.measure_sender", description=__doc__)
    parser.add_argument("--backlog", type=int, default=BACKLOG, help="waiting posts for the memory of the sender")
    backlog = parser.parse_args().backlog
    with stub() as url:
        own, theirs = measure_cost(url)
        mib = measure_memory(url, backlog)
    ratio = theirs / own
    print(f"P14 client cost of a post: ours {own:.0f} µs, helpers.bulk of dicts {theirs:.0f} µs: {ratio:.1f}×", end="")
    print(f" (≥ {FLOOR:g}×)")
    print(f"memory of a process that ships {backlog} waiting posts: {mib:.0f} MiB (≤ {MOST_MIB} MiB)")
    print(json.dumps({"P14": round(ratio, 2), "sender_mib": round(mib)}))
    return {"P14": ratio, "sender_mib": mib}


if __name__ == "__main__":
    if sys.argv[1:2] == ["ship"]:
        ship_backlog(*sys.argv[2:4])
    else:
        main()
