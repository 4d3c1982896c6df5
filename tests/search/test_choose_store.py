import pytest

from foundation.ledger import Ledger
from search.choose_store import ChooseStore
from search.elastic_client import ServerAway
from search.elastic_store import ElasticStore
from search.index_state import IndexState, write_state
from search.parse_query import parse_query
from search.posts import keep_posts
from search.segment import Segmenter
from search.sqlite_store import SqliteStore
from search.store import open_store


@pytest.fixture
def stores(example_school, segmenter: Segmenter) -> ChooseStore:
    """A school whose cluster is away."""
    place = {"elasticsearch": {"servers": ["http://127.0.0.1:9"]}}
    settings = type(example_school.settings).model_validate({**example_school.settings.model_dump(), **place})
    from dataclasses import replace

    return open_store(replace(example_school, settings=settings))


def test_a_school_with_servers_goes_on_with_the_embedded_index_until_it_is_told(
    ledger: Ledger, stores: ChooseStore, make_post
) -> None:
    assert isinstance(stores, ChooseStore)
    with ledger.change() as work:
        stores.prepare(work)
        keep_posts(work, stores, [make_post("食堂")])
    with ledger.read() as connection:
        assert stores.search(connection, parse_query("食堂")).total == 1
    with ledger.change() as work:
        assert stores.rebuild(work) == 1
    assert stores.scrub(ledger)


def test_the_ledger_says_which_index_answers(ledger: Ledger, stores: ChooseStore, make_post) -> None:
    with ledger.change() as work:
        write_state(work, IndexState("elasticsearch", 1))
        stores.prepare(work)
        keep_posts(work, stores, [make_post("食堂")])
        assert work.connection.exec_driver_sql("SELECT count(*) FROM post_tokens").scalar() == 0
        assert work.connection.exec_driver_sql("SELECT count(*) FROM index_waiting").scalar() == 1
        with pytest.raises(ServerAway):
            stores.search(work.connection, parse_query("食堂"))
    assert stores.scrub(ledger) is False


def test_both_halves_are_the_known_stores(stores: ChooseStore) -> None:
    assert (type(stores.embedded), type(stores.cluster)) == (SqliteStore, ElasticStore)
