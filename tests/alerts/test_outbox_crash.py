"""kill -9 in the middle of sending: never zero, at most one repeat for each crash. Real processes, real servers."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter

import pytest
from sqlalchemy import update

from alerts.outbox import send_pending
from alerts.outbox_rows import Notice, put_in
from demo.dingtalk_server import Scripted
from foundation.lease import take_lease
from foundation.tables import lease, outbox

SENDER = """
import sys
from pathlib import Path
from alerts.outbox import send_pending
from alerts.outbox_rows import claim_rows
from foundation.lease import holds_lease, take_lease
from foundation.ledger import open_ledger
from foundation.school import School, SchoolFiles
school = School.from_files(SchoolFiles.from_folder(Path(sys.argv[2])), 1)
ledger = open_ledger(Path(sys.argv[1]))
if sys.argv[3] == "claim only":
    with ledger.change() as work:
        rows = claim_rows(work, "doomed", 50)
    print(len(rows), flush=True)
    sys.stdin.read()
if sys.argv[3] == "under a lead":
    with ledger.change() as work:
        fence = take_lease(work, "scheduler", "old", 90)
    leads = lambda work: holds_lease(work.connection, "scheduler", "old", fence)
    print(send_pending(ledger, school, "old", still_leads=leads).sent, flush=True)
    sys.exit()
send_pending(ledger, school, "doomed")
print("done", flush=True)
"""


@pytest.fixture
def start_sender(school, tmp_path):
    folder = tmp_path / "school"
    folder.mkdir()
    for name, text in school.files.texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    started = []

    def start(mode="send"):
        command = [sys.executable, "-c", SENDER, str(tmp_path / "var"), str(folder), mode]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=os.environ))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _put(ledger, channel, count=1):
    payload = {"title": "【一般】HY-1 舆情", "body": "请做：核实", "link": "http://127.0.0.1/1", "mention": []}
    notices = [Notice(f"k{n}:{channel}:safety", "HY-1", 1, "due", channel, "safety", payload) for n in range(count)]
    with ledger.change() as work:
        put_in(work, notices)


def _kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def _let_leases_run_out(ledger):
    with ledger.change() as work:
        work.connection.execute(update(outbox).where(outbox.c.state == "pending").values(lease_until=1.0))


def test_killed_after_the_claim_the_notice_is_sent_once(ledger, school, start_sender, dingtalk, rows):
    _put(ledger, "dingtalk")
    process = start_sender("claim only")
    assert process.stdout.readline() == "1\n"
    _kill(process)

    at_once = send_pending(ledger, school, "next")
    _let_leases_run_out(ledger)
    send_pending(ledger, school, "next")

    assert at_once.sent == 0
    assert len(dingtalk.received) == 1
    assert rows()[0].sent_at is not None


def test_killed_between_sending_and_marking_the_notice_is_sent_twice_at_most(
    ledger, school, start_sender, dingtalk, rows
):
    accepted = threading.Event()
    dingtalk.received = _Announcing(accepted)
    dingtalk.script.append(Scripted({"errcode": 0}, accept_first=True, delay_seconds=5))
    _put(ledger, "dingtalk")
    process = start_sender()
    assert accepted.wait(30)
    _kill(process)

    unsure = rows()[0].sent_at
    _let_leases_run_out(ledger)
    send_pending(ledger, school, "next")
    send_pending(ledger, school, "next")

    assert unsure is None
    assert len(dingtalk.received) == 2
    assert rows()[0].state == "sent"


def test_killed_again_and_again_nothing_is_lost_and_repeats_are_no_more_than_crashes(
    ledger, school, start_sender, mail_server, rows
):
    _put(ledger, "email", 19)  # one more would be merged
    crashes = 0
    for limit in (2, 6, 11, 15):
        reached = threading.Event()
        mail_server.received = _Announcing(reached, limit, mail_server.received)
        process = start_sender()
        assert reached.wait(30)
        _kill(process)
        crashes += 1
        _let_leases_run_out(ledger)
    send_pending(ledger, school, "last")

    heard = Counter(mail.message["Message-ID"] for mail in mail_server.received)
    assert len(heard) == 19
    assert max(heard.values()) <= 2
    assert sum(heard.values()) - 19 <= crashes
    assert {row.state for row in rows()} == {"sent"}


def test_a_leader_stopped_in_the_middle_of_its_sending_and_replaced_sends_nothing_more_when_it_wakes(
    ledger, start_sender, mail_server, rows
):
    """SIGSTOP while the server takes its time over the first of two claimed notices; another one leads; SIGCONT."""
    reached, go_on = threading.Event(), threading.Event()
    mail_server.received = _Waiting(reached, go_on)
    _put(ledger, "email", 2)
    old = start_sender("under a lead")
    assert reached.wait(60)
    os.kill(old.pid, signal.SIGSTOP)
    with ledger.change() as work:
        work.connection.execute(update(lease).values(until=1.0))  # its 90 seconds pass
        fence = take_lease(work, "scheduler", "new", 90)
    go_on.set()
    os.kill(old.pid, signal.SIGCONT)

    assert old.stdout.readline() == "1\n"
    assert fence == 2
    assert len(mail_server.received) == 1
    assert [(row.state, row.claimed_by) for row in rows()] == [("sent", None), ("pending", None)]


class _Waiting(list):
    """What a server received; it answers the first mail only when it may go on."""

    def __init__(self, reached, go_on):
        super().__init__()
        self.reached, self.go_on = reached, go_on

    def append(self, item):
        super().append(item)
        self.reached.set()
        self.go_on.wait(120)


class _Announcing(list):
    """A list that tells when it has grown to a length."""

    def __init__(self, event, length=1, items=()):
        super().__init__(items)
        self.event, self.length = event, length

    def append(self, item):
        super().append(item)
        if len(self) >= self.length:
            self.event.set()
