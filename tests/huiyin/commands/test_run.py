"""Tests of `huiyin run` as a school starts it: real processes, a real feed on loopback, kills and restarts."""

import os
import signal
import socket
import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from crawler.rounds import source_state
from foundation.lease import is_gone
from foundation.tables import lease, outbox
from huiyin.schedule import LEADER
from huiyin.wiring import apply_folder


def children(pid: int) -> list[int]:
    """Return the pids of a process's children."""
    places = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(word) for place in places for word in place.read_text().split()]


def rounds_of(pid: int) -> list[int]:
    """Return the pids of the rounds of `huiyin run`: children of the warm process that they are forked from."""
    return [crawling for warm in children(pid) for crawling in children(warm)]


def has_ended(pid: int) -> bool:
    place = Path(f"/proc/{pid}/stat")
    return not place.exists() or place.read_text().rpartition(")")[2].split()[0] in "ZX"


def leader(product) -> str:
    ledger = product.ledger
    with ledger.read() as connection:
        holder = connection.execute(select(lease.c.holder).where(lease.c.name == LEADER)).scalar()
    ledger.close()
    return str(holder or "")


def outcomes(product) -> dict[str, str]:
    ledger = product.ledger
    with ledger.read() as connection:
        rows = connection.execute(select(source_state.c.source_id, source_state.c.outcome)).all()
    ledger.close()
    return {row.source_id: row.outcome for row in rows}


@pytest.mark.provision("Z1.1-1", "Z2.9")
def test_a_due_source_is_heard_honestly_once_and_the_stop_is_clean(product, folder, site, until):
    folder.source("news", f"{site.url}/feed.xml")
    child = product.start()
    until(product.posts)
    until(lambda: outcomes(product)["news"] == "ok")
    product.wait_tick()
    asked = site.asked.count("/feed.xml")
    child.send_signal(signal.SIGTERM)

    assert child.wait(60) == 0
    assert "已启用改动后的文件夹：学校配置第 1 版" in product.log
    assert "回音已停止" in product.log
    assert (asked, product.posts()) == (1, 1)
    assert site.asked[0] == "/robots.txt"
    assert all(agent.startswith("huiyin/") and "yunlu.example" in agent for agent in site.agents)
    assert leader(product) == ""


def test_ctrl_c_ends_children_too_and_the_round_stays_due(product, folder, site, until):
    site.free.clear()
    folder.source("news", f"{site.url}/feed.xml")
    child = product.start()
    until(lambda: "/feed.xml" in site.asked)
    (crawling,) = rounds_of(child.pid)
    os.killpg(child.pid, signal.SIGINT)

    assert child.wait(60) == 0
    assert has_ended(crawling)
    assert outcomes(product) == {"news": "never_run"}
    ledger = product.ledger
    with ledger.read() as connection:
        assert set(connection.execute(select(lease.c.holder)).scalars()) == {""}


def test_kill_9_of_everything_and_a_restart_continues(product, folder, site, until):
    site.free.clear()
    folder.source("news", f"{site.url}/feed.xml")
    child = product.start()
    until(lambda: "/feed.xml" in site.asked)
    product.kill(child)
    site.free.set()
    product.start()

    until(lambda: outcomes(product)["news"] == "ok")
    assert product.posts() == 1
    assert "文件夹没有改动：学校配置第 1 版" in product.log


def test_children_of_a_killed_parent_end_by_themselves(product, folder, site, until):
    site.free.clear()
    folder.source("news", f"{site.url}/feed.xml")
    child = product.start()
    until(lambda: "/feed.xml" in site.asked)
    (crawling,) = rounds_of(child.pid)
    warm = children(child.pid)
    child.kill()
    child.wait()

    until(lambda: has_ended(crawling))
    until(lambda: all(has_ended(each) for each in warm))
    assert outcomes(product) == {"news": "never_run"}


def test_claims_of_a_killed_process_are_free_at_once(product, folder, until):
    first = product.start()
    until(product.ticks)
    holder = leader(product)
    product.kill(first)
    assert is_gone(holder)
    ledger = product.ledger
    with ledger.change() as work:
        values = {"dedupe_key": "k", "kind": "opened", "channel": "email", "recipient": "nobody", "attempts": 0}
        values |= {"payload": {"title": "t", "body": "b", "link": ""}, "not_before": work.at, "created_at": work.at}
        work.connection.execute(insert(outbox).values(**values, state="pending", claimed_by=holder, lease_until=4e9))
    product.start()

    def claim():
        with ledger.read() as connection:
            return connection.execute(
                select(outbox.c.state, outbox.c.claimed_by).where(outbox.c.dedupe_key == "k")
            ).one()

    until(lambda: tuple(claim()) == ("dead", None))  # tried at once: the school knows no such recipient


def test_a_second_run_waits_and_takes_over_when_the_first_dies(product, folder, until):
    first = product.start()
    until(product.ticks)
    holder = leader(product)
    product.start()
    until(lambda: "本进程待命" in product.log)
    product.wait_tick()
    assert leader(product) == holder

    product.kill(first)
    until(lambda: "本进程开始值守" in product.log)
    assert leader(product) not in ("", holder)
    product.wait_tick()


def test_a_new_school_version_is_taken_up_without_a_restart(product, folder, site, until):
    folder.source("news", f"{site.url}/feed.xml", enabled=False)
    product.start()
    until(product.ticks)
    assert outcomes(product) == {"news": "not_enabled"}

    folder.drop_source("news")
    folder.source("notices", f"{site.url}/feed.xml")
    apply_folder(folder.path, "tester")

    until(lambda: outcomes(product) == {"notices": "ok"})
    assert "已改用学校配置第 2 版" in product.log


def test_one_step_that_fails_does_not_stop_the_others(product, folder, site, until):
    """The outbox table is gone: claims and send fail at every tick, crawling and numbering go on."""
    folder.source("news", f"{site.url}/feed.xml", enabled=False)
    product.start()
    until(product.ticks)
    ledger = product.ledger
    with ledger.change() as work:
        work.connection.exec_driver_sql("ALTER TABLE outbox RENAME TO moved")
        work.connection.execute(update(source_state).values(outcome="never_run"))

    until(lambda: product.posts() == 1)
    assert "step send failed" in product.log
    assert "Traceback" not in product.log
    with ledger.change() as work:
        work.connection.exec_driver_sql("ALTER TABLE moved RENAME TO outbox")


def test_without_a_ledger_it_says_what_to_do(product):
    child = product.start(apply=False)

    assert child.wait(60) == 2
    assert "先运行 huiyin apply" in product.log


def test_a_wrong_folder_stops_it_before_anything_runs(product, folder):
    (folder.path / "huiyin.yaml").write_text("schoool: {}\n", encoding="utf-8")
    child = product.start()

    assert child.wait(60) == 2
    assert "学校配置有" in product.log
    assert not (product.state / "huiyin.sqlite3").exists()


def test_a_clock_file_that_is_gone_is_told_without_a_traceback(product, folder, clock_file):
    clock_file.unlink()
    child = product.start()

    assert child.wait(60) == 2
    assert "虚拟时钟读不出时间" in product.log
    assert "Traceback" not in product.log


def test_a_mail_server_that_never_answers_does_not_hold_the_stop(product, folder, until, monkeypatch):
    monkeypatch.setenv("HUIYIN_MAIL_PASSWORD", "fictional")
    heard = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def accept() -> None:
            kept.append(silent.accept())
            heard.set()

        kept: list[object] = []
        threading.Thread(target=accept, daemon=True).start()
        mail = {"host": "127.0.0.1", "port": silent.getsockname()[1], "security": "none", "sender": "a@yunlu.example"}
        folder.settings(alerts={"mail": mail})
        child = product.start()
        until(product.ticks)
        ledger = product.ledger
        with ledger.change() as work:
            values = {"dedupe_key": "k", "kind": "opened", "channel": "email", "recipient": "office", "attempts": 0}
            values |= {"payload": {"title": "t", "body": "b", "link": ""}, "not_before": work.at, "created_at": work.at}
            work.connection.execute(insert(outbox).values(**values, state="pending", lease_until=0.0))
        assert heard.wait(60)
        child.send_signal(signal.SIGTERM)

        assert child.wait(60) == 0
        with ledger.read() as connection:
            assert connection.execute(select(outbox.c.state).where(outbox.c.dedupe_key == "k")).scalar() == "pending"
    assert leader(product) == ""
