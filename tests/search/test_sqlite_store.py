from pathlib import Path

import pytest

from foundation.ledger import LEDGER_FILE, Ledger
from search.parse_query import parse_query
from search.posts import change_posts, forget_posts, keep_posts
from search.segment import Segmenter
from search.sqlite_store import SqliteStore, day_of
from search.store import Store

SECRET = "玄铁令牌藏在藏书阁三层"
TITLE = "寻物启事玄铁"


def traces(state: Path, texts: list[str]) -> list[str]:
    """Return which texts (or their words and pairs) still stand in the bytes of the database or its log."""
    data = b"".join(path.read_bytes() for path in state.glob(f"{LEDGER_FILE}*"))
    pieces = {text[i : i + 2] for text in texts for i in range(len(text) - 1)} | set(texts)
    return sorted(piece for piece in pieces if piece.encode() in data)


@pytest.mark.parametrize("others", [0, 3, 300])
def test_a_forgotten_text_is_gone_from_the_bytes_of_the_file(
    others: int, state: Path, ledger: Ledger, store: Store, keep, make_post
) -> None:
    keep(*(make_post("操场的灯坏了") for _ in range(others)))
    keep(make_post("操场的灯坏了", key="secret"))
    (post,) = keep(make_post(SECRET, title=TITLE, key="secret", event_title=TITLE))
    assert traces(state, [SECRET, TITLE])
    with ledger.change() as work:
        forget_posts(work, store, [post.post_id])
    assert store.scrub(ledger)

    assert traces(state, [SECRET, TITLE]) == []


def test_the_text_before_an_edit_is_gone_too_after_forgetting(
    state: Path, ledger: Ledger, store: Store, keep, make_post
) -> None:
    (post,) = keep(make_post(SECRET, key="secret"))
    keep(make_post("操场的灯坏了", key="secret"))
    with ledger.change() as work:
        forget_posts(work, store, [post.post_id])
    store.scrub(ledger)

    assert traces(state, [SECRET]) == []


def test_a_text_kept_and_forgotten_in_one_transaction_leaves_no_bytes(
    state: Path, ledger: Ledger, store: Store, make_post
) -> None:
    with ledger.change() as work:
        kept = keep_posts(work, store, [make_post(SECRET)])
        forget_posts(work, store, [kept[0].post.post_id])
    store.scrub(ledger)

    assert traces(state, [SECRET]) == []


def test_a_post_that_becomes_restricted_leaves_no_bytes_in_the_index(
    state: Path, ledger: Ledger, store: Store, keep, make_post
) -> None:
    (post,) = keep(make_post(SECRET))
    with ledger.change() as work:
        change_posts(work, store, [post.post_id], restricted=True)
    store.scrub(ledger)

    data = (state / LEDGER_FILE).read_bytes()
    assert data.count("玄铁".encode()) == data.count(SECRET.encode()) == 1  # only the ledger's own row


def test_scrub_says_when_a_reader_keeps_the_old_bytes(ledger: Ledger, store: Store, keep, make_post) -> None:
    keep(make_post("操场"))
    with ledger.read() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM post").scalar()
        keep(make_post("食堂"))

        assert store.scrub(ledger) is False
    assert store.scrub(ledger) is True


def test_deleting_needs_no_dictionary_of_the_day_it_was_indexed(ledger: Ledger, keep, make_post) -> None:
    (post,) = keep(make_post("云麓学院东区停电"))
    later = SqliteStore(Segmenter(["云麓学院东区"]))
    with ledger.change() as work:
        later.drop(work, [post.post_id])

    with ledger.read() as connection:
        assert later.search(connection, parse_query("停电")).rows == []
        connection.exec_driver_sql("SELECT count(*) FROM post_fts WHERE post_fts MATCH '停电'").scalar()


def test_dropping_what_is_not_there_changes_nothing(ledger: Ledger, store: Store, keep, make_post) -> None:
    keep(make_post("食堂"))
    with ledger.change() as work:
        store.drop(work, [1, 2, 3])

    with ledger.read() as connection:
        assert len(store.search(connection, parse_query("食堂")).rows) == 1


def test_a_day_is_the_schools_day() -> None:
    assert day_of(1_793_635_200 << 20) == "2026-11-03"  # 2026-11-02 16:00 UTC
