"""Tests of watched threads: those of running cases, until they are archived."""

import pytest
from sqlalchemy import select, update

from cases.case import case_file
from cases.transitions import CLOSED
from crawler.items import Page, Post
from crawler.marks import Marks
from crawler.tables import watched_thread
from foundation import clock
from huiyin.group_posts import group_and_open
from huiyin.watch_threads import watch_threads
from pipelines.write_index import write_index
from search.posts import number_posts, post


def watched(parts) -> list[str]:
    with parts.ledger.change() as work:
        watch_threads(work)
        return list(work.connection.execute(select(watched_thread.c.thread_key)).scalars())


@pytest.mark.parametrize("closed", CLOSED)
def test_the_threads_of_running_cases_are_watched_until_they_are_archived(parts, closed):
    one = Post(source_id="forum", site="s", key="s:1", thread_key="s:t1", floor=1, title="锅炉房漏煤气，好几个人晕倒")
    one.content, one.fetched_at = "三号锅炉房漏煤气，三个人晕倒送医院了", clock.now()
    one.level_code, one.level = 2, "重大"
    with parts.ledger.change() as work:
        write_index(work, parts.store, Page("forum", "http://s/t1", clock.now(), [one]))
        number_posts(work)
    assert watched(parts) == []
    group_and_open(parts)
    assert watched(parts) == ["s:t1"]
    with parts.ledger.change() as work:
        assert work.connection.execute(select(post.c.event_id)).scalar() is not None
        work.connection.execute(update(case_file).values(state=closed))

    assert watched(parts) == []


def test_a_repost_that_is_read_apart_from_its_original_is_watched_itself(parts):
    one = Post(source_id="blog", site="s", key="s:9", thread_key="s:8", title="锅炉房漏煤气，好几个人晕倒")
    one.content, one.fetched_at = "三号锅炉房漏煤气，三个人晕倒送医院了", clock.now()
    one.level_code, one.level = 2, "重大"
    with parts.ledger.change() as work:
        write_index(work, parts.store, Page("blog", "http://s/9", clock.now(), [one]))
        number_posts(work)
        marks = Marks.load(work.connection, "blog", clock.now())
        marks.see("s:9", "http://s/detail/9", "", clock.now())
        marks.write(work)
    group_and_open(parts)

    assert sorted(watched(parts)) == ["s:8", "s:9"]
