from datetime import UTC, datetime

import pytest

from crawler.items import POST_FIELD_NAMES, Post, Reason
from search.post_table import (
    COLUMNS,
    batches,
    insert_posts,
    is_indexable,
    load_posts,
    marks,
    post_table,
    select_posts,
    stored_value,
)

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def test_the_table_has_every_field_of_a_post_and_three_of_its_own() -> None:
    assert [column.name for column in post_table.columns] == [*COLUMNS, "ingest_seq"]
    assert COLUMNS[: len(POST_FIELD_NAMES)] == POST_FIELD_NAMES


def test_a_post_survives_the_way_into_a_row_and_back(ledger) -> None:
    post = Post(post_id=5, key="k", published_at=AT, departments=("a", "b"), reasons=(Reason("r", "t", 1.5, ("w",)),))
    with ledger.change() as work:
        insert_posts(work.connection, [post], AT)

    with ledger.read() as connection:
        assert load_posts(connection, [5]) == [post]


def test_posts_come_in_the_order_asked_for_and_unknown_ones_are_left_out(ledger) -> None:
    with ledger.change() as work:
        insert_posts(work.connection, [Post(post_id=n, key=str(n)) for n in (1, 2, 3)], AT)

    with ledger.read() as connection:
        assert [post.post_id for post in load_posts(connection, [3, 9, 1])] == [3, 1]
        assert [post.key for post in select_posts(connection, "WHERE post_id > ? ORDER BY key", (1,))] == ["2", "3"]


def test_values_are_stored_as_their_columns_hold_them() -> None:
    assert stored_value("topics", ("一",)) == '["一"]'
    assert stored_value("edited_at", AT) == "2026-11-02T04:00:00.000000+00:00"
    assert stored_value("edited_at", None) is None
    assert stored_value("copies", 3) == 3


@pytest.mark.parametrize(
    ("outcome", "restricted", "expected"),
    [
        ("stored", False, True),
        ("duplicate", False, True),
        ("needs_eyes", False, True),
        ("stored", True, False),
        ("not_ours", False, False),
        ("quarantined", False, False),
        ("", False, False),
    ],
)
def test_only_what_is_kept_ours_and_not_restricted_may_be_searched(outcome, restricted, expected) -> None:
    assert is_indexable(Post(outcome=outcome, restricted=restricted)) is expected


def test_long_lists_of_ids_are_asked_in_parts() -> None:
    assert [len(part) for part in batches(range(1200))] == [500, 500, 200]
    assert marks([1, 2, 3]) == "?, ?, ?"
