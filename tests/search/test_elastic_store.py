from sqlalchemy import event

from foundation.ledger import Ledger
from search.elastic_store import ElasticStore
from search.parse_query import parse_query
from search.posts import change_posts, forget_posts, keep_posts
from search.segment import Segmenter
from search.sqlite_query import VISIBLE
from search.waiting import hidden_waiting
from tests.search.conftest import settle

SECRET = "玄铁令牌藏在藏书阁三层"


def ids(ledger: Ledger, store: ElasticStore, text: str) -> list[int]:
    with ledger.read() as connection:
        return [hit.post_id for hit in store.search(connection, parse_query(text)).rows]


def test_a_search_before_anything_was_indexed_finds_nothing(fed: Ledger, segmenter: Segmenter, index) -> None:
    with fed.read() as connection:
        hits = ElasticStore(segmenter, index).search(connection, parse_query("食堂"), facets=True)

    assert (hits.total, hits.rows, hits.facets["level"]) == (0, [], {})


def test_a_post_that_became_help_first_is_not_shown_while_the_index_still_holds_it(
    fed: Ledger, cluster: ElasticStore, make_post
) -> None:
    with fed.change() as work:
        kept = keep_posts(work, cluster, [make_post("食堂"), make_post("食堂二")])
    settle(fed, cluster)
    with fed.change() as work:
        change_posts(work, cluster, [kept[1].post.post_id], restricted=True)
    with fed.read() as connection:
        hits = cluster.search(connection, parse_query("食堂"), facets=True)

    assert (hits.total, [hit.post_id for hit in hits.rows]) == (1, [kept[0].post.post_id])
    assert hits.facets["level"] == {"无": 1}


def test_a_search_looks_at_what_waits_and_not_at_every_post_of_the_ledger(
    fed: Ledger, cluster: ElasticStore, make_post
) -> None:
    """With a million posts and none waiting a join took two seconds."""
    with fed.change() as work:
        kept = keep_posts(work, cluster, [make_post("食堂"), make_post("私事")])
        change_posts(work, cluster, [kept[1].post.post_id], restricted=True)
    asked: list[str] = []
    event.listen(fed.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    with fed.read() as connection:
        assert hidden_waiting(connection, VISIBLE, 10) == [kept[1].post.post_id]
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}", (10,))]
    assert plan[0] == "SCAN w"
    assert not any(step.startswith("SCAN post") for step in plan)


def test_restricted_text_never_reaches_the_server_and_leaves_it_when_it_becomes_so(
    fed: Ledger, cluster: ElasticStore, make_post
) -> None:
    with fed.change() as work:
        kept = keep_posts(work, cluster, [make_post(SECRET), make_post("另一个" + SECRET[::-1], restricted=True)])
    settle(fed, cluster)
    everything = lambda: str(cluster.index.client.ask("POST", f"/{cluster.index.alias}/_search", {"size": 100}).body)  # noqa: E731
    assert SECRET in everything()
    assert SECRET[::-1] not in everything()
    with fed.change() as work:
        change_posts(work, cluster, [kept[0].post.post_id], restricted=True)
    settle(fed, cluster)

    assert SECRET not in everything()


def test_a_forgotten_text_is_overwritten_by_its_number_and_the_post_stays(
    fed: Ledger, cluster: ElasticStore, make_post
) -> None:
    with fed.change() as work:
        post_id = keep_posts(work, cluster, [make_post(SECRET)])[0].post.post_id
    settle(fed, cluster)
    with fed.change() as work:
        forget_posts(work, cluster, [post_id])
    assert cluster.scrub(fed) is False  # still waits
    settle(fed, cluster)

    assert ids(fed, cluster, "玄铁") == []
    assert ids(fed, cluster, "*") == [post_id]
    name = cluster.index.name(1, post_id)
    document = cluster.index.client.ask("GET", f"/{name}/_doc/{post_id}").body
    assert document["_version"] == 2
    assert document["_source"]["content"] is None
    assert cluster.scrub(fed) is True


def test_pages_go_on_beyond_ten_thousand(fed: Ledger, cluster: ElasticStore, make_post) -> None:
    with fed.change() as work:
        keep_posts(work, cluster, [make_post("饭") for _ in range(10_050)])
    settle(fed, cluster)
    seen: list[int] = []
    after = None
    with fed.read() as connection:
        while True:
            hits = cluster.search(connection, parse_query("饭"), 1000, after)
            seen += [hit.post_id for hit in hits.rows]
            if (after := hits.next_after) is None:
                break

    assert len(seen) == len(set(seen)) == 10_050
    assert seen == sorted(seen, reverse=True)
