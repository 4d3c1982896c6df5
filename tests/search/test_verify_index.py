from datetime import timedelta

from foundation.ledger import Ledger
from search.elastic_store import ElasticStore
from search.posts import keep_posts
from search.sender import Sender
from search.verify_index import Difference, verify_generation
from tests.search.conftest import settle


def verify(ledger: Ledger, store: ElasticStore) -> Difference:
    return verify_generation(ledger, store.index, 1, lambda done: None)


def test_differences_are_counted_and_repaired(fed: Ledger, cluster: ElasticStore, make_post) -> None:
    with fed.change() as work:
        ids = [each.post.post_id for each in keep_posts(work, cluster, [make_post("食堂") for _ in range(5)])]
    settle(fed, cluster)
    assert verify(fed, cluster) == Difference(5, 5)
    client, name = cluster.index.client, cluster.index.name(1, ids[0])
    client.ask("DELETE", f"/{name}/_doc/{ids[0]}?version=1&version_type=external_gte")
    client.ask("PUT", f"/{name}/_doc/{ids[4] + 1}", {"post_id": ids[4] + 1})
    with fed.change() as work:
        work.connection.exec_driver_sql("UPDATE post SET revision = 3 WHERE post_id = ?", (ids[1],))
        work.connection.exec_driver_sql("DELETE FROM index_waiting")

    assert verify(fed, cluster) == Difference(5, 5, missing=1, old=1, extra=1)
    with fed.change() as work:  # the deletion has version 1 itself: the lost post comes back with a newer revision
        work.connection.exec_driver_sql("UPDATE post SET revision = 2 WHERE post_id = ?", (ids[0],))
    Sender(fed, cluster).send_all()
    assert verify(fed, cluster) == Difference(5, 5)


def test_an_index_that_is_newer_than_the_ledger_is_told(fed: Ledger, cluster: ElasticStore, make_post) -> None:
    with fed.change() as work:
        keep_posts(work, cluster, [make_post("食堂")])
        work.connection.exec_driver_sql("UPDATE post SET revision = 9")
    settle(fed, cluster)
    with fed.change() as work:
        work.connection.exec_driver_sql("UPDATE post SET revision = 2")
        work.connection.exec_driver_sql("DELETE FROM index_waiting")

    assert verify(fed, cluster) == Difference(1, 1, newer=1)


def test_a_post_in_a_wrong_month_is_deleted_there_and_no_other_is_taken_for_it(
    fed: Ledger, cluster: ElasticStore, make_post
) -> None:
    with fed.change() as work:
        kept = keep_posts(
            work,
            cluster,
            [make_post("食堂"), make_post("宿舍", published_at=make_post("").published_at - timedelta(40))],
        )
    settle(fed, cluster)
    ids = [each.post.post_id for each in kept]
    here, there = (cluster.index.name(1, post_id) for post_id in ids)
    assert here != there
    cluster.index.client.ask("PUT", f"/{there}/_doc/{ids[0]}", {"post_id": ids[0], "revision": 1})

    found = [verify(fed, cluster) for _ in range(2)]
    cluster.index.client.ask("DELETE", f"/{there}")  # the fixture empties one month only
    cluster.index.forget_known()

    assert found == [Difference(2, 2, extra=1), Difference(2, 2)]


def test_what_only_waits_is_no_difference(fed: Ledger, cluster: ElasticStore, make_post) -> None:
    with fed.change() as work:
        keep_posts(work, cluster, [make_post("食堂")])
    cluster.index.refresh(1)

    assert verify(fed, cluster).is_equal
