import orjson

from search.parse_query import parse_query
from search.sqlite_store import SqliteStore
from search.store import as_plain, open_store


def test_a_school_without_other_wishes_gets_the_embedded_index_with_its_own_words(example_school) -> None:
    store = open_store(example_school)

    assert isinstance(store, SqliteStore)
    assert store.segmenter.cut("麓湖边的二食堂")[0] == "麓湖"


def test_preparing_an_index_that_is_there_changes_nothing(ledger, store, keep, make_post) -> None:
    keep(make_post("食堂"))
    with ledger.change() as work:
        store.prepare(work)

    with ledger.read() as connection:
        assert len(store.search(connection, parse_query("食堂")).rows) == 1


def test_a_hit_is_plain_data_without_a_person(ledger, store, keep, make_post) -> None:
    keep(make_post("食堂", author="f00d"))
    with ledger.read() as connection:
        plain = as_plain(store.search(connection, parse_query("食堂")).rows[0])

    assert plain["published_at"] == "2026-11-02T04:01:00+00:00"
    assert "author" not in plain
    assert "f00d" not in orjson.dumps(plain).decode()
