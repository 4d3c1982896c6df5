"""Tests of wiring: a folder becomes a school version, parts are built of it, progress is read from the ledger."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, inspect, select, update

from alerts.outbox_rows import Notice, put_in
from crawler.items import Page, Post
from crawler.rounds import source_state
from foundation import clock
from foundation.errors import ConfigError
from foundation.lease import holder_name, take_lease
from foundation.ledger import open_ledger
from foundation.school import SchoolFiles
from foundation.tables import audit, fact, heartbeat, metadata, outbox, school_version
from huiyin import wiring
from pipelines.write_index import write_index


def problems(folder) -> str:
    with pytest.raises(ConfigError) as found:
        wiring.check_files(SchoolFiles.from_folder(folder.path))
    return str(found.value)


def test_a_folder_becomes_version_one_with_an_audit_row(folder, state):
    applied = wiring.apply_folder(folder.path, "wang")
    ledger = open_ledger(state)
    with ledger.read() as connection:
        row = connection.execute(select(audit)).one()
        actor = connection.execute(select(school_version.c.actor)).scalar_one()
    ledger.close()

    assert applied == wiring.Applied(1, is_new=True)
    assert (row.act, row.subject, row.actor, actor) == ("school.apply", "version 1", "wang", "wang")


def test_an_unchanged_folder_is_no_new_version_and_a_changed_one_is(folder, state):
    wiring.apply_folder(folder.path, "wang")
    again = wiring.apply_folder(folder.path, "wang")
    folder.settings(school={"aliases": ["云院"]})

    assert again == wiring.Applied(1, is_new=False)
    assert wiring.apply_folder(folder.path, "wang") == wiring.Applied(2, is_new=True)


def test_every_declared_table_stands_in_a_new_ledger(parts):
    assert set(metadata.tables) <= set(inspect(parts.ledger.engine).get_table_names())


def test_sources_are_registered_and_removed_with_the_folder(folder, state):
    folder.source("news", "http://127.0.0.1:9/feed.xml")
    wiring.apply_folder(folder.path, "wang")
    folder.drop_source("news")
    folder.source("board", "http://127.0.0.1:9/feed.xml", enabled=False)
    wiring.apply_folder(folder.path, "wang")
    ledger = open_ledger(state)
    with ledger.read() as connection:
        rows = connection.execute(select(source_state.c.source_id, source_state.c.outcome)).all()
    ledger.close()

    assert [tuple(row) for row in rows] == [("board", "not_enabled")]


def test_problems_of_all_files_are_told_together(folder):
    folder.source("news", "http://127.0.0.1:9/feed.xml", owner="nobody")
    (folder.path / "policy.yaml").write_text("polciy: 1\n", encoding="utf-8")
    words = problems(folder)

    assert "sources/news.yaml" in words
    assert "policy.yaml" in words


def test_a_spider_that_does_not_exist_is_found_before_the_first_round(folder):
    folder.source("news", "http://127.0.0.1:9/feed.xml", spider="fed")

    assert "没有名为 fed 的 spider。是不是 feed？" in problems(folder)


def test_a_folder_with_mistakes_leaves_the_version_in_force(folder, state):
    wiring.apply_folder(folder.path, "wang")
    (folder.path / "huiyin.yaml").write_text("school:\n\tname: 云麓学院\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="制表符"):
        wiring.apply_folder(folder.path, "wang")

    parts = wiring.open_parts()
    assert parts.school.version == 1
    parts.ledger.close()


def test_facts_become_notices_in_the_same_transaction(parts):
    with parts.ledger.change() as work:
        work.tell("channel.down", "email", channel="email", recipient="logistics", reason="密码错误", since="x")
    with parts.ledger.read() as connection:
        counts = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (fact, outbox)]

    assert counts[0] == 1
    assert counts[1] > 0


def test_nothing_due_and_a_tick_since_is_idle(parts):
    assert not wiring.progress(parts.ledger).idle  # nobody has looked yet
    with parts.ledger.change() as work:
        work.connection.execute(insert(heartbeat).values(job="tick", finished_at=work.at, real_at=0.0, note={}))

    assert wiring.progress(parts.ledger).idle


@pytest.fixture
def ticked(folder, parts):
    """Parts of a school that a tick has just looked at."""
    with parts.ledger.change() as work:
        work.connection.execute(insert(heartbeat).values(job="tick", finished_at=work.at, real_at=0.0, note={}))
    return parts


def test_a_waiting_notice_is_work(ticked):
    with ticked.ledger.change() as work:
        put_in(work, [Notice("k", "", 0, "opened", "email", "logistics", {"title": "t", "body": "b", "link": ""})])
    state = wiring.progress(ticked.ledger)

    assert (state.idle, state.outbox_pending) == (False, 1)


def test_a_running_round_is_work(ticked):
    with ticked.ledger.change() as work:
        take_lease(work, "group:a", holder_name(), 60)
    state = wiring.progress(ticked.ledger)

    assert (state.idle, state.rounds_running) == (False, 1)


def test_a_post_without_number_is_work(ticked):
    heard = Post(source_id="news", site="s", key="s:1", url="http://s.test/1", content="食堂", fetched_at=clock.now())
    with ticked.ledger.change() as work:
        write_index(work, ticked.store, Page("news", heard.url, work.at, [heard]))

    assert not wiring.progress(ticked.ledger).idle


def test_the_next_due_source_is_the_next_instant(folder, state, clock_file):
    folder.source("news", "http://127.0.0.1:9/feed.xml")
    wiring.apply_folder(folder.path, "wang")
    parts = wiring.open_parts()
    soon = clock.now() + timedelta(minutes=7)
    with parts.ledger.change() as work:
        work.connection.execute(update(source_state).values(due_at=soon))

    assert wiring.progress(parts.ledger).next_at == soon
    parts.ledger.close()


def test_the_folder_is_the_named_one_else_the_variable_else_school(monkeypatch):
    monkeypatch.setenv(wiring.SCHOOL_VARIABLE, "/srv/school")
    chosen = [wiring.school_folder("here"), wiring.school_folder()]
    monkeypatch.delenv(wiring.SCHOOL_VARIABLE)

    assert [str(place) for place in (*chosen, wiring.school_folder())] == ["here", "/srv/school", "school"]


def test_somebody_always_signs(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)

    assert wiring.operator_name()
