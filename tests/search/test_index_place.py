from dataclasses import replace

import pytest

from foundation.errors import Stop
from foundation.ledger import Ledger
from foundation.settings import Elasticsearch
from search.elastic_client import ElasticClient
from search.elastic_index import ElasticIndex
from search.index_place import former_names, remember_place, require_place, require_posts
from search.index_state import Building, IndexState, read_state, write_state
from search.posts import keep_posts
from search.waiting import watch_posts


def at(prefix: str) -> ElasticIndex:
    """The names of a school; nothing is asked of its server."""
    return ElasticIndex(ElasticClient(Elasticsearch(servers=["http://127.0.0.1:9"], prefix=prefix)))


def test_an_index_that_was_built_for_another_prefix_is_told_with_the_names_that_hold_texts(ledger: Ledger) -> None:
    with ledger.change() as work:
        write_state(work, IndexState(building=Building("elasticsearch", 1)))
        remember_place(work, "old-")
        write_state(work, replace(read_state(work.connection), serving="elasticsearch", generation=1, building=None))
        remember_place(work, "new-")  # whoever prepares later, with nothing being built, changes nothing
    with ledger.read() as connection:
        require_place(connection, at("old-"))
        with pytest.raises(Stop, match=r"prefix 改过.*new-。运行 huiyin index rebuild .*old-posts-v\*.*信息中心删去"):
            require_place(connection, at("new-"))


def test_a_ledger_that_remembers_no_prefix_is_believed(ledger: Ledger) -> None:
    with ledger.change() as work:
        write_state(work, IndexState("elasticsearch", 1))
    with ledger.read() as connection:
        assert former_names(connection, at("new-")) == ""


def test_no_index_on_the_server_is_right_only_while_nothing_was_shipped(ledger: Ledger, store, make_post) -> None:
    with ledger.change() as work:
        watch_posts(work)
        keep_posts(work, store, [make_post("食堂")])
    with ledger.read() as connection:
        require_posts(connection, at("new-"))
    with ledger.change() as work:
        work.connection.exec_driver_sql("DELETE FROM index_waiting")
    with ledger.read() as connection, pytest.raises(Stop, match=r"账本里的帖文却早已送过.*huiyin index rebuild"):
        require_posts(connection, at("new-"))
