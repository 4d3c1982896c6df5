"""Demo: the product as its users run it. In: a state folder, a school folder, a clock file. Out: commands, a long run.

Everything goes through the command line in processes of their own; acts and searches, which are many, are forked from a
warm one (`demo/warm_commands.py`). Only `progress` (is anything due?) is asked of `huiyin.wiring`, after each tick.
"""

import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from demo.warm_commands import WarmCommands
from foundation import clock
from foundation.errors import Stop
from foundation.ledger import Ledger, open_ledger
from foundation.tables import heartbeat, instant_text
from huiyin.wiring import Progress, progress

IDLE_SECONDS = 600.0  # a round with a browser takes some seconds; more only on a machine that does ten other things
POLL_SECONDS = 0.03
COMMAND_SECONDS = 600  # a second or two; more only on a machine that does ten other things


def set_clock(path: Path, instant: datetime) -> None:
    """Move the virtual clock; the file is replaced at once, so that no reader sees half an instant."""
    beside = path.with_suffix(".new")
    beside.write_text(instant_text(instant) + "\n", encoding="utf-8")
    os.replace(beside, path)  # noqa: PTH105 atomic


@dataclass(slots=True)
class Killer:
    """Kills the product at random real moments, seeded; `left` counts down."""

    left: int = 0
    seed: int = 0
    typical_gap_seconds: float = 10.0
    _chance: random.Random = field(default_factory=random.Random)
    _next_at: float = 0.0

    def __post_init__(self) -> None:
        self._chance.seed(self.seed)
        self._draw()

    def strikes_now(self) -> bool:
        """Return whether the next moment has come, and draw the one after it."""
        if self.left <= 0 or clock.monotonic_seconds() < self._next_at:
            return False
        self.left -= 1
        self._draw()
        return True

    def _draw(self) -> None:
        gap = self.typical_gap_seconds * self._chance.uniform(0.2, 1.8)
        self._next_at = clock.monotonic_seconds() + gap


@dataclass(slots=True)
class Product:
    """The product in its own process group."""

    state: Path
    school: Path
    environment: dict[str, str]
    killer: Killer = field(default_factory=Killer)
    kills: int = 0
    _process: "subprocess.Popen[bytes] | None" = None
    _warm: WarmCommands | None = None
    _ledger: Ledger | None = None

    def command(self, *words: str) -> str:
        """Run one `huiyin` command and return what it printed.

        Raises:
            Stop: It ended with another exit code than 0, or not at all.
        """
        try:
            done = subprocess.run(  # noqa: S603 our own module
                [sys.executable, "-m", "huiyin", *words],
                env=self._whole_environment(),
                capture_output=True,
                text=True,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            thing = f"huiyin {' '.join(words)}"
            raise Stop("命令没有结束", thing, f"等了 {COMMAND_SECONDS} 秒；看日志 {self.log}") from problem
        if done.returncode != 0:
            raise Stop(f"命令以 {done.returncode} 结束", f"huiyin {' '.join(words)}", done.stderr.strip()[-800:])
        return done.stdout

    def forked(self, *words: str) -> str:
        """Run one `huiyin` command as `command` does, forked from a warm process, and return what it printed.

        Raises:
            Stop: It ended with another exit code than 0, or not at all.
        """
        if self._warm is None:
            self._warm = WarmCommands(self._whole_environment())
        thing = f"huiyin {' '.join(words)}"
        try:
            done = self._warm.run(words, COMMAND_SECONDS)
        except OSError as problem:
            words_of_it = f"等了 {COMMAND_SECONDS} 秒，或运行它的进程没了；看日志 {self.log}"
            raise Stop("命令没有结束", thing, words_of_it) from problem
        if done.returncode != 0:
            raise Stop(f"命令以 {done.returncode} 结束", thing, done.errors.strip()[-800:])
        return done.printed

    def start(self) -> None:
        """Start `huiyin run`."""
        self.state.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "huiyin", "run"],
                env=self._whole_environment(),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """`kill -9` the whole process group, as a power cut would, and start again."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self.kills += 1
        self.start()

    def stop(self) -> None:
        """Ask the product to end, as Ctrl-C does."""
        if self._warm is not None:
            self._warm.stop()
            self._warm = None
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None
        if self._process is None:
            return
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def wait_idle(self) -> Progress:
        """Wait until nothing is due at the present instant and a whole tick has seen so; kill on the way if it is time.

        Raises:
            Stop: The product ended, or is not idle after `IDLE_SECONDS`.
        """
        if self._ledger is None:
            self._ledger = open_ledger(self.state)
        until = clock.monotonic_seconds() + IDLE_SECONDS
        idle_since = seen = 0.0
        while clock.monotonic_seconds() < until:
            if self.killer.strikes_now():
                self.kill()
                until, idle_since = clock.monotonic_seconds() + IDLE_SECONDS, 0.0
            self._check_alive()
            beat = self._last_beat(self._ledger)
            if beat > seen:  # between two ticks nothing becomes idle
                seen, asked_at = beat, clock.real_seconds()
                standing = progress(self._ledger)
                if not standing.idle or standing.outbox_pending:
                    idle_since = 0.0
                elif not idle_since:
                    idle_since = asked_at
                elif beat > idle_since:
                    return standing
            clock.wait(POLL_SECONDS)
        raise Stop("产品一直没有空闲", str(clock.now()), f"看日志 {self.log}")

    @property
    def log(self) -> Path:
        """Where the long run writes."""
        return self.state / "huiyin-run.log"

    @staticmethod
    def _last_beat(ledger: Ledger) -> float:
        """Return the real instant at which the last tick ended, 0 before the first."""
        asked = select(heartbeat.c.real_at).where(heartbeat.c.job == "tick")
        with ledger.read() as connection:
            return float(connection.execute(asked).scalar() or 0.0)

    def _check_alive(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            raise Stop("产品意外退出", f"退出码 {self._process.returncode}", f"看日志 {self.log}")

    def _whole_environment(self) -> dict[str, str]:
        own = {"HUIYIN_STATE": str(self.state), "HUIYIN_SCHOOL": str(self.school)}
        return {**os.environ, **own, **self.environment}
