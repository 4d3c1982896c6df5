from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect

import search.sqlite_store  # noqa: F401  # the ledger is made with the index's tables
from crawler.items import Post
from pipelines import signatures
from pipelines.signatures import MONTHS_BACK, PREFIX, Signatures, signed_text
from search.posts import forget_posts, keep_posts
from search.store import open_store

MARCH = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
TEXT = "昨天晚上三食堂二楼的红烧茄子里吃出一只小虫，窗口的人说不归他们管，希望学校派人来查一查，给大家一个说法。"


@pytest.fixture
def store(example_school):
    return open_store(example_school)


def heard(key, content=TEXT, **values):
    return Post(
        key=key,
        site="bbs.yunlu.test",
        content=content,
        outcome="stored",
        published_at=MARCH,
        fetched_at=MARCH,
        **values,
    )


def keep(ledger, store, post, at=None):
    with ledger.change() as work:
        work.at = at or work.at
        kept = [item.post for item in keep_posts(work, store, [post])]
        Signatures().add(work, kept)
    return kept[0]


def look(ledger, *posts):
    with ledger.read() as connection:
        return [[each.post.key for each in row] for row in Signatures().lookup(connection, posts)]


def rows_of(connection):
    tables = signatures._tables(connection)
    return [tuple(row) for table in tables for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]


def test_a_copy_finds_the_stored_post(ledger, store):
    keep(ledger, store, heard("a"))

    assert look(ledger, heard("b", TEXT.replace("，", " "))) == [["a"]]


def test_another_text_finds_nothing(ledger, store):
    keep(ledger, store, heard("a"))

    assert look(ledger, heard("b", "图书馆四楼靠窗的座位总是被书包占着，能不能装一个预约系统")) == [[]]


def test_a_post_never_finds_its_own_earlier_version(ledger, store):
    keep(ledger, store, heard("a"))

    assert look(ledger, heard("a", TEXT + "求回复")) == [[]]


def test_an_original_heard_again_does_not_find_its_later_copy(ledger, store):
    keep(ledger, store, heard("a"))
    keep(ledger, store, heard("b", TEXT + "我们学校也这样"))

    assert look(ledger, heard("a")) == [[]]


def test_an_empty_ledger_gives_no_candidates(ledger):
    assert look(ledger, heard("a")) == [[]]


def test_a_forgotten_text_is_no_original(ledger, store):
    kept = keep(ledger, store, heard("a"))
    with ledger.change() as work:
        forget_posts(work, store, [kept.post_id])

    assert look(ledger, heard("b")) == [[]]


def test_forgetting_erases_the_keys_too(ledger, store):
    kept = keep(ledger, store, heard("a"))
    with ledger.read() as connection:
        assert rows_of(connection)
    with ledger.change() as work:
        Signatures().forget(work, [kept.post_id])

    with ledger.read() as connection:
        assert not rows_of(connection)


def test_fresh_keys_go_to_their_month_together_and_are_found_there(ledger, store, monkeypatch):
    monkeypatch.setattr(signatures, "MOST_FRESH", 30)
    keep(ledger, store, heard("a"))
    keep(ledger, store, heard("b", "图书馆四楼靠窗的座位总是被书包占着，能不能装一个预约系统"))

    with ledger.read() as connection:
        fresh = connection.exec_driver_sql(f"SELECT count(*) FROM {signatures.FRESH}").scalar()
        owners = {post_id for _, post_id in rows_of(connection)}

    assert fresh == 0
    assert len(owners) == 2
    assert look(ledger, heard("c")) == [["a"]]


def test_a_large_batch_goes_to_its_month_at_once_and_is_found_there(ledger, store, monkeypatch):
    monkeypatch.setattr(signatures, "MANY", 30)
    keep(ledger, store, heard("a"))

    with ledger.read() as connection:
        fresh = connection.exec_driver_sql(f"SELECT count(*) FROM {signatures.FRESH}").scalar()

    assert fresh == 0
    assert look(ledger, heard("b")) == [["a"]]
    assert look(ledger) == []


def test_what_is_fresh_when_a_month_begins_belongs_to_the_month_before(ledger, store):
    keep(ledger, store, heard("a"), at=MARCH)
    keep(ledger, store, heard("b", "图书馆四楼靠窗的座位总是被书包占着"), at=MARCH + timedelta(days=31))

    with ledger.read() as connection:
        march = connection.exec_driver_sql(f"SELECT count(*) FROM {PREFIX}202603").scalar()

    assert march == 26


def test_a_copy_of_a_copy_carries_its_root(ledger, store):
    keep(ledger, store, heard("a"))
    keep(ledger, store, heard("b", TEXT + "我们学校也这样，请大家注意饮食安全", duplicate_key="a"))

    with ledger.read() as connection:
        row = Signatures().lookup(connection, [heard("c")])[0]

    assert {candidate.root_key for candidate in row} == {"a"}


def test_each_month_has_its_own_table_and_old_ones_go(ledger, store):
    for month in range(MONTHS_BACK + 3):
        keep(ledger, store, heard(f"k{month}", TEXT + str(month)), at=MARCH + timedelta(days=31 * month))

    with ledger.read() as connection:
        tables = [name for name in inspect(connection).get_table_names() if name.startswith(PREFIX)]

    assert sorted(tables) == [f"{PREFIX}2026{month:02}" for month in (5, 6, 7, 8)]


def test_a_copy_that_adds_nothing_is_not_remembered_twice(ledger, store):
    keep(ledger, store, heard("a"))
    keep(ledger, store, heard("b", similarity=1.0))

    with ledger.read() as connection:
        owners = {post_id for _, post_id in rows_of(connection)}

    assert len(owners) == 1


def test_keeping_the_same_post_twice_is_harmless(ledger, store):
    keep(ledger, store, heard("a"))
    keep(ledger, store, heard("a"))

    assert look(ledger, heard("b")) == [["a"]]


def test_the_ledger_remembers_no_text(ledger, store):
    keep(ledger, store, heard("a"))

    with ledger.read() as connection:
        rows = rows_of(connection)

    assert rows
    assert all(isinstance(value, int) for row in rows for value in row)


def test_a_reply_is_compared_without_its_threads_title():
    assert signed_text(Post(title="题", content="文", floor=2)) == "文"
    assert signed_text(Post(title="题", content="文", floor=1)) == "题\n文"
