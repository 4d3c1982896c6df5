import pytest
from sqlalchemy import func, select

from search.change_posts import change_posts, copies_of, forget_posts, mark_vanished, shown_by
from search.parse_query import parse_query
from search.post_table import load_posts, post_version


def test_every_change_raises_the_revision(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("饭"))
    with ledger.change() as work:
        change_posts(work, store, [kept.post_id], review_state="已确认", topics=("校园安全",), edited_at=work.at)

    with ledger.read() as connection:
        (after,) = load_posts(connection, [kept.post_id])
    assert (after.review_state, after.topics, after.revision) == ("已确认", ("校园安全",), 2)
    assert after.edited_at is not None


@pytest.mark.parametrize("name", ["post_id", "key", "revision", "author_name"])
def test_what_never_changes_is_refused(name: str, ledger, store) -> None:
    with ledger.change() as work, pytest.raises(ValueError, match=name):
        change_posts(work, store, [1], **{name: "x"})


def test_a_changed_text_is_found_by_its_new_words(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("食堂"))
    with ledger.change() as work:
        change_posts(work, store, [kept.post_id], content="宿舍")

    with ledger.read() as connection:
        assert len(store.search(connection, parse_query("宿舍")).rows) == 1
        assert store.search(connection, parse_query("食堂")).rows == []


def test_an_outcome_that_is_not_ours_leaves_the_index(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("食堂"))
    with ledger.change() as work:
        change_posts(work, store, [kept.post_id], outcome="not_ours")

    with ledger.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM post_tokens").scalar() == 0


def test_copies_are_found_by_their_original(ledger, keep, make_post) -> None:
    root, copy = keep(make_post("饭", key="a"), make_post("饭", outcome="duplicate", duplicate_key="a"))

    with ledger.read() as connection:
        assert copies_of(connection, [root.post_id]) == [copy.post_id]


def test_a_vanished_post_keeps_its_text_and_its_first_instant(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("饭", key="a"))
    with ledger.change() as work:
        assert mark_vanished(work, store, ["a", "unknown"]) == 1
    with ledger.change() as work:
        assert mark_vanished(work, store, ["a"]) == 0

    with ledger.read() as connection:
        (after,) = load_posts(connection, [kept.post_id])
        assert len(store.search(connection, parse_query("饭 vanished:yes")).rows) == 1
    assert (after.content, after.vanished_at is not None) == ("饭", True)


def test_a_vanished_thread_takes_all_its_posts(ledger, store, keep, make_post) -> None:
    keep(make_post("一", thread_key="t"), make_post("二", thread_key="t"), make_post("三", thread_key="u"))
    with ledger.change() as work:
        assert mark_vanished(work, store, [], ["t"]) == 2


def test_a_forgotten_post_is_not_kept_again_nor_its_official_reply(ledger, store, keep, make_post) -> None:
    (kept,) = keep(make_post("饭", key="a"))
    keep(make_post("汤", key="a"))
    with ledger.change() as work:
        forget_posts(work, store, [kept.post_id])
    keep(make_post("汤", key="a", official_reply="您反映的汤"))

    with ledger.read() as connection:
        (after,) = load_posts(connection, [kept.post_id])
        assert connection.execute(select(func.count()).select_from(post_version)).scalar() == 0
    assert (after.content, after.official_reply) == ("", "")


def test_a_help_first_post_takes_its_copies_and_the_replies_that_show_its_title_along(
    ledger, store, keep, make_post
) -> None:
    opening, copy, reply, other = keep(
        make_post("饭", key="a", title="求助", thread_key="t", floor=1),
        make_post("饭", outcome="duplicate", duplicate_key="a"),
        make_post("抱抱", title="求助", thread_key="t", floor=2),
        make_post("抱抱", title="求助", thread_key="u", floor=2),
    )
    with ledger.change() as work:
        change_posts(work, store, [opening.post_id], restricted=True)

    with ledger.read() as connection:
        assert shown_by(connection, [opening.post_id]) == [copy.post_id, reply.post_id]
        after = load_posts(connection, [opening.post_id, copy.post_id, reply.post_id, other.post_id])
    assert [post.restricted for post in after] == [True, True, True, False]
