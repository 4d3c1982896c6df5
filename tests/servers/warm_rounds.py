"""Rounds of crawling without the two seconds that a new process takes to import Scrapy.

A round's process is forked from the product's own warm one (`huiyin/warm_rounds.py`): `crawler.run_round` with an
environment, folder, output and exit code of its own. Rounds that are killed, stopped or orphaned start by `python -m`
(`Campus.start`).
"""

import os
import sys
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from huiyin.warm_rounds import WARM

LONGEST_SECONDS = 120


@dataclass(frozen=True)
class Ended:
    """A round's exit code, its lines, and what it logged."""

    returncode: int | None
    output: str
    errors: str


def run_warm(words: list[str], folder: Path, environment: dict[str, str]) -> Ended:
    """Run `python -m crawler.run_round` with these words and wait for its end."""
    context = get_context("forkserver")
    context.set_forkserver_preload([WARM])  # the product's own; read once a test process
    with TemporaryDirectory() as place:
        output, errors = Path(place, "output"), Path(place, "errors")
        child = context.Process(target=play, args=(words, str(folder), environment, str(output), str(errors)))
        child.start()
        child.join(LONGEST_SECONDS)
        if child.exitcode is None:
            child.kill()
            child.join()
        return Ended(child.exitcode, output.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8"))


def play(words: list[str], folder: str, environment: dict[str, str], output: str, errors: str) -> None:
    """Be `python -m crawler.run_round` (in the forked process)."""
    for number, place in ((1, output), (2, errors)):
        os.dup2(os.open(place, os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:0] = environment.get("PYTHONPATH", "").split(os.pathsep)
    from crawler.run_round import end_with

    sys.exit(end_with(words))
