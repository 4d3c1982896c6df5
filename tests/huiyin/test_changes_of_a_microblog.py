"""A microblog on loopback that lives on between rounds, by a virtual clock, as JSON and as a page in a real browser.

The list shows only the newest posts. What it no longer shows is read at its own page: what is young in the next round,
the rest within seven days. A post is gone when its own page says so, never because it was scrolled out of the list.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.rounds import take_group
from crawler.tables import patrol
from foundation import clock
from foundation.tables import lease
from huiyin.wiring import apply_folder
from search.post_table import post_version
from search.posts import select_posts
from tests.servers.small_microblog import Blog, SmallMicroblog, serving
from tests.servers.warm_rounds import run_warm

ROOT = Path(__file__).parents[2]
HOLDER = f"test/{os.getpid()}"
OLD = 3  # the first posts are older than 72 hours


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.browser)], ids=["json", "page"])
def microblog(request, parts, folder, clock_file):
    now = clock.at_school(clock.now())
    with serving(SmallMicroblog(request.param)) as own:
        for number in range(1, 9):
            born = now - timedelta(days=5 if number <= OLD else 1, minutes=60 - number)
            own.blogs[number] = Blog(f"第{number}号窗口前的话：二食堂的饭又凉了", born)
        register(folder, own)
        yield own


def register(folder, own):
    """Register the microblog in the form in which it stands."""
    values = {"spider": "microblog", "own": True, "interval_minutes": 360, "expected_posts_per_day": [0, 999]}
    values |= {"site": "blog", "group": "blog"}
    options = {"browser": own.in_browser, "scrolls": 1, "wait_seconds": 60, "comments": 1}
    folder.source("blog", own.entrance, options=options, **values)
    apply_folder(folder.path, "tester")


@pytest.fixture
def crawl(parts, microblog, clock_file, state):
    """Let hours pass and run a round: `crawl(6)`; return the own pages that it asked for."""

    def run(hours: float = 0) -> set[str]:
        clock_file.write_text((clock.at_school(clock.now()) + timedelta(hours=hours)).isoformat())
        microblog.asked.clear()
        with parts.ledger.change() as work:
            fence = take_group(work, "blog", HOLDER, 300)
        words = ["--group", "blog", "--fence", str(fence), "--holder", HOLDER, "blog"]
        ended = run_warm(words, state, {**os.environ, "PYTHONPATH": str(ROOT)})
        assert ended.returncode == 0, ended.output + ended.errors
        with parts.ledger.change() as work:
            work.connection.execute(lease.update().values(until=0.0, holder=""))
        return _own_pages(microblog)

    return run


def _own_pages(microblog) -> set[str]:
    return {path.rpartition("/")[2] for path in microblog.asked if path.startswith("/detail/")}


def posts(parts):
    with parts.ledger.read() as connection:
        return {each.key: each for each in select_posts(connection, "ORDER BY post_id")}


def test_what_the_list_no_longer_shows_is_read_at_its_own_page(parts, microblog, crawl):
    assert crawl() == set()
    before = posts(parts)
    assert list(before) == [f"blog:{number}" for number in range(1, 9)]

    now = clock.at_school(clock.now())
    for number in range(9, 19):  # the list shows ten: all others are scrolled out
        microblog.blogs[number] = Blog(f"第{number}条新帖：图书馆的空调坏了", now + timedelta(hours=5, minutes=number))
    old_words, microblog.blogs[5].words = microblog.blogs[5].words, "第五号窗口改了：饭已经热了"
    microblog.blogs[1].words = "第一号窗口也改了：早就不去了"  # older than 72 hours: its turn comes
    microblog.blogs[4].likes = 40
    microblog.blogs[8].likes = 80
    del microblog.blogs[6], microblog.blogs[7]
    microblog.says_gone.add(7)
    second, after = crawl(6), posts(parts)

    assert {"4", "5", "6", "7", "8"} <= second <= {str(number) for number in range(1, 9)}
    assert after.keys() - before.keys() == {f"blog:{number}" for number in range(9, 19)}
    assert {key for key, each in after.items() if each.vanished_at} == {"blog:6", "blog:7"}
    assert after["blog:6"].content == before["blog:6"].content  # the snapshot stays, with its hash
    assert after["blog:6"].content_hash == before["blog:6"].content_hash != ""
    assert (after["blog:5"].content, after["blog:5"].version) == ("第五号窗口改了：饭已经热了", 2)
    assert (after["blog:4"].likes, after["blog:8"].likes, after["blog:4"].version) == (40, 80, 1)
    with parts.ledger.read() as connection:
        assert old_words in connection.execute(select(post_version.c.content)).scalars().all()

    crawl(7 * 24)
    last = posts(parts)
    assert last["blog:1"].content == "第一号窗口也改了：早就不去了"
    assert {key for key, each in last.items() if each.vanished_at} == {"blog:6", "blog:7"}
    with parts.ledger.read() as connection:
        rounds = connection.execute(select(patrol.c.outcome, patrol.c.note)).all()
    assert [tuple(each) for each in rounds] == [("ok", "")] * 3


def test_comments_go_with_their_post_whatever_form_says_that_it_is_gone(parts, folder, microblog, crawl):
    form, microblog.in_browser = microblog.in_browser, False  # only the answers in JSON tell comments
    register(folder, microblog)
    microblog.comments = {number: {number * 10: f"第{number}号窗口：我也觉得饭凉了"} for number in (5, 6, 7)}
    crawl()
    before = posts(parts)
    assert {"blog:c50", "blog:c60", "blog:c70"} < before.keys()
    microblog.in_browser = form
    register(folder, microblog)
    del microblog.blogs[6], microblog.blogs[7]
    microblog.says_gone.add(7)
    crawl(6)
    after = posts(parts)

    assert {key for key, each in after.items() if each.vanished_at} == {"blog:6", "blog:c60", "blog:7", "blog:c70"}
    assert after["blog:c60"].content == before["blog:c60"].content  # the snapshot stays, with its hash
    assert after["blog:c60"].content_hash == before["blog:c60"].content_hash != ""
