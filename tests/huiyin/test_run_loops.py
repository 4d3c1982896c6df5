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

import pytest
from sqlalchemy import select, update

from alerts.outbox_rows import Notice, put_in
from demo.mail_server import MailServer
from foundation.ledger import LEDGER_FILE
from foundation.tables import lease, outbox
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


def test_a_leader_that_is_stopped_in_the_middle_of_its_sending_is_replaced_and_sends_nothing_when_it_wakes(
    slow_mail, product, start, until
):
    """It has claimed two notices and stands still while the server takes the first; then another one leads."""
    before, standby = _row(product), start("scheduler")
    leader = int(before.holder.split("/")[1])
    assert "已启动" in standby.stdout.readline()
    _put_two(product)
    assert slow_mail.reached.wait(60)
    _pause_between_transactions(product, leader)
    ledger = product.ledger
    with ledger.change() as work:  # its 90 seconds pass
        work.connection.execute(update(lease).where(lease.c.name == LEADER).values(until=1.0))
    until(lambda: _row(product).fence > before.fence)
    after = _row(product)
    _pause_between_transactions(product, standby.pid)  # so that only the old leader could send now
    slow_mail.go_on.set()
    os.kill(leader, signal.SIGCONT)
    until(lambda: _claims(ledger) == [("sent", None), ("pending", None)])  # it gave the second one back
    heard_by_then = len(slow_mail.received)
    os.kill(standby.pid, signal.SIGCONT)
    until(lambda: _claims(ledger) == [("sent", None), ("sent", None)])
    ledger.close()

    assert after.holder.split("/")[1] == str(standby.pid)
    assert after.fence == before.fence + 1
    assert heard_by_then == 1
    assert [str(mail.message["Subject"]) for mail in slow_mail.received] == ["[舆情 HY-1] 题 1", "[舆情 HY-2] 题 2"]


class SlowList(list):
    """What a mail server received; it answers the first mail only when it may go on."""

    def __init__(self, reached, go_on):
        super().__init__()
        self.reached, self.go_on = reached, go_on

    def append(self, mail):
        super().append(mail)
        self.reached.set()
        self.go_on.wait(120)


@pytest.fixture
def slow_mail(folder):
    """The school's mail server, which takes its time over the first mail."""
    with MailServer() as server:
        server.reached, server.go_on = threading.Event(), threading.Event()
        server.received = SlowList(server.reached, server.go_on)
        mail = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "huiyin@yunlu.example"}
        folder.settings(alerts={"mail": mail, "patrol_at": ""})
        yield server
        server.go_on.set()


def _put_two(product):
    payload = {"body": "文", "link": "", "mention": []}
    ledger = product.ledger
    with ledger.change() as work:
        for number in (1, 2):
            words = {**payload, "title": f"题 {number}"}
            put_in(work, [Notice(f"k{number}", f"HY-{number}", 3, "due", "email", "xu_songbai", words)])
    ledger.close()


def _claims(ledger):
    with ledger.read() as connection:
        asked = select(outbox.c.state, outbox.c.claimed_by).where(outbox.c.kind == "due").order_by(outbox.c.outbox_id)
        return [tuple(row) for row in connection.execute(asked)]


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
