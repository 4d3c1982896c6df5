"""Both promises about what no list leads to, kept by letter boxes, guestbooks, news and microblogs over eight days.

What is at most 72 hours old is read in each round, everything else within seven days, with less than a tenth of the
first round's requests. The spiders' own callbacks run in this process by a virtual clock; only the network is left out.
"""

import json
import re
from collections import Counter, deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from scrapy.http import HtmlResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.browser import BrowserGuard
from crawler.items import Page, Post
from crawler.marks import Marks
from crawler.report import RoundReport
from crawler.rounds import sync_sources
from crawler.source import Source
from crawler.spiders.feed import FeedSpider
from crawler.spiders.message_board import MessageBoardSpider
from crawler.spiders.microblog import MicroblogSpider
from foundation import clock
from foundation.opening import Opened
from foundation.school import School

WEEK = timedelta(days=7)
EDITED, GONE, ANSWERED = 17, 23, 31
REPLY = "已派人修好，欢迎监督。"


class Place:
    """A place on which one thing stands for every six hours: numbers, the newest first."""

    number, a_page, pause, every = 480, 20, timedelta(hours=6), timedelta(hours=6)
    options: dict[str, Any] = {"list_pages": 300}

    def __init__(self) -> None:
        self.born = clock.at_school(clock.now()) - timedelta(minutes=5)
        self.count = self.number
        self.is_later = False  # after the first round one is edited and one taken down

    def born_at(self, number: int) -> Any:
        return self.born - (self.number - number) * self.every

    def text(self, number: int) -> str:
        changed = "（改过）" if self.is_later and number == EDITED else ""
        return f"第{number}件：三号楼的热水停了，请问什么时候能修好？{changed}"

    def listed(self, page: int) -> list[int]:
        return list(range(self.count, 0, -1))[(page - 1) * self.a_page : page * self.a_page]

    def is_gone(self, number: int) -> bool:
        return self.is_later and number == GONE

    def whole(self, first: int) -> int:
        """Return what a full crawl asks: as much as the first round did."""
        return first

    def more(self, page: int, address: str) -> str:
        return f'<a class="next" href="{address}">下一页</a>' if self.listed(page + 1) else ""


class Letters(Place):
    spider, start = MessageBoardSpider, "/letters?page=1"

    def answer(self, path: str) -> tuple[str, list[int]]:
        if path.startswith("/letters?"):
            page = int(path.rpartition("=")[2])
            lines = "".join(
                f'<tr><td>{n}</td><td><a href="/letters/show/{n}.html">信{n}</a></td>'
                f"<td>{self.born_at(n):%Y-%m-%d}</td><td>已办结</td></tr>"
                for n in self.listed(page)
            )
            heads = "<tr><th>编号</th><th>信件标题</th><th>来信时间</th><th>状态</th></tr>"
            return f"<table>{heads}{lines}</table>{self.more(page, f'/letters?page={page + 1}')}", []
        number = int(path.rpartition("/")[2].removesuffix(".html"))
        cells = {"标题": f"信{number}", "来信时间": f"{self.born_at(number):%Y-%m-%d %H:%M:%S}"}
        cells |= {"来信内容": self.text(number), "回复内容": "已修好。", "回复时间": "2026-10-01 09:00:00"}
        rows = "".join(f"<tr><td>{label}：</td><td>{value}</td></tr>" for label, value in cells.items())
        return ("" if self.is_gone(number) else f"<table>{rows}</table>"), [number]


class Guestbook(Place):
    """Messages that have no page of their own: what changes far back, an answer too, stands on a list page only."""

    spider, start = MessageBoardSpider, "/book?page=1"
    number, a_page, pause, every = 1200, 10, timedelta(hours=3), timedelta(days=1)  # messages slip to the next page

    def answer(self, path: str) -> tuple[str, list[int]]:
        page = int(path.rpartition("=")[2])
        shown = self.listed(page)
        blocks = "".join(
            f'<li id="comment-{n}" class="comment"><b class="fn">柚子</b>'
            f'<time datetime="{self.born_at(n).isoformat()}">x</time>'
            f'<div class="comment-content">{self.text(n)}</div>{self.reply(n)}</li>'
            for n in shown
        )
        more = f'<div class="nav-previous"><a href="/book?page={page + 1}">较早</a></div>'
        return f"<ol>{blocks}</ol>{more if self.listed(page + 1) else ''}", shown

    def reply(self, number: int) -> str:
        if not self.is_later or number != ANSWERED:
            return ""
        words = f'<b class="fn">后勤处</b><div class="comment-content">{REPLY}</div>'
        return f'<ol class="children"><li id="comment-9999" class="comment byuser">{words}</li></ol>'


class News(Place):
    spider, start = FeedSpider, "/news/list1.htm"

    def answer(self, path: str) -> tuple[str, list[int]]:
        if path.startswith("/news/"):
            page = int(path.removeprefix("/news/list").removesuffix(".htm"))
            lines = "".join(
                f'<li class="news"><a href="/2026/{n}/page.htm">关于第{n}号事项的通知</a>'
                f"<span>{self.born_at(n):%Y-%m-%d}</span></li>"
                for n in self.listed(page)
            )
            return f"<ul>{lines}</ul>{self.more(page, f'/news/list{page + 1}.htm')}", []
        number = int(path.split("/")[2])
        words = f'<h1 class="arti_title">关于第{number}号事项的通知</h1>'
        words += f"<p>发布时间：{self.born_at(number):%Y-%m-%d %H:%M}</p>"
        body = f'<div class="wp_articlecontent"><p>{self.text(number)}</p></div>'
        return ("" if self.is_gone(number) else words + body), [number]


class Answers(Place):
    """A microblog's JSON: ten posts an answer, one answer with the comments of each post."""

    spider, start, a_page = MicroblogSpider, "/api/list?since_id=1000000", 10
    options = {"browser": False, "scrolls": 300, "comments": 1}

    def blog(self, number: int) -> dict[str, Any]:
        when = f"{self.born_at(number):%a %b %d %H:%M:%S %z %Y}"
        return {"mid": str(number), "text": self.text(number), "created_at": when, "comments_count": 1}

    def answer(self, path: str) -> tuple[str, list[int]]:
        number = int(re.findall(r"(?:mid=|since_id=|/detail/)(\d+)", path)[0])
        if path.startswith("/comments/"):
            said = {"id": str(10**6 + number), "text": "我也是", "created_at": self.blog(number)["created_at"]}
            return json.dumps({"data": {"data": [said], "max_id": 0}}), []
        if path.startswith("/detail/"):
            page = f"<script>var $render_data = {json.dumps([{'status': self.blog(number)}])}[0];</script>"
            return ("" if self.is_gone(number) else page), [number]
        shown = [n for n in range(min(number - 1, self.count), 0, -1) if not self.is_gone(n)][: self.a_page]
        cards = [{"card_type": 9, "mblog": self.blog(n)} for n in shown]
        since = str(shown[-1]) if shown and shown[-1] > 1 else ""
        return json.dumps({"ok": 1, "data": {"cards": cards, "cardlistInfo": {"since_id": since}}}), shown


class Cards(Place):
    """A microblog's page as the browser leaves it: in the first round all cards, later the newest twenty."""

    spider, start = MicroblogSpider, "/topic"
    options = {"zone": "Asia/Shanghai"}

    def whole(self, first: int) -> int:
        """Return what a full crawl asks: the list and, alone, each of its cards."""
        return first + self.number

    def answer(self, path: str) -> tuple[str, list[int]]:
        if path == self.start:
            shown = [n for n in range(self.count, 0, -1) if not self.is_gone(n)]
            shown = shown[: self.a_page] if self.is_later else shown
        else:
            number = int(path.rpartition("/")[2])
            shown = [] if self.is_gone(number) else [number]
        return "".join(
            f'<article class="card" data-mid="{n}"><a class="author">柚子</a><div class="text">{self.text(n)}</div>'
            f'<a class="time" href="/detail/{n}" datetime="{self.born_at(n).isoformat()}">x</a></article>'
            for n in shown
        ), shown


class Rounds:
    """Rounds of one source in this process; what was asked, and when each thing was read last."""

    def __init__(self, opened: Opened, place: Any, clock_to: Callable[[Any], None]) -> None:
        url = f"http://s.example{place.start}"
        self.opened, self.place, self.clock_to = opened, place, clock_to
        minutes = place.pause.seconds // 60
        named = {"id": "place", "title": "t", "spider": place.spider.name, "url": url, "owner": "xu_songbai"}
        self.source = Source(**named, interval_minutes=minutes, expected_posts_per_day=(0, 9), options=place.options)
        with opened.ledger.change() as work:
            sync_sources(work, {"place": self.source})
        self.read: dict[int, Any] = {}
        self.is_first = True

    def run(self) -> tuple[Counter[str], list[Post], list[str]]:
        """Run one round; return the paths asked for, the posts handed over, and the threads that are gone."""
        spider = self.place.spider()
        spider.opened, spider.source, spider.report = self.opened, self.source, RoundReport()
        spider.settings, spider.browser_guard = {"USER_AGENT": "huiyin"}, BrowserGuard(spider)
        spider._open, spider.catching_up, self.is_first = Counter(), self.is_first, False
        with self.opened.ledger.read() as connection:
            spider.marks = Marks.load(connection, "place", clock.now())
        asked: Counter[str] = Counter()
        pages: list[Page] = []
        waiting = deque(spider.first_requests())
        while waiting:
            request = waiting.popleft()
            path = request.url.removeprefix("http://s.example")
            asked[path] += 1
            for found in self._answer(spider, request, path):
                (pages if isinstance(found, Page) else waiting).append(found)
        with self.opened.ledger.change() as work:
            spider.marks.write(work)
        assert not spider.report.walls
        gone = [key for page in pages for key in (*page.vanished_threads, *page.vanished)]
        return asked, [post for page in pages for post in page.posts], gone

    def _answer(self, spider: Any, request: Any, path: str) -> Any:
        words, shown = self.place.answer(path)
        self.read |= dict.fromkeys(shown, clock.now())
        page = (
            words if words.startswith("{") else f"<html><head><meta charset='utf-8'></head><body>{words}</body></html>"
        )
        body = page.encode()
        response = HtmlResponse(request.url, status=200 if words else 404, body=body, request=request)
        if words:
            spider._answered(request)
            return request.callback(response) or ()
        failure = Failure(HttpError(response))
        failure.request = request
        return request.errback(failure)

    def next(self) -> tuple[Counter[str], list[Post], list[str]]:
        """Let the pause pass and run."""
        self.clock_to(clock.at_school(clock.now()) + self.place.pause)
        return self.run()


@pytest.fixture
def rounds(tmp_path, monkeypatch, request) -> Callable[[type[Place]], Rounds]:
    file = tmp_path / "clock"
    file.write_text("2026-10-12T10:00:00+08:00")
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))
    opened = Opened(request.getfixturevalue("ledger"), request.getfixturevalue("example_school"))
    assert isinstance(opened.school, School)
    return lambda kind: Rounds(opened, kind(), lambda at: file.write_text(at.isoformat()))


@pytest.mark.parametrize("kind", [Letters, Guestbook, News, Answers, Cards])
def test_the_young_in_each_round_the_rest_within_a_week_less_than_a_tenth_and_edits_are_heard(rounds, kind):
    own = rounds(kind)
    first, heard, _ = own.run()
    assert len({post.key for post in heard if "件" in post.content}) == kind.number
    own.place.is_later = True
    texts, gone, replies = set(), [], set()
    for count in range(1, timedelta(days=8) // kind.pause + 1):
        own.place.count = kind.number + count * kind.pause // kind.every
        asked, posts, vanished = own.next()
        now = clock.now()
        texts |= {post.content for post in posts if "（改过）" in post.content}
        replies |= {(post.key, post.official_reply) for post in posts if REPLY in post.official_reply}
        gone += vanished
        read = {n: at for n, at in own.read.items() if n != GONE or not gone}

        assert all(at == now for n, at in read.items() if now - own.place.born_at(n) <= timedelta(hours=72))
        assert asked.total() < own.place.whole(first.total()) / 10
        assert max(now - at for at in read.values()) <= WEEK
    assert texts == {own.place.text(EDITED)}
    assert replies == ({(f"s.example:{ANSWERED}", REPLY)} if kind is Guestbook else set())
    # in a guestbook a message that slipped on and one that is gone look alike; a comment goes with its post
    assert len(gone) == {Guestbook: 0, Answers: 2}.get(kind, 1)
    assert all(str(GONE) in key for key in gone)
