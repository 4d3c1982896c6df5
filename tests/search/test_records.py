import pytest

from foundation.ledger import Ledger
from search.records import (
    count_records,
    ignore_records,
    index_record,
    known_revisions,
    list_refused,
    queue_records,
    settle_records,
    waiting_records,
    watch_records,
)
from tests.search.case_records import BEGIN, add_case, add_round
from tests.search.case_records import KINDS as DECLARED

CASES, PATROL = DECLARED


@pytest.fixture
def watched(ledger: Ledger) -> Ledger:
    """A ledger with one case and one round from before anything was noted, and notes from now on."""
    with ledger.change() as work:
        add_case(work, 1)
        add_round(work, BEGIN)
        watch_records(work)
        watch_records(work)
    return ledger


def waiting(ledger: Ledger, kind=CASES) -> dict[str, int]:
    with ledger.read() as connection:
        return waiting_records(connection, kind)


def test_what_stood_in_the_ledger_before_waits_too(watched: Ledger) -> None:
    assert (waiting(watched), waiting(watched, PATROL)) == ({"HY-2026-0001": 1}, {"1": 1})
    with watched.read() as connection:
        assert count_records(connection) == 2


def test_every_change_of_a_record_or_of_its_timers_raises_its_revision(watched: Ledger) -> None:
    with watched.change() as work:
        settle_records(work, CASES, {"HY-2026-0001": 1}, {})
        settle_records(work, PATROL, {"1": 1}, {})
    assert waiting(watched) == {}
    with watched.change() as work:
        add_case(work, 2, due_in=4)
        work.connection.exec_driver_sql("UPDATE case_file SET title = '' WHERE case_no = 'HY-2026-0001'")
        work.connection.exec_driver_sql("UPDATE timer SET steps_taken = '{}'")
        work.connection.exec_driver_sql("DELETE FROM patrol")

    assert waiting(watched) == {"HY-2026-0001": 2, "HY-2026-0002": 3}
    assert waiting(watched, PATROL) == {"1": 2}
    with watched.read() as connection:
        assert known_revisions(connection, PATROL) == {}


def test_what_changed_while_it_was_sent_waits_on(watched: Ledger) -> None:
    with watched.change() as work:
        work.connection.exec_driver_sql("UPDATE case_file SET state = '回复'")
        settle_records(work, CASES, {"HY-2026-0001": 1}, {})

    assert waiting(watched) == {"HY-2026-0001": 2}


def test_a_refused_record_is_named_and_waits_again_only_when_told(watched: Ledger) -> None:
    with watched.change() as work:
        settle_records(work, CASES, {"HY-2026-0001": 1}, {"HY-2026-0001": "mapper_parsing_exception level"})
    with watched.read() as connection:
        assert list_refused(connection) == [("cases", "HY-2026-0001", "mapper_parsing_exception level")]
    assert waiting(watched) == {}
    with watched.change() as work:
        assert queue_records(work, CASES) == 1

    assert waiting(watched) == {"HY-2026-0001": 1}


def test_a_help_first_case_is_none_that_may_stand_in_the_index(watched: Ledger) -> None:
    with watched.change() as work:
        add_case(work, 2, restricted=True)

    with watched.read() as connection:
        assert known_revisions(connection, CASES) == {"HY-2026-0001": 1}


def test_revisions_never_fall_though_nobody_noted_for_a_while(watched: Ledger) -> None:
    with watched.change() as work:
        ignore_records(work)
        work.connection.exec_driver_sql("UPDATE case_file SET state = '回复'")
        watch_records(work)

    with watched.read() as connection:
        assert connection.execute(index_record.select().where(index_record.c.kind == "cases")).first().revision == 2
    assert waiting(watched) == {}
