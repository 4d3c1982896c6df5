from foundation.ledger import Ledger
from search import waiting
from search.posts import change_posts, keep_posts
from search.store import Store
from search.waiting import (
    Dead,
    count_waiting,
    ignore_posts,
    list_dead,
    next_waiting,
    retry_dead,
    settle,
    watch_posts,
)


def watched(ledger: Ledger) -> None:
    with ledger.change() as work:
        watch_posts(work)
        watch_posts(work)


def test_every_change_of_a_post_waits_whoever_made_it(ledger: Ledger, store: Store, keep, make_post) -> None:
    watched(ledger)
    original = make_post("食堂")
    kept = keep(original, make_post("转：食堂", outcome="duplicate", duplicate_key=original.key))
    with ledger.change() as work:
        settle(work, list(next_waiting(work.connection).items()), [])
        assert count_waiting(work.connection) == 0
        change_posts(work, store, [kept[0].post_id], level_code=2)
        work.connection.exec_driver_sql("UPDATE post SET revision = revision + 1 WHERE post_id = ?", (kept[1].post_id,))

    with ledger.read() as connection:
        assert set(next_waiting(connection)) == {post.post_id for post in kept}


def test_a_change_that_was_taken_back_does_not_wait(ledger: Ledger, store: Store, make_post) -> None:
    watched(ledger)
    try:
        with ledger.change() as work:
            keep_posts(work, store, [make_post("食堂")])
            raise RuntimeError("taken back")
    except RuntimeError:
        pass

    with ledger.read() as connection:
        assert count_waiting(connection) == 0


def test_a_post_that_changed_while_it_was_sent_waits_on(ledger: Ledger, store: Store, keep, make_post) -> None:
    watched(ledger)
    (post,) = keep(make_post("食堂"))
    with ledger.change() as work:
        change_posts(work, store, [post.post_id], level_code=1)
        settle(work, [(post.post_id, 1)], [])

    with ledger.read() as connection:
        assert next_waiting(connection) == {post.post_id: 2}


def test_one_request_is_bounded_by_text_but_holds_at_least_one_post(ledger, keep, make_post, monkeypatch) -> None:
    watched(ledger)
    monkeypatch.setattr(waiting, "BATCH_CHARACTERS", 10)
    keep(make_post("食" * 30), make_post("堂" * 6), make_post("饭" * 3))
    sizes = []
    with ledger.change() as work:
        while batch := next_waiting(work.connection):
            sizes.append(len(batch))
            settle(work, list(batch.items()), [])

    assert sizes == [1, 2]


def test_dead_letters_keep_their_reason_and_can_be_sent_again(ledger: Ledger, keep, make_post) -> None:
    watched(ledger)
    (post,) = keep(make_post("食堂"))
    dead = Dead(post.post_id, 1, "mapper_parsing_exception likes")
    with ledger.change() as work:
        settle(work, [], [dead])
        assert (list_dead(work.connection), count_waiting(work.connection)) == ([dead], 0)
        assert retry_dead(work) == 1
        settle(work, [(post.post_id, 1)], [])
        assert list_dead(work.connection) == []


def test_nothing_waits_any_more_when_the_cluster_is_left(ledger: Ledger, keep, make_post) -> None:
    watched(ledger)
    keep(make_post("食堂"))
    with ledger.change() as work:
        ignore_posts(work)
    keep(make_post("宿舍"))

    with ledger.read() as connection:
        assert count_waiting(connection) == 0
