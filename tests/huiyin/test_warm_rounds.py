"""Tests of forked rounds: each is a process of its own with our environment and folder, and never outlives us."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.rounds import take_group
from foundation.lease import holder_name
from huiyin.warm_rounds import start_round
from huiyin.wiring import apply_folder

WORDS = ["--group", "a", "--fence", "1", "--holder", "nobody/1/1"]
PARENT = """
import sys, time
from pathlib import Path
from huiyin.warm_rounds import start_round

if __name__ == "__main__":
    with open(sys.argv[1], "wb") as said:
        child = start_round(sys.argv[2:], said.fileno(), said.fileno())
    print(child.pid, flush=True)
    time.sleep(600)
"""
BROKEN = """
import sys
from pathlib import Path
from huiyin import warm_rounds

if __name__ == "__main__":
    warm_rounds.WARM = "broken_imports"
    try:
        warm_rounds.start_round(sys.argv[2:], 1, 2)
    except OSError as problem:
        print(f"{type(problem).__name__}: {problem.strerror}")
"""


@pytest.fixture
def silent(folder, site, parts) -> None:
    """A school whose only source does not answer."""
    site.free.clear()
    folder.source("news", f"{site.url}/feed.xml", group="a")
    apply_folder(folder.path, "tester")


def test_a_round_runs_with_our_environment_and_says_what_is_wrong_in_its_file(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HUIYIN_STATE", str(tmp_path / "nowhere"))
    with (tmp_path / "round.log").open("wb") as said:
        child = start_round([*WORDS, "news"], said.fileno(), said.fileno())
    child.join(60)

    assert child.exitcode == 2
    assert str(tmp_path / "nowhere") in (tmp_path / "round.log").read_text()


def test_rounds_are_forked_from_one_warm_process(parts, tmp_path) -> None:
    rounds = [start_round([*WORDS, "none"], 1, 2) for _ in range(2)]
    parents = {_parent(child.pid) for child in rounds}
    for child in rounds:
        child.join(60)

    assert len(parents) == 1
    assert parents.isdisjoint({os.getpid()})
    assert [child.exitcode for child in rounds] == [0, 0]


def test_a_round_stops_when_the_process_that_wanted_it_is_killed(silent, parts, site, tmp_path, until) -> None:
    place = tmp_path / "parent.py"
    place.write_text(PARENT)
    with parts.ledger.change() as work:
        fence = take_group(work, "a", holder_name(), 300)
    under = ["--group", "a", "--fence", str(fence), "--holder", holder_name()]
    command = [sys.executable, str(place), str(tmp_path / "round.log"), *under, "news"]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    try:
        pid = int(parent.stdout.readline())
        until(lambda: "/feed.xml" in site.asked)  # it waits for an answer that does not come
        assert _parent(pid) != parent.pid, "its parent is the warm process, which lives on for a moment"
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_a_warm_process_that_cannot_begin_is_a_round_that_could_not_be_started(tmp_path) -> None:
    (tmp_path / "broken_imports.py").write_text("raise MemoryError")
    place = tmp_path / "parent.py"
    place.write_text(BROKEN)
    command = [sys.executable, str(place), str(tmp_path / "round.log"), *WORDS, "news"]
    there = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=there)

    assert done.stdout.strip() == "ChildProcessError: the warm process ended"


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
