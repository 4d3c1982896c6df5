"""Processes watch one another: a dead scheduler is told by others, dead workers by it, once an outage."""

import pytest
from sqlalchemy import select, update

from alerts.channel_answers import Sent
from alerts.channels.email import Channel
from foundation.tables import fact, heartbeat, outbox
from huiyin.cli import main
from huiyin.schedule import Schedule
from huiyin.watch_leader import WORKER, watch_leader, watch_workers
from huiyin.worker import Worker


@pytest.fixture
def schedule(parts, tmp_path):
    """A scheduler that leaves rounds to workers."""
    return Schedule(parts, Worker(parts.ledger, tmp_path / "log"), with_rounds=False)


@pytest.fixture
def mails(monkeypatch):
    """Mails that the school's server accepted."""
    accepted = []
    monkeypatch.setenv("HUIYIN_MAIL_PASSWORD", "password")
    monkeypatch.setattr(Channel, "send", lambda _self, message, _now: accepted.append(message.title) or Sent())
    return accepted


def age(parts, job, seconds):
    with parts.ledger.change() as work:
        past = update(heartbeat).where(heartbeat.c.job == job).values(real_at=heartbeat.c.real_at - seconds)
        work.connection.execute(past)


def told(parts, kind):
    with parts.ledger.read() as connection:
        return connection.execute(select(fact.c.subject).where(fact.c.kind == kind)).scalars().all()


def pending(parts):
    with parts.ledger.read() as connection:
        return set(connection.execute(select(outbox.c.kind).where(outbox.c.state == "pending")).scalars())


def test_while_somebody_is_on_duty_there_is_nothing_to_say(schedule, parts, mails):
    before = watch_leader(parts.ledger, parts.school, "me")
    schedule.tick()

    assert (before, watch_leader(parts.ledger, parts.school, "me")) == ("", "")
    assert mails == []


def test_a_dead_scheduler_is_told_by_a_worker_itself_once_an_outage(schedule, parts, mails):
    schedule.tick()
    with parts.ledger.change() as work:
        work.tell("quota.near", "email", reason="八成", month="2026-10")  # waits for whoever is on duty
    age(parts, "tick", 3600)
    for _round in range(3):
        schedule.work_once()
    first = list(mails)
    schedule.tick()
    age(parts, "tick", 3600)
    schedule.work_once()

    assert len(first) == 1
    assert first[0].startswith("回音没有人值守：2026-10-12 10:00 起没有进程值守")
    assert told(parts, "schedule.silent") == ["tick"]  # the virtual clock stood still: the same heartbeat, one outage
    assert told(parts, "schedule.missed") == ["tick"]


def test_a_watcher_sends_nothing_else(schedule, parts, mails):
    schedule.tick()
    with parts.ledger.change() as work:
        work.tell("quota.near", "email", reason="八成", month="2026-10")
    age(parts, "tick", 3600)
    watch_leader(parts.ledger, parts.school, "me")

    assert "tech.quota_near" in pending(parts)
    assert len(mails) == 1


def test_cron_tells_of_a_dead_scheduler(schedule, parts, folder, mails, capsys):
    schedule.tick()
    age(parts, "tick", 3600)

    assert main(["check", "--school", str(folder.path), "--live", "--tell"]) == 1
    assert "已通知网络管理人员" in capsys.readouterr().out
    assert len(mails) == 1


def test_workers_that_are_gone_are_told_by_the_scheduler_once(schedule, parts):
    never = told(parts, "job.stuck")
    schedule.work_once()
    age(parts, WORKER, 3600)
    schedule.tick()
    with parts.ledger.change() as work:
        again = watch_workers(work)

    assert (never, told(parts, "job.stuck"), again) == ([], ["worker"], 0)
    with parts.ledger.read() as connection:
        titles = connection.execute(select(outbox.c.payload).where(outbox.c.kind == "tech.job_stuck")).scalars()
        assert {payload["title"] for payload in titles} == {
            "抓取进程出了问题：2026-10-12 10:00 起没有抓取进程，信源没有人去听"
        }
