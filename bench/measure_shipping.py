"""What a crawl loses to the sender and a real Elasticsearch on the same cores. `python -m bench.measure_shipping`.

The same generated board is crawled in turn: searched in the embedded index; searched on Elasticsearch while nobody
sends; and searched on Elasticsearch while another process ships every two seconds, as `huiyin run` does. Posts per
second of wall time from the first request to the end of the spider. Floor: with the sender 85 % of without.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from bench.__main__ import POSTS_A_PAGE, ROOT, answer, call, prepare_ours, site
from demo.elastic_server import BARE, running
from foundation.opening import open_school
from huiyin.open_cluster import need_cluster
from search.sender import Sender

ROUNDS, THREADS, PAUSE_SECONDS = 3, 40, 2.0
FLOOR = 0.85
KINDS = ("embedded", "nobody sends", "sender")


@contextmanager
def sending(environment: dict[str, str]):
    """Ship from another process for a while."""
    command = [sys.executable, "-m", "bench.measure_shipping", "send"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()  # it has loaded what it needs
    try:
        yield
    finally:
        process.communicate()  # closing its input ends it, after the last post is sent


def send() -> None:
    """Ship what waits every two seconds until the input is closed."""
    import select

    opened = open_school()
    sender = Sender(opened.ledger, need_cluster(opened))
    sender.run_if_due()
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
        sender.run_if_due()
    sender.send_all()


def crawl(kind: str, url: str, folder: Path, place: dict[str, object]) -> float:
    """Return posts per second of one crawl."""
    environment = prepare_ours(url, folder, None if kind == "embedded" else place)
    command = [sys.executable, "-m", "bench.our_stack", "bench"]
    if kind != "embedded":
        call([sys.executable, "-m", "huiyin", "reindex", "--to", "elasticsearch"], environment)
    if kind == "sender":
        with sending(environment):
            found = answer(call(command, environment))
        call([sys.executable, "-m", "huiyin", "index", "verify"], environment)
    else:
        found = answer(call(command, environment))
    return found["items"] / found["wall_seconds"]


def main() -> int:
    """Print the ratios, then all as JSON; exit 1 when the floor is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.measure_shipping", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--threads", type=int, default=THREADS, help=f"pages of {POSTS_A_PAGE} posts")
    options = parser.parse_args()
    rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with (
        tempfile.TemporaryDirectory(prefix="huiyin-bench-") as name,
        running(BARE, Path(name) / "node") as node,
        site(options.threads) as url,
    ):
        for number in range(options.rounds):
            for kind in KINDS:
                place = {"servers": [node.url], "prefix": f"huiyin-bench{number}-{KINDS.index(kind)}-"}
                rates[kind].append(crawl(kind, url, Path(name), place))
            print("  ".join(f"{kind} {rate[-1]:.0f}/s" for kind, rate in rates.items()), flush=True)
    ratios = {kind: statistics.median(map(divide, rates["sender"], rates[kind])) for kind in KINDS[:2]}
    for kind, ratio in ratios.items():
        print(f"crawl with the sender ÷ crawl without ({kind}): {ratio:.2f} (≥ {FLOOR:g})")
    print(json.dumps({"ratios": ratios, "posts_a_second": rates}, ensure_ascii=False))
    return 0 if ratios["embedded"] >= FLOOR else 1


def divide(with_sender: float, without: float) -> float:
    return with_sender / without


if __name__ == "__main__":
    sys.exit(send() if sys.argv[1:2] == ["send"] else main())
