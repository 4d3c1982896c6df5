import pytest

import search.elastic_client
from foundation.ledger import Ledger
from search.elastic_client import ServerAway
from search.elastic_index import ElasticIndex
from search.elastic_store import ElasticStore
from search.index_health import require_whole, unwell
from search.parse_query import parse_query
from search.posts import keep_posts
from search.segment import Segmenter
from search.sender import Sender
from tests.search.conftest import serve
from tests.servers.red_index import make_red

NOVEMBER, DECEMBER = 1_793_700_000 << 20, 1_796_300_000 << 20


def test_what_no_server_holds_is_red_what_lacks_a_copy_is_yellow_and_the_rest_is_not_named(index: ElasticIndex) -> None:
    well, red = index.name(1, NOVEMBER), index.name(1, DECEMBER)
    index.ensure([well, index.name(2, NOVEMBER)], 1)
    index.client.ask("PUT", f"/{index.name(2, NOVEMBER)}/_settings", {"index.number_of_replicas": 1})
    make_red(index, red)

    assert (unwell(index, "red"), unwell(index, "yellow")) == ([red], [index.name(2, NOVEMBER)])
    assert unwell(index, "red", 2) == []
    assert list(index.counts([red])) == [well, index.name(2, NOVEMBER)]
    require_whole(index, 2)
    with pytest.raises(ServerAway, match=rf"（红）：.*{red}。运行 huiyin index status .*变红了怎么办"):
        require_whole(index, 1)


def test_a_search_and_a_shipment_say_that_an_index_is_red_and_nothing_is_lost(
    ledger: Ledger, segmenter: Segmenter, index: ElasticIndex, make_post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left alone, the server answers a search from its other months, and lets a shipment wait for a minute."""
    store = ElasticStore(segmenter, index)
    serve(ledger, store)
    with ledger.change() as work:
        post_id = keep_posts(work, store, [make_post("食堂")])[0].post.post_id or 0
    index.ensure([index.name(1, DECEMBER)], 1)
    make_red(index, index.name(1, post_id))
    monkeypatch.setattr(search.elastic_client, "SHARD_SECONDS", 1)

    with ledger.read() as connection, pytest.raises(ServerAway, match="变红了怎么办"):
        store.search(connection, parse_query("食堂"))
    with pytest.raises(ServerAway, match="（红），内容都在账本里"):
        Sender(ledger, store).send_all()
    index.client.ask("DELETE", f"/{index.name(1, post_id)}")
    assert Sender(ledger, ElasticStore.at(segmenter, index.client)).send_all().shipped == 1
