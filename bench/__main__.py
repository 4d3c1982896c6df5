"""`make bench`: P1, P2, P4, P12, P15 as ratios from one run, printed and written to `var/bench.json`.

P1 whole pipeline ÷ usual stack, P2 ÷ usual stack with our date parser, P4 whole ÷ roof (bench/roof.py), P12 dates right
of 20, P15 start of `huiyin --help` ÷ bare python. CPU seconds, interleaved, medians with spread. Floors: P1 ≥ 7,
P2 ≥ 4.5, P12 = 20, P15 ≤ 10.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.dates_right import count_right
from bench.make_pages import POSTS_A_PAGE, make_list, make_texts, make_thread
from bench.page_server import serve
from bench.roof import measure_parts
from bench.usual_words import usual_words

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 22, 18, 0)  # noqa: DTZ001 wall time as written on pages
FLOORS = {"P1": (7.0, "≥"), "P2": (4.5, "≥"), "P12": (20, "≥"), "P15": (10.0, "≤")}


@contextmanager
def site(threads: int) -> Iterator[str]:
    """Serve a board of `threads` pages; yields its list address."""
    texts = make_texts(threads * POSTS_A_PAGE)
    with serve() as (base, pages):
        for number in range(1, threads + 1):
            part = texts[(number - 1) * POSTS_A_PAGE : number * POSTS_A_PAGE]
            pages[f"/thread-{number}-1-1.html"] = make_thread(number, part, NOW).encode()
        pages["/forum-2-1.html"] = make_list(threads, base).encode()
        yield f"{base}/forum-2-1.html"


def run_ours(url: str, folder: Path, *options: str) -> dict[str, Any]:
    """Crawl with the shipped pipelines into a fresh ledger."""
    return answer(call([sys.executable, "-m", "bench.our_stack", "bench", *options], prepare_ours(url, folder)))


def prepare_ours(url: str, folder: Path, elasticsearch: dict[str, Any] | None = None) -> dict[str, str]:
    """Apply a fresh school that listens to one board only; return the environment of its processes."""
    school, state = folder / "school", folder / "state"
    for place in (school, state):
        shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT / "school", school)
    for source in (school / "sources").glob("*.yaml"):
        source.unlink()
    owner = next(line for line in (school / "departments.yaml").read_text().splitlines() if "owner:" in line)
    (school / "sources" / "bench.yaml").write_text(
        f"id: bench\ntitle: 测速论坛\nspider: discuz\nurl: {url}\n{owner.strip()}\ninterval_minutes: 60\n"
        "expected_posts_per_day: [0, 100000]\nown: true\npace_seconds: 0.0\n"
    )
    settings = (school / "huiyin.yaml").read_text()
    (school / "huiyin.yaml").write_text(for_bench(settings, elasticsearch))
    environment = {**os.environ, "HUIYIN_STATE": str(state), "PYTHONPATH": str(ROOT)}
    call([sys.executable, "-m", "huiyin", "apply", str(school)], environment)
    return environment


def for_bench(settings: str, elasticsearch: dict[str, Any] | None = None) -> str:
    """Return the school's settings with loopback allowed and the fast segmenter on."""
    from io import StringIO

    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    data = yaml.load(settings)
    data.setdefault("crawl", {})["allowed_networks"] = ["127.0.0.0/8"]
    data["crawl"]["pace_seconds"] = 0.0
    data.setdefault("judge", {})["segmenter"] = "fast"
    if elasticsearch:
        data["elasticsearch"] = elasticsearch
    out = StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def run_usual(url: str, folder: Path, *options: str) -> dict[str, Any]:
    """Crawl with the usual stack into a fresh database."""
    database, words = folder / "usual.sqlite3", folder / "words.json"
    for leftover in folder.glob("usual.sqlite3*"):
        leftover.unlink()
    words.write_text(json.dumps(usual_words(), ensure_ascii=False))
    command = [sys.executable, "-W", "ignore", "-m", "bench.usual_stack", url, str(database), str(words)]
    return answer(call([*command, *options], {**os.environ, "PYTHONPATH": str(ROOT)}))


def call(command: list[str], environment: dict[str, str]) -> str:
    """Run a command and return its standard output."""
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def answer(output: str) -> dict[str, Any]:
    """Return the JSON object on the last line."""
    return dict(json.loads(output.strip().splitlines()[-1]))


def cpu_of(command: list[str]) -> float:
    """Return the best of seven wall times of a command (start-up is all there is to measure)."""
    import time

    times = []
    for _ in range(7):
        started = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> int:
    """Measure, print the table, write the JSON; exit 1 when a floor is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=100, help="pages of 20 posts")
    arguments = parser.parse_args()
    rates: dict[str, list[float]] = {kind: [] for kind in ("ours", "usual", "regex", "ours seven", "usual seven")}
    with site(arguments.threads) as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(arguments.rounds):
            results = {
                "usual": run_usual(url, folder),
                "ours": run_ours(url, folder),
                "regex": run_usual(url, folder, "--regex-dates"),
                "ours seven": run_ours(url, folder, "--seven"),
                "usual seven": run_usual(url, folder, "--seven"),
            }
            for kind, result in results.items():
                if result["items"] != arguments.threads * POSTS_A_PAGE:
                    raise SystemExit(f"{kind}: {result['items']} posts instead of {arguments.threads * POSTS_A_PAGE}")
                rates[kind].append(result["items"] / result["cpu_seconds"])
            line = "  ".join(f"{kind} {rate[-1]:.0f}" for kind, rate in rates.items())
            print(f"round {number + 1}/{arguments.rounds}: items/s/core {line}", flush=True)
        parts = roof(arguments.threads, url, folder)
    return report(rates, parts)


def roof(threads: int, url: str, folder: Path) -> dict[str, float]:
    """Return P4's parts: CPU microseconds a post in bare library calls."""
    texts = make_texts(threads * POSTS_A_PAGE)
    pages = [make_thread(number, texts[number * POSTS_A_PAGE :][:POSTS_A_PAGE], NOW) for number in range(threads)]
    fetched = answer(call([sys.executable, "-m", "bench.roof", url], {**os.environ, "PYTHONPATH": str(ROOT)}))
    return {"fetch": fetched["cpu_seconds"] / len(texts) * 1e6, **measure_parts(pages, texts, folder)}


def report(rates: dict[str, list[float]], parts: dict[str, float]) -> int:
    """Print ratios with spread and floors."""
    pairs = {
        "P1": [ours / usual for ours, usual in zip(rates["ours"], rates["usual"], strict=True)],
        "P2": [ours / regex for ours, regex in zip(rates["ours"], rates["regex"], strict=True)],
        "P12": [float(count_right())],
        "P15": [cpu_of([sys.executable, "-m", "huiyin", "--help"]) / cpu_of([sys.executable, "-c", "pass"])],
    }
    seven = [ours / usual for ours, usual in zip(rates["ours seven"], rates["usual seven"], strict=True)]
    missed = 0
    summary: dict[str, Any] = {
        "items_per_second_per_core": {kind: statistics.median(rate) for kind, rate in rates.items()}
    }
    for name, values in pairs.items():
        floor, sign = FLOORS[name]
        median = statistics.median(values)
        well = median >= floor if sign == "≥" else median <= floor
        missed += not well
        spread = f"[{min(values):.2f}–{max(values):.2f}]"
        print(f"{name:>4} {median:6.2f}  {spread}  floor {sign} {floor}  {'ok' if well else 'MISSED'}")
        summary[name] = {"median": median, "min": min(values), "max": max(values), "floor": f"{sign} {floor}"}
    median = statistics.median(seven)
    print(f"beside P1: the stages of the first prototype alone {median:.2f}  [{min(seven):.2f}–{max(seven):.2f}]")
    summary["seven_stages"] = {"median": median, "min": min(seven), "max": max(seven)}
    whole = sum(parts.values())
    medians = summary["items_per_second_per_core"]
    perfect = {name: 1e6 / whole / medians[kind] for name, kind in (("P1", "usual"), ("P2", "regex"))}
    share = medians["ours"] * whole / 1e6
    print("roof, µs a post: " + "  ".join(f"{name} {cost:.0f}" for name, cost in parts.items()) + f"  sum {whole:.0f}")
    print(f"  P4 {share:6.2f}  of the roof; at the roof P1 {perfect['P1']:.1f}, P2 {perfect['P2']:.1f}")
    summary["P4"] = {"share": share, "roof_us": parts, "at_the_roof": perfect}
    place = ROOT / "var" / "bench.json"
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps(summary, indent=1))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
