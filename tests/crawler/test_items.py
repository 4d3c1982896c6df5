"""Tests of the one definition of a post's fields: complete, described, without persons; rows copy nothing."""

from datetime import UTC, datetime

import pytest

from crawler.items import POST_FIELD_NAMES, Page, Post, as_row, post_fields


def test_every_field_has_a_description_for_people():
    assert [name for name, about in post_fields().items() if not (about.label and about.why)] == []


def test_fields_that_staff_search_are_all_there():
    """What of a post can be searched."""
    wanted = (
        "published_at fetched_at time_precision source_id site_kind title content topics category relevance level "
        "score departments event_id event_title case_no review_state false_alarm duplicate_of copies version "
        "edited_at "
        "vanished_at replies likes reposts views"
    )
    searchable = {name for name, about in post_fields().items() if about.searchable}

    assert set(wanted.split()) - searchable == set()


def test_what_points_at_a_person_is_not_searchable():
    assert not post_fields()["author"].searchable
    assert not post_fields()["restricted"].searchable


def test_a_row_holds_every_field_by_name():
    post = Post(key="bbs:1", title="热水")
    row = as_row(post)

    assert tuple(row) == POST_FIELD_NAMES
    assert row["title"] == "热水"


def test_pages_do_not_share_their_posts():
    at = datetime(2026, 10, 1, tzinfo=UTC)
    first, second = Page("forum", "u", at), Page("forum", "u", at)
    first.posts.append(Post())

    assert second.posts == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"floor": 1, "thread_key": "t1", "key": "p1"}, False),
        ({"floor": 2}, True),
        ({"floor": 0, "thread_key": "t1", "key": "p2"}, True),
        ({"floor": 0, "thread_key": "n1", "key": "n1"}, False),
        ({"floor": 0}, False),
    ],
)
def test_a_reply_answers_in_anothers_thread(fields, expected):
    assert Post(**fields).is_reply is expected
