"""Tests of forgetting one address: what it means, and that other people's posts stay."""

import pytest

from crawler.items import Page, Post
from foundation import clock
from foundation.errors import Refused
from huiyin.forget_address import find_posts, forget_address
from pipelines.write_index import write_index
from search.posts import select_posts

TEXT = "梅园三楼的热水器半夜漏水，走廊里全是水，没有人来修，希望后勤尽快处理一下这件事情"


@pytest.fixture
def thread(parts):
    """One thread of two floors, and a copy of its first at another address."""

    def heard(key, url, content, **values):
        whole = {"source_id": "forum", "site": "s", "site_kind": "forum", "key": key, "url": url, "title": "热水器漏水"}
        return Post(**whole | {"content": content, "fetched_at": clock.now(), "thread_key": "s:t1"} | values)

    page = [
        heard("s:1", "http://s/t1", TEXT, floor=1),
        heard("s:2", "http://s/t1#2", "我也遇到了", quote=TEXT, floor=2),
    ]
    page.append(heard("s:9", "http://s/t9", TEXT, floor=1, thread_key="s:t9"))
    with parts.ledger.change() as work:
        write_index(work, parts.store, Page("forum", "http://s/t1", clock.now(), page))
    return parts


def kept(parts):
    with parts.ledger.read() as connection:
        return {each.key: each for each in select_posts(connection, "ORDER BY post_id")}


def test_a_threads_address_means_all_its_posts_and_no_other(thread):
    assert {each.key for each in find_posts(thread, "http://s/t1")} == {"s:1", "s:2"}


def test_a_number_means_one_post_and_what_others_show_of_it(thread):
    number = kept(thread)["s:1"].post_id
    forget_address(thread, str(number), "tester")
    left = kept(thread)

    assert left["s:2"].content == "我也遇到了"
    assert (left["s:2"].title, left["s:2"].quote) == ("", "")
    assert left["s:9"].content == TEXT
    assert (left[f"forgotten:{number}"].content, left[f"forgotten:{number}"].url) == ("", "")


def test_what_is_no_post_is_refused(thread):
    with pytest.raises(Refused, match="没有这个帖文号"):
        forget_address(thread, "5", "tester")
