"""The loops in processes of their own: one scheduler leads, another stands by, a paused leader is replaced."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from foundation.ledger import LEDGER_FILE
from foundation.tables import lease
from huiyin import run_loops
from huiyin.schedule import LEADER


@pytest.fixture
def start(product):
    """Start a command of the product; every process is ended, by its own id."""
    product.start()
    product.wait_tick()
    started = []

    def one(*words):
        command = [sys.executable, "-u", "-m", "huiyin", *words]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.communicate()


def _row(product):
    ledger = product.ledger
    with ledger.read() as connection:
        row = connection.execute(select(lease).where(lease.c.name == LEADER)).one()
    ledger.close()
    return row


def test_the_watchdog_is_a_job_of_its_own_beside_the_tick(parts, monkeypatch):
    seen = threading.Event()
    monkeypatch.setattr(run_loops, "WATCH_SECONDS", 0.1)
    monkeypatch.setattr(run_loops, "_stop_wanted", lambda: SimpleNamespace(wait=lambda: seen.wait(60)))
    monkeypatch.setattr(run_loops.Schedule, "watch", lambda _schedule: seen.set())

    run_loops.run_forever(parts, with_rounds=False)

    assert seen.is_set()


def test_a_second_scheduler_stands_by_and_a_worker_leads_nothing(product, start):
    before = _row(product)
    standby, worker = start("scheduler", "--metrics", "0"), start("worker")
    lines = [standby.stdout.readline() for _line in range(3)]
    first = worker.stdout.readline()

    assert "指标：http://127.0.0.1:" in lines[0]
    assert "待命" in lines[2]
    assert "抓取进程已启动" in first
    assert (_row(product).holder, _row(product).fence) == (before.holder, before.fence)
    worker.send_signal(signal.SIGTERM)
    assert "已停止" in worker.communicate(timeout=60)[0]


def test_a_leader_that_is_stopped_is_replaced_and_its_fence_is_old(product, start, until):
    before = _row(product)
    standby = start("scheduler")
    assert "已启动" in standby.stdout.readline()
    _pause_between_transactions(product, int(before.holder.split("/")[1]))
    ledger = product.ledger
    with ledger.change() as work:  # its 90 seconds pass
        work.connection.execute(update(lease).where(lease.c.name == LEADER).values(until=1.0))
    ledger.close()
    until(lambda: _row(product).fence > before.fence)
    os.kill(int(before.holder.split("/")[1]), signal.SIGCONT)
    after = _row(product)

    assert after.holder.split("/")[1] == str(standby.pid)
    assert after.fence == before.fence + 1


def _pause_between_transactions(product, pid):
    """Stop our leader where it holds no lock: SQLite lets nobody write while a stopped process is inside a change."""
    for _attempt in range(200):
        os.kill(pid, signal.SIGSTOP)
        while not _stands_still(pid):  # the signal reaches a thread on another core a little later
            time.sleep(0.01)
        with closing(sqlite3.connect(product.state / LEDGER_FILE, timeout=0.2, isolation_level=None)) as probe:
            try:
                probe.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                os.kill(pid, signal.SIGCONT)
                continue
            probe.execute("ROLLBACK")
            return
    raise AssertionError("the leader was never between two transactions")


def _stands_still(pid):
    states = [(task / "stat").read_text().rpartition(") ")[2][0] for task in Path(f"/proc/{pid}/task").iterdir()]
    return set(states) == {"T"}
