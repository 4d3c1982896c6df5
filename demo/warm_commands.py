"""Demo: `huiyin` commands in processes forked from one that has imported the product. Words in; exit code, output out.

A person's act costs three seconds of a core when its process imports everything anew, a fifth of one when it is forked;
the story has forty-four, and six searches. It is the same command line with the same environment, each in a process of
its own. The warm process (`python -m demo.warm_commands`) has no threads and no open ledger, and ends with its input.
"""

import json
import os
import select
import signal
import subprocess
import sys
from importlib import import_module
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

LATE = (
    "cases.act",
    "cases.describe_case",
    "huiyin.print_case",
    "huiyin.read_link",
    "search.segment",
)  # by `huiyin case`
MISTAKE = 70  # the command's process broke


class Ended(NamedTuple):
    """What one command left."""

    returncode: int
    printed: str
    errors: str


class WarmCommands:
    """The warm process, as its user sees it; it starts with the first command."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None

    def run(self, words: tuple[str, ...], seconds: float) -> Ended:
        """Run one command to its end.

        Raises:
            OSError: It did not end within `seconds` (TimeoutError), or the warm process is gone.
        """
        if self._process is None:
            command = [sys.executable, "-m", "demo.warm_commands"]
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            self._process = subprocess.Popen(command, env=self._environment, **pipes)  # noqa: S603 our own module
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise ChildProcessError("no pipes")
        print(json.dumps(words), file=asked, flush=True)
        if not select.select([answered], [], [], seconds)[0]:
            raise TimeoutError
        line = answered.readline()
        if not line:
            raise ChildProcessError("the warm process is gone")
        return Ended(*json.loads(line))

    def stop(self) -> None:
        """End the warm process."""
        if self._process is not None:
            self._process.kill()  # it holds nothing: a command that runs goes on by itself
            self._process.communicate()
            self._process = None


def serve(asked: IO[str], answered: IO[str]) -> None:
    """Run the commands of all lines, one after the other."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the demo, which ends us
    _warm_up()
    for line in asked:
        print(json.dumps(_fork(json.loads(line))), file=answered, flush=True)


def _warm_up() -> None:
    """Import what acts need, and read the files of the school in force and the dictionary of searches."""
    from cases.policy import load_policy
    from huiyin.wiring import open_parts
    from search.segment import Segmenter, school_words

    for name in LATE:
        import_module(name)
    parts = open_parts()
    load_policy(parts.school)
    Segmenter(school_words(parts.school)).cut_for_search("食堂")
    parts.ledger.close()


def _fork(words: list[str]) -> Ended:
    with TemporaryFile() as printed, TemporaryFile() as errors:
        child = os.fork()
        if not child:
            _be_command(words, printed.fileno(), errors.fileno())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for file in (printed, errors):
            file.seek(0)
        return Ended(code, printed.read().decode(), errors.read().decode())


def _be_command(words: list[str], printed: int, errors: int) -> None:
    """Be `python -m huiyin …`, in the forked process; never returns."""
    from huiyin.cli import main

    code = MISTAKE
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(printed, 1)
        os.dup2(errors, 2)
        code = main(words)
    except SystemExit as ended:  # argparse: words that it does not know
        code = ended.code if isinstance(ended.code, int) else MISTAKE
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
