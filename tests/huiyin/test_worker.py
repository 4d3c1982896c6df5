"""Tests of the worker: due groups become children under a lease, however they end the lease comes back."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.rounds import source_state, sync_sources
from crawler.source import load_sources
from foundation.errors import Retry
from foundation.lease import leases_held
from foundation.school import School, SchoolFiles, active_school, store_school
from huiyin.wiring import apply_folder
from huiyin.worker import Worker


@pytest.fixture
def worker(parts, tmp_path):
    """A worker whose children are killed at the end of the test."""
    own = Worker(parts.ledger, tmp_path / "log")
    yield own
    own.stop()


@pytest.fixture
def two_groups(folder, site):
    """Two politeness groups on a site that does not answer until it is freed."""
    site.free.clear()
    folder.source("news", f"{site.url}/feed.xml", group="a")
    folder.source("board", f"{site.url}/feed.xml", group="b", weight=1)
    return site


@pytest.fixture
def school(two_groups, folder, parts):
    """The small school's version with these sources."""
    apply_folder(folder.path, "tester")
    with parts.ledger.read() as connection:
        return active_school(connection)


def held(worker) -> int:
    with worker.ledger.read() as connection:
        return leases_held(connection, "group:")


def test_due_groups_are_started_up_to_the_number_of_workers(worker, school):
    assert worker.start_due_rounds(school) == 2
    assert set(worker.running) == {"a", "b"}
    assert held(worker) == 2


def test_with_one_worker_the_heavier_source_comes_first(worker, school, folder):
    one = school.settings.model_copy(update={"schedule": school.settings.schedule.model_copy(update={"workers": 1})})
    assert worker.start_due_rounds(replace(school, settings=one)) == 1
    assert list(worker.running) == ["a"]


def test_what_runs_is_not_started_twice(worker, school):
    worker.start_due_rounds(school)

    assert worker.start_due_rounds(school) == 0
    assert len(worker.running) == 2


def test_a_finished_round_gives_its_group_back_and_is_not_due_again(worker, school, two_groups, until):
    worker.start_due_rounds(school)
    two_groups.free.set()
    until(lambda: all(child.exitcode is not None for child in worker.running.values()))

    assert worker.start_due_rounds(school) == 0
    assert (held(worker), worker.running) == (0, {})
    with worker.ledger.read() as connection:
        assert set(connection.execute(select(source_state.c.outcome)).scalars()) <= {"ok", "nothing_new"}


def test_a_child_that_was_killed_is_repeated(worker, school, caplog):
    worker.start_due_rounds(school)
    first = worker.running["a"]
    first.kill()
    first.join()

    assert worker.start_due_rounds(school) == 1
    assert worker.running["a"] is not first
    assert "round of a ended with code -9" in caplog.text


def test_a_child_that_cannot_be_started_leaves_its_group_free(worker, school, tmp_path):
    worker.log_folder = tmp_path / "file"
    worker.log_folder.write_text("in the way")
    with pytest.raises(Retry, match="抓取进程启动不了"):
        worker.start_due_rounds(school)

    assert (held(worker), worker.running) == (0, {})


def test_stopping_ends_children_and_frees_their_groups(worker, school):
    worker.start_due_rounds(school)
    pids = [child.pid for child in worker.running.values()]
    worker.stop()

    assert held(worker) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_what_a_round_logs_stands_in_a_file_of_its_group(worker, school, tmp_path):
    worker.start_due_rounds(school)

    assert sorted(place.name for place in (tmp_path / "log").iterdir()) == ["round-a.log", "round-b.log"]
    assert worker.running["a"].pid != worker.running["b"].pid


def test_a_child_that_hangs_on_a_page_is_killed_and_its_source_waits_for_its_usual_time(
    worker, parts, folder, monkeypatch, site, until, caplog
):
    support = Path(__file__).parents[1] / "crawler" / "support"
    monkeypatch.syspath_prepend(str(support))
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "plain_settings")
    monkeypatch.setenv("PLAIN_ITEMS", str(folder.path / "items.jsonl"))
    site.publish("SPIN")
    folder.source("spinning", f"{site.url}/feed.xml", spider="plain", group="a")
    files = SchoolFiles.from_folder(folder.path)
    school = School.from_files(files)
    with parts.ledger.change() as work:
        store_school(work, files, "folder")
        sync_sources(work, load_sources(school))
    worker.start_due_rounds(school)
    pid = worker.running["a"].pid
    until(lambda: "/feed.xml" in site.asked)
    worker.watches["a"].limit_seconds = 0.0
    until(lambda: worker.reap() or not worker.running)

    assert not Path(f"/proc/{pid}").exists()
    assert (held(worker), worker.start_due_rounds(school)) == (0, 0)
    assert "hung on source spinning" in caplog.text
    with parts.ledger.read() as connection:
        row = connection.execute(select(source_state).where(source_state.c.source_id == "spinning")).one()
    assert (row.outcome, row.note) == ("unreachable", "一轮超过时限仍没有结束，已中止")
