import pytest
from sqlalchemy import select

from foundation.ledger import Ledger
from search.index_state import Building, IndexState, write_state
from search.records import index_record
from search.waiting import count_waiting, next_waiting, settle
from search.watch_index import watch_again, watch_index
from tests.search.case_records import add_case


def test_posts_and_records_are_noted_from_now_on(ledger: Ledger, keep, make_post) -> None:
    with ledger.change() as work:
        watch_index(work)
        watch_index(work)
    keep(make_post("食堂"))
    with ledger.change() as work:
        add_case(work, 1)

        assert count_waiting(work.connection) == 1
        assert work.connection.execute(select(index_record.c.record_id)).scalars().all() == ["HY-2026-0001"]


@pytest.mark.parametrize(
    ("known", "waits"),
    [
        (IndexState("elasticsearch", 1), 1),
        (IndexState("sqlite", 0, Building("elasticsearch", 1)), 1),
        (IndexState(), 0),
    ],
    ids=["answers", "is being built", "unused"],
)
def test_what_changed_unnoticed_waits_when_elasticsearch_is_fed(
    ledger: Ledger, keep, make_post, known: IndexState, waits: int
) -> None:
    keep(make_post("食堂"))
    with ledger.change() as work:
        write_state(work, known)
        watch_again(work)
        assert count_waiting(work.connection) == waits
        settle(work, list(next_waiting(work.connection).items()), [])
        watch_again(work)

        assert count_waiting(work.connection) == waits
