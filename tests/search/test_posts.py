from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.items import Reason
from search.post_table import post_version
from search.posts import hash_content, keep_posts, load_posts, mark_vanished, number_posts, post, posts_after

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def stored(ledger, *post_ids):
    with ledger.read() as connection:
        return load_posts(connection, list(post_ids))


def changes(ledger, store, *posts):
    with ledger.change() as work:
        return [item.change for item in keep_posts(work, store, posts)]


def test_a_post_is_new_once_and_known_ever_after(ledger, store, make_post) -> None:
    assert changes(ledger, store, make_post("饭", key="a")) == ["new"]
    assert changes(ledger, store, make_post("饭", key="a")) == ["known"]


def test_a_stored_post_comes_back_as_it_was_kept(ledger, keep, make_post) -> None:
    (kept,) = keep(
        make_post("饭", topics=("校园安全",), reasons=(Reason("hazard", "食品", 3.0, ("虫子",)),), replies=4)
    )

    assert stored(ledger, kept.post_id) == [kept]


def test_the_number_of_a_post_tells_when_it_was_published(keep, make_post) -> None:
    (kept,) = keep(make_post("饭", published_at=NOON))

    assert kept.post_id >> 20 == int(NOON.timestamp())


def test_posts_of_one_second_get_different_numbers_in_page_order(keep, make_post) -> None:
    first = keep(make_post("一", published_at=NOON), make_post("二", published_at=NOON))
    second = keep(make_post("三", published_at=NOON))

    numbers = [one.post_id for one in first + second]
    assert numbers == sorted(set(numbers))


def test_a_date_in_the_future_does_not_stand_before_all_others(keep, make_post) -> None:
    (kept,) = keep(make_post("饭", published_at=NOON + timedelta(days=900)))

    assert kept.post_id >> 20 == int((NOON + timedelta(days=7)).timestamp())


def test_a_post_without_a_time_is_numbered_by_when_it_was_fetched(keep, make_post) -> None:
    (kept,) = keep(make_post("饭", published_at=None, fetched_at=NOON))

    assert kept.post_id >> 20 == int(NOON.timestamp())


def test_the_same_key_twice_on_a_page_is_one_post(ledger, store, make_post) -> None:
    assert changes(ledger, store, make_post("饭", key="a"), make_post("饭", key="a")) == ["new"]


def test_a_post_without_a_key_is_an_error_of_its_spider(ledger, store, make_post) -> None:
    with pytest.raises(ValueError, match="without key"):
        changes(ledger, store, make_post("饭", key=""))


def test_a_new_count_is_recounted_and_a_missing_one_keeps_the_last(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("饭", key="a", replies=1, likes=5))
    assert changes(ledger, store, make_post("饭", key="a", replies=3, likes=None)) == ["recounted"]

    (after,) = stored(ledger, kept.post_id)
    assert (after.replies, after.likes, after.version, after.revision) == (3, 5, 1, 2)


def test_an_official_reply_that_appears_is_kept_without_a_new_version(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("饭", key="a"))
    changes(ledger, store, make_post("饭", key="a", official_reply="已整改", official_reply_at=NOON))

    (after,) = stored(ledger, kept.post_id)
    assert (after.official_reply, after.official_reply_at, after.version) == ("已整改", NOON, 1)


def test_an_edit_is_a_new_version_with_the_old_text_kept(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("旧文", key="a", level_code=1))
    assert changes(ledger, store, make_post("新文", key="a", level_code=2)) == ["edited"]

    (after,) = stored(ledger, kept.post_id)
    assert (after.content, after.version, after.revision, after.level_code) == ("新文", 2, 2, 2)
    assert after.first_seen_at == kept.first_seen_at
    assert after.edited_at is not None
    with ledger.read() as connection:
        (old,) = connection.execute(select(post_version)).all()
    assert (old.post_id, old.version, old.content) == (kept.post_id, 1, "旧文")


def test_an_edit_does_not_undo_what_people_decided(ledger, store, keep, make_post) -> None:
    decided = {"review_state": "误报", "false_alarm": True, "event_id": 7, "event_title": "饭", "case_no": "A-1"}
    (kept,) = keep(make_post("旧文", key="a", **decided))
    with ledger.change() as work:
        work.connection.execute(post.update().values(**decided))
    changes(ledger, store, make_post("新文", key="a"))

    (after,) = stored(ledger, kept.post_id)
    assert {name: getattr(after, name) for name in decided} == decided


def test_an_edit_does_not_end_a_restriction(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("旧文", key="a", restricted=True))
    changes(ledger, store, make_post("新文", key="a"))

    assert stored(ledger, kept.post_id)[0].restricted


def test_a_copy_names_the_root_original_which_counts_it(ledger, keep, make_post) -> None:
    root, copy, second = keep(
        make_post("饭", key="a"),
        make_post("饭", key="b", outcome="duplicate", duplicate_key="a"),
        make_post("饭", key="c", outcome="duplicate", duplicate_key="b"),
    )
    (later,) = keep(make_post("饭", key="d", outcome="duplicate", duplicate_key="c"))

    assert {copy.duplicate_of, second.duplicate_of, later.duplicate_of} == {root.post_id}
    assert stored(ledger, root.post_id)[0].copies == 3


def test_a_copy_that_is_edited_into_something_else_is_no_copy_any_more(ledger, store, keep, make_post) -> None:
    root, copy = keep(
        make_post("饭", key="a"), make_post("饭", key="b", outcome="duplicate", duplicate_key="a")
    )  # fmt: skip
    changes(ledger, store, make_post("水", key="b"))

    before, after = stored(ledger, root.post_id, copy.post_id)
    assert (before.copies, after.duplicate_of, after.outcome) == (0, None, "stored")


def test_a_post_is_never_a_copy_of_itself(keep, make_post) -> None:
    (kept,) = keep(make_post("饭", key="a", outcome="duplicate", duplicate_key="a"))

    assert (kept.duplicate_of, kept.outcome) == (None, "stored")


def test_a_copy_of_something_that_is_not_kept_is_an_original(keep, make_post) -> None:
    (kept,) = keep(make_post("饭", outcome="duplicate", duplicate_key="nowhere"))

    assert (kept.duplicate_of, kept.outcome) == (None, "stored")


def test_a_copy_of_a_restricted_post_is_restricted(keep, make_post) -> None:
    keep(make_post("饭", key="a", restricted=True))
    (copy,) = keep(make_post("饭", key="b", outcome="duplicate", duplicate_key="a"))

    assert copy.restricted


def test_copies_follow_an_original_that_an_edit_makes_restricted(ledger, store, keep, make_post) -> None:
    _, copy = keep(make_post("饭", key="a"), make_post("饭", key="b", outcome="duplicate", duplicate_key="a"))
    changes(ledger, store, make_post("饭。", key="a", restricted=True))

    assert stored(ledger, copy.post_id)[0].restricted


@pytest.mark.parametrize("outcome", ["quarantined", "refused_private"])
def test_what_may_not_be_kept_leaves_no_row(outcome: str, ledger, store, make_post) -> None:
    assert changes(ledger, store, make_post("饭", outcome=outcome)) == []
    with ledger.read() as connection:
        assert connection.execute(select(post.c.post_id)).all() == []


def test_a_post_that_became_private_is_forgotten(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("饭", key="a"))
    changes(ledger, store, make_post("饭和电话", key="a", outcome="refused_private"))

    assert stored(ledger, kept.post_id)[0].content == ""


def test_what_is_not_ours_is_known_next_time(ledger, store, make_post) -> None:
    changes(ledger, store, make_post("饭", key="a", outcome="not_ours"))

    again = make_post("饭", key="a", outcome="stored")
    assert changes(ledger, store, again) == ["known"]
    assert again.outcome == "not_ours"


def test_a_post_that_shows_again_is_not_vanished_any_more(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("饭", key="a"))
    with ledger.change() as work:
        mark_vanished(work, store, ["a"])
    assert changes(ledger, store, make_post("饭", key="a")) == ["recounted"]

    assert stored(ledger, kept.post_id)[0].vanished_at is None


def test_ingest_numbers_follow_the_order_of_storing_and_never_repeat(
    ledger, store, keep, make_post, clock_file: Path
) -> None:
    (late,) = keep(make_post("后发", key="b", published_at=NOON))
    clock_file.write_text((NOON + timedelta(days=8)).isoformat(), encoding="utf-8")
    (early,) = keep(make_post("先发", key="a", published_at=NOON - timedelta(days=9)))
    with ledger.change() as work:
        assert number_posts(work) == 2
    keep(make_post("先发，改过", key="a"))
    with ledger.change() as work:
        assert number_posts(work) == 1

    with ledger.read() as connection:
        order = [(seq, one.post_id) for seq, one in posts_after(connection, 0, 10)]
        assert posts_after(connection, 2, 10)[0][1].post_id == early.post_id
    assert order == [(1, late.post_id), (3, early.post_id)]


def test_counts_do_not_make_an_edit_and_the_title_does(make_post) -> None:
    one = make_post("饭", title="一")

    assert hash_content(one) == hash_content(make_post("饭", title="一", replies=9, official_reply="好"))
    assert hash_content(one) != hash_content(make_post("饭", title="二"))


def test_a_broken_page_leaves_nothing_behind(ledger, store, make_post) -> None:
    with pytest.raises(UnicodeEncodeError):
        changes(ledger, store, make_post("饭"), make_post("半个字 \ud83d"))

    with ledger.read() as connection:
        assert connection.execute(select(post.c.post_id)).all() == []
