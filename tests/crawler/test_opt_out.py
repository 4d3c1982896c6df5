"""Tests of the list of what must not be kept: digests only, and no listed post passes the door."""

from sqlalchemy import select

from crawler.items import Post
from crawler.opt_out import OptOuts, list_words
from crawler.tables import opt_out

FORUM = {"/": "/a 1\n/b 1", "/a": "post a1|食堂的汤凉了", "/b": "post b1|图书馆几点开门\npost b2|八点"}


def test_the_list_holds_no_word_that_it_was_given(ledger):
    with ledger.change() as work:
        assert list_words(work, ["s.example:9", "http://s.example/t9#p1", ""]) == 2
        assert list_words(work, ["s.example:9"]) == 0
        rows = work.connection.execute(select(opt_out.c.digest)).scalars().all()
        known = OptOuts.load(work.connection)

    assert not any("example" in row for row in rows)
    assert known.holds("http://s.example/t9")
    assert known.holds("http://s.example/t9#other")
    assert not known.holds("http://s.example/t10")


def test_a_post_is_refused_by_its_key_its_address_or_its_thread(ledger):
    with ledger.change() as work:
        list_words(work, ["s:k", "http://s/u", "s:t"])
        known = OptOuts.load(work.connection)

    refused = [Post(key="s:k"), Post(url="http://s/u"), Post(thread_key="s:t"), Post(key="s:other", url="http://s/v")]
    assert [known.is_refused(post) for post in refused] == [True, True, True, False]


def test_without_a_list_nothing_is_refused_and_no_key_is_needed(state):
    assert not OptOuts().holds("s:k")
    assert not (state / "opt_out.key").exists()


def test_a_listed_post_never_becomes_an_item_and_a_listed_thread_is_never_asked(one_source):
    site, campus = one_source(FORUM)
    with campus.ledger.change() as work:
        list_words(work, ["/a", "b2"])
    end = campus.crawl("forum")

    assert [key for item in campus.items() for key in item["keys"]] == ["b1"]
    assert "/a" not in site.asked
    assert end["counts"]["outcomes"] == {"refused_private": 1}
