"""Tests of sealed pages: a parser breaks, is mended, and the page is read again without asking the site."""

import json
import subprocess
import sys

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from sqlalchemy import select

from crawler.items import Post
from crawler.replay_page import pack_page, unpack_page
from crawler.tables import thread_mark
from foundation.errors import Refused
from foundation.spool import seal
from foundation.tables import spool

BROKEN = {"/": "/a 1\n/b 1", "/a": "post a1|x|too|many", "/b": "post b1|y"}
MENDED = """
import sys, plain_spider
def read_thread(text):
    return [{"key": "a1", "content": line[5:]} for line in text.splitlines()], []
plain_spider.read_thread = read_thread
from scrapy.cmdline import execute
execute(["scrapy", "crawl", "plain", "-a", "source=forum", "-a", "replay=" + sys.argv[1]])
"""


class Reader:
    """The part of a spider that unpacking needs."""

    name = "plain"
    source = type("Source", (), {"id": "forum"})

    def parse_thread(self, response):
        return response


def replay(campus, words: str, program: str | None = None) -> str:
    command = [sys.executable, "-m", "scrapy", "crawl", "plain", "-a", "source=forum", "-a", f"replay={words}"]
    command = [sys.executable, "-c", program, words] if program else command
    done = subprocess.run(
        command, cwd=campus.state, env=campus.environment(), capture_output=True, text=True, timeout=120, check=False
    )
    return done.stderr


def waiting(campus) -> list[int]:
    with campus.ledger.read() as connection:
        return list(connection.execute(select(spool.c.spool_id).where(spool.c.replayed_at.is_(None))).scalars())


def keys(campus) -> list[str]:
    return [key for item in campus.items() for key in item["keys"]]


@pytest.fixture
def broken(one_source):
    """A round in which thread /a broke its parser."""
    site, campus = one_source(BROKEN)
    campus.crawl("forum")
    site.asked.clear()
    return site, campus


def test_after_the_fix_the_posts_of_a_sealed_page_are_heard_without_asking_the_site(broken):
    site, campus = broken
    (number,) = waiting(campus)
    replay(campus, str(number), MENDED)

    assert sorted(keys(campus)) == ["a1", "b1"]
    assert site.asked == []
    assert waiting(campus) == []


def test_a_replay_moves_neither_watermark_nor_state(broken):
    _, campus = broken
    before, rounds = campus.row("forum"), len(campus.rounds("forum"))
    replay(campus, str(waiting(campus)[0]), MENDED)

    with campus.ledger.read() as connection:
        assert [row.thread_key for row in connection.execute(select(thread_mark))] == ["/b"]
    assert campus.row("forum") == before
    assert len(campus.rounds("forum")) == rounds


def test_a_page_that_breaks_again_stays_sealed_once(broken):
    _, campus = broken
    before = waiting(campus)
    replay(campus, str(before[0]))

    assert waiting(campus) == before
    assert keys(campus) == ["b1"]


def test_a_number_that_is_not_kept_is_told_and_the_others_are_replayed(broken):
    _, campus = broken
    (number,) = waiting(campus)
    words = replay(campus, f"99,{number}", MENDED)

    assert "暂存区里没有这一份" in words
    assert "Traceback" not in words
    assert keys(campus) == ["b1", "a1"]


def test_what_is_no_packed_page_is_told(broken):
    _, campus = broken
    number = seal(campus.ledger, kind="page", source_id="forum", step="s", reason="r", body=b"<html>raw</html>")

    assert "无法重放" in replay(campus, str(number))
    assert number in waiting(campus)


def test_all_that_a_callback_needs_comes_back():
    entry = Post(key="k", content="食堂", topics=("校园安全",))
    reader = Reader()
    meta = {"kind": "thread", "thread_key": "t", "number": 2, "entry": entry, "browser": object()}
    request = Request("http://bbs.yunlu.test/a", callback=reader.parse_thread, meta=meta)
    headers = {"Content-Type": "text/html; charset=gbk"}
    heard = HtmlResponse(request.url, headers=headers, body="帖".encode("gbk"), request=request)
    back = unpack_page(reader, pack_page(heard))

    assert (back.url, back.text, back.request.callback) == (heard.url, "帖", reader.parse_thread)
    assert {name: back.meta[name] for name in ("kind", "thread_key", "number", "entry")} == {
        name: meta[name] for name in ("kind", "thread_key", "number", "entry")
    }


def test_a_page_of_another_spider_is_refused():
    packed = json.dumps({"url": "http://a.test/", "callback": "parse_board", "meta": {}, "posts": {}}).encode()

    with pytest.raises(Refused, match="plain 的页面"):
        unpack_page(Reader(), packed)
