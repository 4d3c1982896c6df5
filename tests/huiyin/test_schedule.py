"""Tests of the tick: one leader, every step in its own transaction, failures counted, nothing done twice."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from crawler.items import Page, Post
from foundation import clock
from foundation.audit_anchor import anchor_file, read_anchors
from foundation.lease import holder_name, take_lease
from foundation.spool import seal
from foundation.tables import fact, heartbeat, lease, outbox, spool
from huiyin.schedule import LEADER, LONGEST_AHEAD, Schedule, free_dead_claims
from huiyin.wiring import apply_folder, open_parts
from huiyin.worker import Worker
from pipelines.write_index import write_index
from search.posts import post


@pytest.fixture
def schedule(parts, tmp_path):
    """A schedule that runs no rounds: the small school has no source."""
    return Schedule(parts, Worker(parts.ledger, tmp_path / "log"))


def hear(parts) -> None:
    heard = Post(source_id="news", site="s", key="s:1", url="http://s.test/1", content="食堂", fetched_at=clock.now())
    with parts.ledger.change() as work:
        write_index(work, parts.store, Page("news", heard.url, work.at, [heard]))


def beats(parts) -> dict[str, datetime]:
    with parts.ledger.read() as connection:
        return {row.job: row.finished_at for row in connection.execute(select(heartbeat))}


def claim(parts, holder: str) -> None:
    with parts.ledger.change() as work:
        values = {"dedupe_key": holder, "kind": "opened", "channel": "email", "recipient": "x", "payload": {}}
        times = {"not_before": work.at, "created_at": work.at, "lease_until": 4e9}
        work.connection.execute(insert(outbox).values(**values, **times, state="pending", claimed_by=holder))


def test_a_tick_numbers_posts_and_leaves_a_heartbeat_of_product_time(schedule):
    hear(schedule.parts)
    schedule.tick()

    with schedule.parts.ledger.read() as connection:
        assert connection.execute(select(post.c.ingest_seq)).scalar_one() == 1
    assert beats(schedule.parts)["tick"] == clock.now()
    assert schedule.failures == {}


def test_who_does_not_lead_does_nothing_and_says_so_once(schedule, capsys):
    other = f"{holder_name().split('/')[0]}/1/{'0'}"
    with schedule.parts.ledger.change() as work:
        take_lease(work, LEADER, f"elsewhere/{other}", 60)
    hear(schedule.parts)
    schedule.tick()
    schedule.tick()

    assert beats(schedule.parts) == {}
    assert capsys.readouterr().out.count("待命") == 1


def test_a_dead_leader_is_replaced_at_once(schedule):
    host = holder_name().split("/")[0]
    with schedule.parts.ledger.change() as work:
        take_lease(work, LEADER, f"{host}/999999999/1", 3600)
    schedule.tick()

    assert "tick" in beats(schedule.parts)


def test_a_tick_that_finds_another_one_running_returns(schedule):
    with schedule.busy:
        schedule.tick()

    assert beats(schedule.parts) == {}


def test_no_step_begins_after_the_stop_was_asked_for(schedule):
    schedule.stopping.set()
    schedule.tick()

    assert beats(schedule.parts) == {}


def test_a_step_that_fails_is_counted_and_told_without_text_and_the_others_go_on(schedule, caplog):
    hear(schedule.parts)
    with schedule.parts.ledger.change() as work:
        work.connection.exec_driver_sql("UPDATE post SET content = '机密原文', published_at = '机密原文'")
        work.connection.exec_driver_sql("ALTER TABLE timer RENAME TO moved")
    schedule.tick()
    schedule.tick()

    assert schedule.failures["due"] == 2
    assert "tick" in beats(schedule.parts)
    assert "机密原文" not in caplog.text
    with schedule.parts.ledger.read() as connection:
        note = connection.execute(select(heartbeat.c.note).where(heartbeat.c.job == "tick")).scalar_one()
    assert note["failures"]["due"] == 2


def test_only_claims_of_dead_holders_are_freed(parts):
    host = holder_name().split("/")[0]
    dead, living, foreign = f"{host}/999999999/1", holder_name(), "other-host-1/7/7"
    for holder in (dead, living, foreign):
        claim(parts, holder)
    with parts.ledger.change() as work:
        assert free_dead_claims(work) == 1
    with parts.ledger.read() as connection:
        rows = {row.dedupe_key: row.claimed_by for row in connection.execute(select(outbox))}

    assert rows == {dead: None, living: living, foreign: foreign}


def test_a_new_version_is_followed_with_its_sources_and_its_pace(schedule, folder):
    heard: list[float] = []
    schedule.change_pace = heard.append
    before = schedule.parts
    folder.settings(schedule={"tick_seconds": 7})
    apply_folder(folder.path, "tester")
    schedule.tick()

    assert schedule.parts.school.version == 2
    assert schedule.worker.ledger is schedule.parts.ledger is not before.ledger
    assert heard == [7.0]
    schedule.parts.ledger.close()


def test_expired_spool_entries_go_within_the_hour_of_product_time(schedule, clock_file):
    parts = schedule.parts
    seal(parts.ledger, kind="post", source_id="news", step="s", reason="r", body=b"x")
    schedule.tick()
    hours = parts.school.settings.judge.spool_hours
    for minutes, kept in ((30, 1), (31, 0)):
        moved = clock.now() + timedelta(minutes=minutes, hours=hours if minutes == 31 else 0)
        clock_file.write_text(moved.isoformat())
        schedule.tick()
        with parts.ledger.read() as connection:
            assert len(connection.execute(select(spool)).all()) == kept


def test_a_purge_does_not_run_at_every_tick(schedule, clock_file):
    schedule.tick()
    first = beats(schedule.parts)["purge"]
    clock_file.write_text((clock.now() + timedelta(minutes=5)).isoformat())
    schedule.tick()

    assert beats(schedule.parts)["purge"] == first


def test_a_missing_clock_fails_the_tick_and_nothing_else(schedule, clock_file, caplog):
    words = clock_file.read_text()
    clock_file.unlink()
    schedule.tick()
    clock_file.write_text(words)
    schedule.tick()

    assert "虚拟时钟读不出时间" in caplog.text
    assert "tick" in beats(schedule.parts)


def test_closing_gives_the_lead_back(schedule):
    schedule.tick()
    schedule.close()
    again = open_parts()
    with again.ledger.change() as work:
        assert take_lease(work, LEADER, "another/1/1", 60) is not None
    again.ledger.close()


def test_the_audit_chain_is_anchored_once_a_day_outside_the_ledger(schedule, clock_file, capsys):
    for instant in ("2026-10-12T10:00:00+08:00", "2026-10-12T18:00:00+08:00", "2026-10-13T10:00:00+08:00"):
        clock_file.write_text(instant)
        schedule.tick()
    anchors = read_anchors(anchor_file(Path(schedule.parts.ledger.place).parent))

    assert [anchor.at.isoformat()[:10] for anchor in anchors] == ["2026-10-12", "2026-10-13"]
    assert f"审计锚定：第 {anchors[0].head.seq} 行 {anchors[0].head.hash}" in capsys.readouterr().out


def test_a_leader_that_was_paused_and_replaced_cannot_send(schedule, monkeypatch):
    schedule.tick()
    with schedule.parts.ledger.change() as work:
        assert schedule.still_leads(work)
        seconds = clock.real_seconds() + 1000
        monkeypatch.setattr(clock, "real_seconds", lambda: seconds)
        take_lease(work, LEADER, "elsewhere/1/1", 90)
        assert not schedule.still_leads(work)
    put = {"dedupe_key": "k", "kind": "due", "channel": "email", "recipient": "x", "payload": {}}
    with schedule.parts.ledger.change() as work:
        work.connection.execute(insert(outbox).values(**put, not_before=work.at, created_at=work.at, state="pending"))
    schedule._steps()["send"]()

    with schedule.parts.ledger.read() as connection:
        row = connection.execute(select(outbox).where(outbox.c.dedupe_key == "k")).one()
    assert (row.state, row.attempts, row.claimed_by) == ("pending", 0, None)


@pytest.mark.parametrize("step", [-7200, 7200])
def test_a_clock_step_of_two_hours_does_not_stop_the_lead(schedule, monkeypatch, step):
    schedule.tick()
    seconds = clock.real_seconds() + step
    monkeypatch.setattr(clock, "real_seconds", lambda: seconds)
    schedule.tick()
    with schedule.parts.ledger.change() as work:
        assert schedule.still_leads(work)
        work.connection.execute(update(lease).values(holder="elsewhere/1/1", until=seconds + 7200))
        fence = take_lease(
            work, LEADER, "standby/1/1", 90, LONGEST_AHEAD
        )  # the leader is gone, its lease lies two hours ahead

    assert fence is not None


def test_every_step_leaves_its_own_heartbeat_and_a_failing_one_grows_old(schedule, clock_file):
    schedule.tick()
    first = beats(schedule.parts)
    with schedule.parts.ledger.change() as work:
        work.connection.exec_driver_sql("ALTER TABLE timer RENAME TO moved")
    clock_file.write_text((clock.now() + timedelta(hours=1)).isoformat())
    schedule.tick()
    later = beats(schedule.parts)

    assert later["step.due"] == first["step.due"]
    assert later["step.number"] > first["step.number"]


def test_an_outage_is_said_once_when_it_is_over(schedule):
    schedule.tick()
    with schedule.parts.ledger.change() as work:
        work.connection.execute(update(heartbeat).values(real_at=heartbeat.c.real_at - 7200))
    schedule.tick()
    schedule.tick()

    with schedule.parts.ledger.read() as connection:
        reasons = [row["reason"] for row in connection.execute(
            select(fact.c.data).where(fact.c.kind == "schedule.missed")
        ).scalars()]  # fmt: skip
    assert len(reasons) == 1
    assert "2.0 小时无人值守" in reasons[0]


def test_the_watchdog_outside_of_the_tick_sees_one_that_does_not_end(schedule, monkeypatch):
    calm = schedule.watch()
    schedule.begun_at = clock.monotonic_seconds() - 1200
    words, again = schedule.watch(), schedule.watch()

    assert calm == ""
    assert "20 分钟没有结束" in words == again
    with schedule.parts.ledger.read() as connection:
        assert len(connection.execute(select(fact).where(fact.c.kind == "job.stuck")).all()) == 1
