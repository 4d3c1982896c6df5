"""Tests of the watermark: in memory during a round, written once, only for threads that were read whole."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select

from crawler.marks import Marks
from crawler.tables import thread_mark, watched_thread

NOW = datetime(2026, 10, 8, 2, tzinfo=UTC)
URL = "http://bbs.yunlu.example/a"


def load(ledger, now=NOW) -> Marks:
    with ledger.read() as connection:
        return Marks.load(connection, "forum", now)


def write(ledger, marks: Marks) -> int:
    with ledger.change() as work:
        return marks.write(work)


def test_nothing_is_written_before_the_end(ledger):
    marks = load(ledger)
    marks.see("a", URL, "1", NOW)
    with ledger.read() as connection:
        assert connection.execute(select(func.count()).select_from(thread_mark)).scalar_one() == 0


def test_a_thread_is_unchanged_only_in_exactly_the_state_that_was_read(ledger):
    marks = load(ledger)
    marks.see("a", URL, "2026-10-08 10:00|3", NOW)
    write(ledger, marks)
    later = load(ledger)

    assert later.is_unchanged("a", "2026-10-08 10:00|3")
    assert not later.is_unchanged("a", "2026-10-08 10:00|4")
    assert not later.is_unchanged("b", "2026-10-08 10:00|3")


def test_a_thread_that_failed_keeps_its_old_mark(ledger):
    marks = load(ledger)
    marks.see("a", URL, "1", NOW)
    write(ledger, marks)
    second = load(ledger)
    second.see("a", URL, "2", NOW)
    second.unread("a")
    write(ledger, second)

    assert load(ledger).is_unchanged("a", "1")


def test_young_threads_that_were_not_read_this_round_are_rechecked_newest_first(ledger):
    marks = load(ledger)
    for key, age in (("old", 73), ("edge", 72), ("young", 1), ("read", 2)):
        marks.see(key, f"{URL}/{key}", "1", NOW - timedelta(hours=age))
    write(ledger, marks)
    second = load(ledger)
    second.see("read", URL, "2", None)

    assert [mark.thread_key for mark in second.to_recheck(NOW)] == ["young", "edge"]


def test_without_a_post_time_the_first_sight_counts(ledger):
    marks = load(ledger, NOW - timedelta(hours=80))
    marks.see("a", URL, "1", None)
    write(ledger, marks)

    assert load(ledger).to_recheck(NOW) == []
    assert len(load(ledger).to_recheck(NOW, hours=90)) == 1


def test_a_vanished_thread_is_not_rechecked_and_returns_when_it_is_seen_again(ledger):
    marks = load(ledger)
    marks.see("a", URL, "1", NOW)
    write(ledger, marks)
    second = load(ledger)
    second.gone("a")
    write(ledger, second)
    third = load(ledger)

    assert third.to_recheck(NOW) == []
    assert not third.is_unchanged("a", "1")
    third.see("a", URL, "1", NOW)
    write(ledger, third)
    assert load(ledger).is_unchanged("a", "1")


def test_first_sight_survives_later_rounds(ledger):
    marks = load(ledger)
    marks.see("a", URL, "1", None)
    write(ledger, marks)
    later = load(ledger, NOW + timedelta(days=1))
    later.see("a", URL, "2", None)
    write(ledger, later)
    with ledger.read() as connection:
        row = connection.execute(select(thread_mark)).one()

    assert (row.first_seen_at, row.checked_at) == (NOW, NOW + timedelta(days=1))


def test_sources_do_not_share_marks(ledger):
    marks = load(ledger)
    marks.see("a", URL, "1", NOW)
    write(ledger, marks)
    with ledger.read() as connection:
        assert not Marks.load(connection, "news", NOW).knows("a")


def of_cases(ledger, *keys: str) -> None:
    """Put threads of running cases where crawls find them."""
    with ledger.change() as work:
        work.connection.execute(insert(watched_thread), [{"thread_key": key} for key in keys])


def test_an_old_thread_of_a_running_case_is_read_in_each_round(ledger):
    marks = load(ledger)
    for key in ("a", "b"):
        marks.see(key, f"{URL}/{key}", "1", NOW - timedelta(days=30))
    write(ledger, marks)
    assert load(ledger).due_for_recheck(NOW).marks == ()
    of_cases(ledger, "b", "of-another-site")

    assert load(ledger).watched == {"b"}
    assert [mark.thread_key for mark in load(ledger).due_for_recheck(NOW).marks] == ["b"]


def test_the_page_on_which_a_message_of_a_running_case_stands_is_read_in_each_round(ledger):
    marks = load(ledger)
    for key, page in (("a", 1), ("b", 2), ("c", 2)):
        marks.see(key, f"{URL}?page={page}#m{key}", "1", NOW - timedelta(days=30))
    write(ledger, marks)
    assert load(ledger).due_pages(NOW) == ({}, 0)
    of_cases(ledger, "c")
    pages, _ = load(ledger).due_pages(NOW)

    assert {url: [mark.thread_key for mark in marks] for url, marks in pages.items()} == {f"{URL}?page=2": ["b", "c"]}


def test_what_stands_on_a_page_of_many_has_no_page_of_its_own(ledger):
    marks = load(ledger)
    for key, url in (("alone", f"{URL}/alone"), ("among", f"{URL}#among")):
        marks.see(key, url, "1", NOW)
    write(ledger, marks)

    assert [mark.thread_key for mark in load(ledger).due_for_recheck(NOW, apart=True).marks] == ["alone"]
    assert len(load(ledger).due_for_recheck(NOW).marks) == 2
