from contextlib import suppress

import pytest

from foundation.ledger import Ledger
from search.triggers import note_after, stop_noting

STATEMENT = "INSERT INTO meta (name, value) VALUES (NEW.subject, 'noted')"


@pytest.fixture
def noted(ledger: Ledger) -> Ledger:
    with ledger.change() as work:
        for _ in range(2):  # the second time changes nothing
            note_after(work, "fact_is_noted", "INSERT", "fact", STATEMENT)
    return ledger


def count(ledger: Ledger) -> int:
    with ledger.read() as connection:
        found = connection.exec_driver_sql("SELECT name FROM meta WHERE value = 'noted'").scalars().all()
    return len(found)


def test_each_row_is_noted_once_and_with_its_own_change(noted: Ledger) -> None:
    with noted.change() as work:
        work.tell("one", "first")
        work.tell("two", "second")
    with suppress(KeyError), noted.change() as work:
        work.tell("three", "third")
        raise KeyError

    assert count(noted) == 2


def test_what_is_stopped_notes_no_more_and_may_be_stopped_twice(noted: Ledger) -> None:
    with noted.change() as work:
        stop_noting(work, "fact_is_noted", "fact")
        stop_noting(work, "fact_is_noted", "fact")
        work.tell("one", "first")

    assert count(noted) == 0
