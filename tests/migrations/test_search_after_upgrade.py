"""After an upgrade the search goes on as before: Elasticsearch hears of changes, and what is 保密 is not found."""

import pytest
from sqlalchemy import func, select, update

from cases.case import case_file
from crawler.items import Post
from foundation.ledger import Ledger
from huiyin.upgrade_ledger import bring_up, downgrade_to
from huiyin.wiring import TABLES
from search.index_state import IndexState, write_state
from search.parse_query import parse_query
from search.posts import keep_posts, load_posts, post
from search.records import index_record, settle_records, waiting_records
from search.store import open_store
from search.waiting import next_waiting, settle
from search.watch_index import watch_index
from tests.search.case_records import CASES, add_case


@pytest.fixture
def old(ledger: Ledger, example_school) -> Ledger:
    """A ledger of revision 0004: an open case of event 1, a confidential one of event 2, a post of each."""
    assert TABLES
    with ledger.change() as work:
        posts = [
            Post(
                source_id="forum", site="s", key=f"s:{number}", url=f"http://s.test/{number}", title="汤桶漏水",
                content=f"二食堂的汤桶漏水，第{number}次了。", fetched_at=work.at, outcome="stored",
            )
            for number in (1, 2)
        ]  # fmt: skip
        for number, kept in enumerate(keep_posts(work, open_store(example_school), posts), start=1):
            work.connection.execute(update(post).where(post.c.post_id == kept.post.post_id).values(event_id=number))
            add_case(work, number, confidential=number == 2)
        downgrade_to(work.connection, "0004")
    return ledger


def feed_elasticsearch(ledger: Ledger) -> None:
    """Let Elasticsearch answer, which has heard of everything."""
    with ledger.change() as work:
        write_state(work, IndexState("elasticsearch", 1))
        watch_index(work)
        settle_everything(work)


def settle_everything(work) -> None:
    settle(work, list(next_waiting(work.connection).items()), [])
    settle_records(work, CASES, waiting_records(work.connection, CASES), {})


def test_changes_of_posts_and_cases_wait_for_elasticsearch_after_an_upgrade(old: Ledger) -> None:
    feed_elasticsearch(old)
    bring_up("lin")

    with old.change() as work:
        settle_everything(work)
        work.connection.exec_driver_sql("UPDATE post SET revision = revision + 1 WHERE event_id = 1")
        work.connection.execute(update(case_file).where(case_file.c.event_id == 1).values(state="办结"))
    with old.read() as connection:
        assert len(next_waiting(connection)) == 1
        assert set(waiting_records(connection, CASES)) == {"HY-2026-0001"}


def test_what_may_have_changed_unnoticed_is_sent_once_more_with_a_newer_revision(old: Ledger) -> None:
    feed_elasticsearch(old)
    with old.read() as connection:
        known = {row.record_id: row.revision for row in connection.execute(select(index_record))}
    bring_up("lin")

    with old.read() as connection:
        assert len(next_waiting(connection)) == 2
        assert waiting_records(connection, CASES) == {key: revision + 1 for key, revision in known.items()}


def test_a_ledger_that_feeds_no_elasticsearch_notes_nothing(old: Ledger) -> None:
    bring_up("lin")

    with old.change() as work:
        work.connection.exec_driver_sql("UPDATE post SET revision = revision + 1")
        assert next_waiting(work.connection) == {}
        assert work.connection.execute(select(func.count()).select_from(index_record)).scalar() == 0


def test_posts_of_a_case_that_was_confidential_already_are_found_no_more(
    old: Ledger, example_school, database: str
) -> None:
    bring_up("lin")

    with old.read() as connection:
        ids = connection.execute(select(post.c.post_id).order_by(post.c.event_id)).scalars().all()
        seen = {each.event_id: (bool(each.confidential), each.revision) for each in load_posts(connection, ids)}
        if database == "sqlite":
            found = open_store(example_school).search(connection, parse_query("汤桶"))
            assert [hit.event_id for hit in found.rows] == [1]
    assert seen == {1: (False, 1), 2: (True, 2)}
