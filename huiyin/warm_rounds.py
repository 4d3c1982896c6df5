"""The application: starts a round in a process forked from one that has imported Scrapy, the pipelines and the words.

A fresh process spends two seconds of a core (nine of a busy one) before its first request, a forked one a tenth. The
warm process is the standard library's fork server: it has no threads, sockets or open ledger of ours, imports
`huiyin/warm_imports.py` once, and ends when we and all rounds that it started are gone. A round belongs to the process
that started it: when that dies, the round sees it (`crawler/run_round.py`) and stops.
"""

import os
import sys
from errno import ECHILD
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

WARM = "huiyin.warm_imports"


def start_round(words: list[str], printed: int, errors: int) -> BaseProcess:
    """Run `python -m crawler.run_round` with these words, our environment and folder.

    Args:
        words: The round's arguments.
        printed: Open file, by its number, that takes its standard output; it stays ours to close.
        errors: The same for what it logs.

    Raises:
        OSError: There can be no further process.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload([WARM])  # read when the first round is started
    files = [Connection(os.dup(number), readable=False) for number in (printed, errors)]  # the way to hand them over
    told = (words, files, dict(os.environ), str(Path.cwd()))
    child = context.Process(target=be_round, args=told, daemon=True)  # never waited for when we end
    try:
        child.start()
    except EOFError as problem:  # the warm process ended while it began: no memory, say
        raise ChildProcessError(ECHILD, "the warm process ended") from problem
    finally:
        for file in files:
            file.close()
    return child


def be_round(words: list[str], files: list[Connection], environment: dict[str, str], folder: str) -> None:
    """Be the round, in the forked process: it inherits the warm process's output, environment and folder, not ours."""
    for ours, file in enumerate(files, 1):
        os.dup2(file.fileno(), ours)
        file.close()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    from crawler.run_round import end_with

    sys.exit(end_with(words))
