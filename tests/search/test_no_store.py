"""Tests of a ledger that holds no index: posts are kept all the same, and a search says what to do."""

import pytest

from foundation.errors import Refused
from search.no_store import NoStore
from search.parse_query import parse_query
from search.posts import keep_posts, load_posts
from search.store import open_store


@pytest.fixture
def database() -> str:
    return "postgresql"


def test_posts_are_kept_and_a_search_names_the_next_step(ledger, segmenter, make_post):
    store = NoStore(segmenter)
    with ledger.change() as work:
        store.prepare(work)
        kept = keep_posts(work, store, [make_post("食堂")])[0].post
        store.drop(work, [kept.post_id])
        store.clear(work)
        assert store.rebuild(work) == 0

    with ledger.read() as connection:
        assert [post.title for post in load_posts(connection, [kept.post_id])] == [kept.title]
        with pytest.raises(Refused, match="huiyin reindex --to elasticsearch"):
            store.search(connection, parse_query("食堂"))
    assert store.scrub(ledger)


def test_a_school_whose_ledger_is_on_postgresql_has_no_embedded_index(ledger, example_school):
    assert isinstance(open_store(example_school), NoStore)
