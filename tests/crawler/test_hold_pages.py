import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from crawler import hold_pages
from crawler.hold_pages import ENOUGH, HoldPages
from crawler.items import Page, Post
from foundation.errors import LedgerUnusable

HEARD_AT = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)


class Steps:
    """Remembers what came through, batch by batch; breaks when told to."""

    def __init__(self):
        self.batches = []
        self.problem = None

    def process_item(self, item):
        if self.problem is not None:
            raise self.problem
        self.batches.append(([post.key for post in item.posts], item.vanished, item.vanished_threads))
        return item


def page(*keys, **values):
    return Page("forum", "http://bbs.yunlu.example/", HEARD_AT, [Post(key=key) for key in keys], **values)


def run(*pages, steps=None):
    """Give the pages to a holder as Scrapy does, one task a page; return the steps and what became of each page."""
    steps = steps or Steps()

    async def crawl():
        holder = HoldPages(steps, crawler=SimpleNamespace(spider=None))
        given = [asyncio.ensure_future(holder.process_item_async(each)) for each in pages]
        return await asyncio.gather(*given, return_exceptions=True)

    return steps, asyncio.run(crawl())


def test_pages_that_come_together_go_through_the_steps_together():
    pages = [page("a", "b"), page("c")]

    steps, ended = run(*pages)

    assert steps.batches == [(["a", "b", "c"], [], [])]
    assert all(end is given for end, given in zip(ended, pages, strict=True))


def test_a_full_batch_waits_for_nothing(monkeypatch):
    monkeypatch.setattr(hold_pages, "QUIET_SECONDS", 3600.0)
    monkeypatch.setattr(hold_pages, "LONGEST_SECONDS", 3600.0)

    steps, _ = run(*(page(*(f"{number}-{post}" for post in range(20))) for number in range(ENOUGH // 20)))

    assert [len(keys) for keys, *_ in steps.batches] == [ENOUGH]


def test_pages_that_keep_coming_do_not_hold_back_the_first(monkeypatch):
    monkeypatch.setattr(hold_pages, "LONGEST_SECONDS", 0.0)

    steps, _ = run(page("a"))

    assert steps.batches == [(["a"], [], [])]


def test_a_post_that_is_heard_again_goes_after_its_first_hearing():
    steps, _ = run(page("a"), page("a", "b"), page("c"))

    assert [keys for keys, *_ in steps.batches] == [["a"], ["a", "b", "c"]]


def test_what_a_page_proves_gone_ends_its_batch():
    steps, _ = run(page("a"), page(vanished=["old"], vanished_threads=["t"]), page("old"))

    assert steps.batches == [(["a"], ["old"], ["t"]), (["old"], [], [])]


def test_a_batch_that_cannot_be_kept_fails_each_of_its_pages_and_the_next_one_goes_on():
    steps = Steps()
    steps.problem = LedgerUnusable("磁盘已满", "账本", "腾出空间")

    _, ended = run(page("a"), page("b"), steps=steps)
    steps.problem = None
    _, later = run(page("c"), steps=steps)

    assert [type(end) for end in ended] == [LedgerUnusable, LedgerUnusable]
    assert [end.posts[0].key for end in later] == ["c"]


def test_a_page_without_posts_goes_through_too():
    steps, _ = run(page())

    assert steps.batches == [([], [], [])]


@pytest.mark.parametrize("count", [1, 3])
def test_no_page_is_held_when_all_were_answered(count):
    async def crawl():
        holder = HoldPages(Steps(), crawler=SimpleNamespace(spider=None))
        await asyncio.gather(*(holder.process_item_async(page(str(number))) for number in range(count)))
        return holder

    holder = asyncio.run(crawl())

    assert (holder._held, holder._keys, holder._gone) == ([], set(), None)
