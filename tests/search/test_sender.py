from itertools import pairwise

import pytest

from foundation.errors import Stop
from foundation.ledger import Ledger
from search import sender as sender_module
from search.elastic_client import ServerAway
from search.elastic_store import ElasticStore
from search.posts import change_posts, keep_posts
from search.segment import Segmenter
from search.sender import Sender
from search.waiting import count_waiting, list_dead, retry_dead
from tests.search.conftest import serve


def waiting(ledger: Ledger) -> int:
    with ledger.read() as connection:
        return count_waiting(connection)


def in_index(store: ElasticStore) -> dict[int, int]:
    """Return post id → revision of everything that the server holds."""
    store.index.refresh(1)
    body = {"size": 10_000, "_source": False, "version": True}
    hits = store.index.client.ask("POST", f"/{store.index.alias}/_search", body).body["hits"]["hits"]
    return {int(hit["_id"]): hit["_version"] for hit in hits}


def keep(ledger: Ledger, store: ElasticStore, *posts) -> list[int]:
    with ledger.change() as work:
        return [item.post.post_id for item in keep_posts(work, store, posts)]


def test_what_was_sent_is_there_with_its_revision_and_sending_again_changes_nothing(
    fed: Ledger, cluster: ElasticStore, make_post
) -> None:
    first, second = keep(fed, cluster, make_post("食堂"), make_post("宿舍"))
    with fed.change() as work:
        change_posts(work, cluster, [first], level_code=2)
    assert Sender(fed, cluster).send_all().shipped == 2
    with fed.change() as work:
        cluster.rebuild(work)
    Sender(fed, cluster).send_all()

    assert in_index(cluster) == {first: 2, second: 1}
    assert waiting(fed) == 0


def test_failures_are_waited_out_longer_each_time(fed, cluster, make_post, monkeypatch, caplog) -> None:
    keep(fed, cluster, make_post("食堂"))
    at = [1000.0]
    tries = []
    monkeypatch.setattr(sender_module.clock, "monotonic_seconds", lambda: at[0])

    def away(lines: bytes) -> list[dict]:
        tries.append(at[0])
        raise ServerAway("连不上 Elasticsearch", "x", "y")

    monkeypatch.setattr(cluster.index.client, "bulk", away)
    sender = Sender(fed, cluster)
    for _ in range(600):
        sender.run_if_due()
        at[0] += 1.0

    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]
    assert waiting(fed) == 1


def test_one_post_that_the_index_refuses_is_a_dead_letter_and_the_others_go_on(
    fed: Ledger, segmenter: Segmenter, index, make_post
) -> None:
    """Someone made the month by hand with a narrower field: only the post that does not fit is refused."""
    store = ElasticStore(segmenter, index)
    fits, wide = keep(fed, store, make_post("食堂"), make_post("宿舍", likes=300))
    name = index.name(1, fits)
    index.ensure([name], 1)
    body = index.client.ask("GET", f"/{name}/_mapping").body[name]
    settings = {"analysis": {"analyzer": {"huiyin_zh": {"type": "standard"}}}}
    index.client.ask("DELETE", f"/{name}")
    body["mappings"]["properties"]["likes"] = {"type": "byte"}
    index.client.ask("PUT", f"/{name}", {**body, "settings": settings, "aliases": {index.alias: {}}})
    sent = Sender(fed, store).send_all()

    assert (sent.shipped, sent.dead, waiting(fed)) == (1, 1, 0)
    with fed.read() as connection:
        (dead,) = list_dead(connection)
    assert (dead.post_id, dead.reason.split()[-1]) == (wide, "likes")
    assert "300" not in dead.reason
    index.client.ask("DELETE", f"/{name}")
    index.forget_known()
    with fed.change() as work:
        retry_dead(work)
    Sender(fed, store).send_all()
    assert in_index(store) == {wide: 1}


def test_a_read_only_index_keeps_everything_waiting(fed: Ledger, segmenter: Segmenter, index, make_post) -> None:
    store = ElasticStore(segmenter, index)
    (first,) = keep(fed, store, make_post("食堂"))
    Sender(fed, store).send_all()
    name = index.name(1, first)
    index.client.ask("PUT", f"/{name}/_settings", {"index.blocks.read_only_allow_delete": True})
    keep(fed, store, make_post("宿舍"))

    with pytest.raises(ServerAway, match="只读"):
        Sender(fed, store).send_all()
    assert waiting(fed) == 1
    index.client.ask("PUT", f"/{name}/_settings", {"index.blocks.read_only_allow_delete": None})
    assert Sender(fed, store).send_all().shipped == 1


def test_a_foreign_index_stops_the_sender_and_loses_nothing(fed: Ledger, segmenter, index, make_post) -> None:
    store = ElasticStore(segmenter, index)
    (post_id,) = keep(fed, store, make_post("食堂"))
    index.client.ask("PUT", f"/{index.name(1, post_id)}", {})

    with pytest.raises(Stop, match="不是回音建的"):
        Sender(fed, store).send_all()
    assert waiting(fed) == 1


def test_a_request_that_is_too_large_is_halved_and_a_single_one_is_a_dead_letter(
    fed: Ledger, cluster: ElasticStore, make_post, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.elastic_client import RequestTooLarge

    really = cluster.index.client.bulk
    limit = 3000

    def narrow(lines: bytes) -> list[dict]:
        if len(lines) > limit:
            raise RequestTooLarge("太大", "x", "y")
        return really(lines)

    monkeypatch.setattr(cluster.index.client, "bulk", narrow)
    ids = keep(fed, cluster, *(make_post("食堂") for _ in range(6)), make_post("长" * 2000))
    sent = Sender(fed, cluster).send_all()

    assert (sent.shipped, sent.dead) == (6, 1)
    assert set(in_index(cluster)) == set(ids[:6])


def test_only_one_process_sends(fed: Ledger, cluster: ElasticStore, make_post) -> None:
    keep(fed, cluster, make_post("食堂"))
    with Sender(fed, cluster, "elsewhere/1/1").leading() as state:
        assert state is not None
        assert Sender(fed, cluster).send_all().shipped == 0

    assert Sender(fed, cluster).send_all().shipped == 1


def test_a_generation_that_is_only_kept_loses_what_must_go(fed: Ledger, segmenter, index, make_post) -> None:
    from dataclasses import replace

    from search.index_state import read_state, write_state

    store = ElasticStore(segmenter, index)
    (post_id,) = keep(fed, store, make_post("食堂"))
    Sender(fed, store).send_all()
    with fed.change() as work:
        write_state(work, replace(read_state(work.connection), generation=2, kept=(1,)))
        change_posts(work, store, [post_id], restricted=True)
    Sender(fed, store).send_all()
    index.refresh(1)

    assert index.client.ask("GET", f"/{index.name(1, post_id)}/_count").body["count"] == 0


def test_serving_needs_the_triggers(ledger: Ledger, cluster: ElasticStore, make_post) -> None:
    serve(ledger, cluster)
    keep(ledger, cluster, make_post("食堂"))

    assert waiting(ledger) == 1


def test_a_sender_with_nothing_to_send_does_not_take_the_lease(fed: Ledger, cluster: ElasticStore, make_post) -> None:
    """It is asked every few seconds: writing each time would make crawls wait for the ledger."""

    def leases() -> list[str]:
        with fed.read() as connection:
            return list(connection.exec_driver_sql("SELECT name FROM lease").scalars())

    sender = Sender(fed, cluster)
    sender.run_if_due()
    assert leases() == []
    keep(fed, cluster, make_post("食堂"))

    assert sender.run_if_due().shipped == 1
