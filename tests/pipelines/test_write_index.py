from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import event, func, select

import search.sqlite_store  # noqa: F401  (declares its tables)
from crawler.items import Page, Post
from crawler.report import RoundReport
from foundation.errors import LedgerUnusable
from foundation.school import store_school
from foundation.tables import spool
from pipelines.signatures import Signatures
from pipelines.write_index import WriteIndex, write_index
from search.parse_query import parse_query
from search.posts import load_posts, number_posts, post, posts_after
from search.store import open_store

HEARD_AT = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
TEXT = "二食堂一楼的米饭里吃出一条虫子，窗口师傅说捡掉就行，没有人道歉"


@pytest.fixture
def ledger(ledger, example_school):
    with ledger.change() as work:
        store_school(work, example_school.files, "test")
    return ledger


@pytest.fixture
def report():
    return RoundReport()


@pytest.fixture
def step(ledger, example_school, report):
    opened = SimpleNamespace(ledger=ledger, school=example_school)
    return WriteIndex.from_crawler(SimpleNamespace(spider=SimpleNamespace(opened=opened, report=report)))


def make(key: str, content: str = TEXT, **values: object) -> Post:
    made = Post(source_id="forum", site="a", key=key, content=content, published_at=HEARD_AT, fetched_at=HEARD_AT)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def page(*posts: Post, **values: object) -> Page:
    return Page("forum", "http://bbs.yunlu.example/", HEARD_AT, list(posts), **values)


def rows(ledger) -> int:
    with ledger.read() as connection:
        return int(connection.execute(select(func.count()).select_from(post)).scalar_one())


def test_an_open_post_ends_as_stored_and_is_counted_once(step, ledger, report) -> None:
    step.process_item(page(make("a"), make("b", outcome="not_ours"), make("c", outcome="needs_eyes")))

    assert report.outcomes == {"stored": 1, "not_ours": 1, "needs_eyes": 1}
    assert report.changes == {"new": 3}
    assert rows(ledger) == 3


def test_a_page_read_again_is_known(step, report) -> None:
    step.process_item(page(make("a")))
    step.process_item(page(make("a")))

    assert report.changes == {"new": 1, "known": 1}
    assert report.outcomes == {"stored": 2}


def test_a_kept_post_can_be_searched_and_its_copies_found(step, ledger) -> None:
    step.process_item(page(make("a")))

    with ledger.read() as connection:
        assert len(step.store.search(connection, parse_query('"吃出一条"')).rows) == 1
        (candidates,) = Signatures().lookup(connection, [make("b", f"转发：{TEXT}")])
    assert [each.post.key for each in candidates] == ["a"]


def test_what_a_page_proves_gone_is_marked(step, ledger) -> None:
    step.process_item(page(make("a"), make("b", thread_key="t")))
    step.process_item(page(vanished=["a"], vanished_threads=["t"]))

    with ledger.read() as connection:
        assert connection.execute(select(post.c.key).where(post.c.vanished_at.is_not(None))).scalars().all() == [
            "a",
            "b",
        ]


def test_posts_that_steps_took_out_are_neither_kept_nor_counted_twice(step, ledger, report) -> None:
    step.process_item(page(make("a", outcome="quarantined"), make("b", outcome="refused_private")))

    assert report.outcomes == {"refused_private": 1}
    assert rows(ledger) == 0


def test_a_post_that_cannot_be_kept_is_quarantined_and_the_others_are_kept(step, ledger, report) -> None:
    step.process_item(page(make("a"), make("b", "半个字 \ud83d"), make("c"), vanished=["old"]))

    assert report.outcomes == {"stored": 2, "quarantined": 1}
    assert rows(ledger) == 2
    with ledger.read() as connection:
        (sealed,) = connection.execute(select(spool)).all()
    assert (sealed.kind, sealed.step, sealed.reason.startswith("UnicodeEncodeError")) == ("post", "write_index", True)


def test_the_same_post_twice_on_a_page_is_counted_by_its_one_outcome(step, ledger, report) -> None:
    step.process_item(page(make("a"), make("a")))

    assert (report.outcomes, report.changes, rows(ledger)) == ({"stored": 2}, {"new": 1}, 1)


def test_a_full_disk_goes_up_so_that_the_round_ends_badly(step, ledger, report) -> None:
    ledger.engine.dispose()

    def no_room(connection, _record) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(ledger.engine, "connect", no_room)
    with pytest.raises(LedgerUnusable, match="磁盘已满"):
        step.process_item(page(*(make(str(number), TEXT * 20) for number in range(200))))
    event.remove(ledger.engine, "connect", no_room)
    ledger.engine.dispose()

    assert report.outcomes == Counter()
    assert rows(ledger) == 0


def test_rows_signatures_and_index_commit_together_or_not_at_all(ledger, example_school) -> None:
    store = open_store(example_school)

    def interrupted() -> None:
        with ledger.change() as work:
            kept = write_index(work, store, page(make("a")))
            assert load_posts(work.connection, [kept[0].post.post_id])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    with ledger.read() as connection:
        assert store.search(connection, parse_query("*")).total == 0
        assert Signatures().lookup(connection, [make("b")]) == [[]]
    assert rows(ledger) == 0


def test_one_bad_post_of_a_batch_costs_itself_alone_and_what_is_gone_is_still_marked(step, ledger, report) -> None:
    step.process_item(page(make("old")))
    posts = [make(str(number), f"{TEXT}，第{number}次") for number in range(9)]
    posts[4].content = "半个字 \ud83d"

    step.process_item(page(*posts, vanished=["old"]))

    assert report.outcomes == {"stored": 9, "quarantined": 1}
    with ledger.read() as connection:
        gone = connection.execute(select(post.c.key).where(post.c.vanished_at.is_not(None))).scalars().all()
        kept = connection.execute(select(post.c.key)).scalars().all()
    assert gone == ["old"]
    assert sorted(kept) == ["0", "1", "2", "3", "5", "6", "7", "8", "old"]


def test_history_is_kept_and_found_but_never_numbered_and_a_call_for_help_is_no_history(step, ledger) -> None:
    posts = make("a"), make("b", "别的事"), make("c", "不想活了", restricted=True)
    step.process_item(page(*posts, history=["a", "c"]))
    with ledger.change() as work:
        numbered = number_posts(work)
        keys = [one.key for _, one in posts_after(work.connection, 0, 9)]
        found = Signatures().lookup(work.connection, [make("d")])

    assert (numbered, sorted(keys)) == (2, ["b", "c"])
    assert "a" in {candidate.post.key for candidate in found[0]}


def test_history_that_is_edited_later_is_news(step, ledger) -> None:
    step.process_item(page(make("a"), history=["a"]))
    step.process_item(page(make("a", "米饭里的虫子又来了，这回是两条，窗口没有道歉")))
    with ledger.change() as work:
        assert number_posts(work) == 1
