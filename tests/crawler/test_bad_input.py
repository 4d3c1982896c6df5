"""What sites really answer: each kind of bad input is told apart and counted, the round goes on, nothing wrong is kept.

One server, one school and one process hear all places, twice: fast enough to be run always.
"""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler.rounds import sync_sources, take_group
from crawler.source import load_sources
from crawler.tables import patrol, source_state
from foundation.ledger import open_ledger
from foundation.school import School, store_school
from foundation.spool import spool
from search.posts import post
from tests.crawler.conftest import HOLDER, ROOT, Site, school_files

HEAD = "<html><head><meta charset='utf-8'><title>生活</title></head><body>"
GONE = f"{HEAD}<div id='messagetext'>抱歉，指定的主题不存在或已被删除或正在被审核</div></body></html>"
CAPTCHA = "<html><head><meta charset='utf-8'><title>安全验证</title></head><body>请完成验证码</body></html>"
FIVE = {  # one page, five ways to write a time
    1: ("发表于 2026-1-2 10:00:01", "2026-01-02T02:00:01"),
    2: ("2026年1月2日 10:05", "2026-01-02T02:05:00"),
    3: ("2026/01/02 10:06:30", "2026-01-02T02:06:30"),
    4: ("2026-01-02T10:07:00+08:00", "2026-01-02T02:07:00"),
    5: ("2026.1.2 上午10:08", "2026-01-02T02:08:00"),
}


def comment(number: int, text: str, time: str = "2026-01-02 10:00:00", who: str = "阿柒") -> str:
    return (
        f'<div class="comment" data-pk="{number}"><a class="username" href="/user/5/">{who}</a>'
        f'<span class="date">{time}</span><div class="text"><p>{text}</p></div></div>'
    )


def thread(*comments: str) -> str:
    return f"{HEAD}<h1>热水</h1><div>{''.join(comments)}</div></body></html>"


def topics(*paths: str, following: str = "") -> str:
    rows = "".join(
        f'<div class="topic"><a class="link" href="{path}">宿舍热水几点停第{n}问</a><i>2026-01-0{n + 1} 09:00</i></div>'
        for n, path in enumerate(paths)
    )
    more = f'<a href="{following}">下一页</a>' if following else ""
    return f"{HEAD}{rows}{more}</body></html>"


def rss(day: int) -> tuple[int, dict[str, str], bytes]:
    items = "".join(
        f"<item><guid>{n}</guid><title>通知{n}</title><link>/n/{n}</link>"
        f"<pubDate>Thu, 0{day} Jan 2026 0{n}:00:00 GMT</pubDate>"
        f"<description>{'请各学院按时完成宿舍安全检查。' * 8}</description></item>"
        for n in (1, 2)
    )
    return 200, {"Content-Type": "text/xml"}, f"<rss><channel>{items}</channel></rss>".encode()


def cards(number: int) -> tuple[int, dict[str, str], bytes]:
    blog = {"mid": str(9000 - number), "text": f"云麓第{number}条", "created_at": "Fri Jan 02 10:00:00 +0800 2026"}
    data = {"cards": [{"card_type": 9, "mblog": blog}], "cardlistInfo": {"since_id": str(number + 1)}}
    return 200, {"Content-Type": "application/json"}, json.dumps({"ok": 1, "data": data}).encode()


def hang(handler: BaseHTTPRequestHandler) -> None:
    SILENT.wait(20)


SILENT = threading.Event()


def pages() -> dict[str, Any]:
    """Every place of the one site; its name is the first part of the path."""
    plain = {"Content-Type": "text/html"}
    site: dict[str, Any] = {
        "/flood/": topics("/flood/1", "/flood/2"),
        "/flood/1": (200, {}, HEAD.encode() + b"\xff\xfe\x80\x81 hot water " * 400),
        "/flood/2": thread(comment(102, "水是凉的"), comment(103, "同问")),
        "/charset/": topics("/charset/1", "/charset/2"),
        "/charset/1": (
            200,
            plain,
            thread(comment(111, "澡堂排队太久"), comment(112, "是的")).replace("utf-8", "gbk").encode("gbk"),
        ),
        "/charset/2": (200, plain, thread(comment(113, "几点开门"), comment(114, "六点")).encode()),
        "/session/": topics("/session/1;jsessionid=A1?sid=77", "/session/2?PHPSESSID=x"),
        "/session/1": thread(comment(121, "路灯坏了"), comment(122, "报修了")),
        "/session/2": thread(comment(123, "门禁坏了"), comment(124, "修好了")),
        "/soft/": topics("/soft/1", "/soft/2"),
        "/soft/1": GONE,
        "/soft/3": GONE,
        "/soft/2": thread(comment(131, "还在的帖"), comment(132, "嗯")),
        "/captcha/": topics(*(f"/captcha/{n}" for n in range(1, 7))),
        "/captcha/1": CAPTCHA,
        "/bomb/": topics("/bomb/1", "/bomb/2"),
        "/bomb/1": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"<p>" + b"0" * 6_000_000)),
        "/bomb/2": thread(comment(141, "炸弹之外"), comment(142, "好")),
        "/feed/": rss(1),
        "/times/": topics("/times/1", "/soft/3"),
        "/times/1": thread(*(comment(150 + n, f"第{n}种写法", time) for n, (time, _) in FIVE.items())),
        "/markup/": topics("/markup/1", "/soft/3"),
        "/markup/1": thread(
            comment(161, "买饭排队", who="&lt;script&gt;alert(7)&lt;/script&gt;"),
            comment(162, "同意 &lt;img src=x onerror=alert(8)&gt;", who="<b onclick=x>&lt;/div&gt;李{{7*7}}</b>"),
        ),
        "/hung/": topics("/hung/1", "/hung/2"),
        "/hung/1": hang,
        "/hung/2": thread(comment(171, "挂起之外"), comment(172, "好")),
        "/deep/": topics("/deep/1", "/deep/2"),
        "/deep/1": HEAD + "<div>" * 100_000,
        "/deep/2": thread(comment(181, "无底之外"), comment(182, "好")),
        "/posting/": (405, {"Allow": "POST"}, b"POST only"),
        "/busy/": (429, {"Retry-After": "7200"}, b"slow down"),
    }
    for number in range(9):
        site[f"/scroll/?since_id={number}" if number else "/scroll/"] = cards(number)
        following = f"/calendar/?page={number + 2}"
        site[f"/calendar/?page={number + 1}" if number else "/calendar/"] = topics(
            f"/calendar/d{number}", f"/calendar/e{number}", following=following
        )
        site[f"/calendar/e{number}"] = GONE
        site[f"/calendar/d{number}"] = thread(comment(200 + number, f"日历第{number}天"), comment(300 + number, "签到"))
    return site


OPTIONS = {"scroll": {"browser": False, "scrolls": 3}, "calendar": {"list_pages": 4}}
SPIDERS = {"scroll": "microblog", "feed": "feed"}
NAMES = (
    "flood",
    "charset",
    "session",
    "soft",
    "bomb",
    "feed",
    "times",
    "markup",
    "hung",
    "deep",
    "scroll",
    "calendar",
    "posting",
)
LAST = ("captcha", "busy")  # after these nobody of the group is asked


class World:
    """What was heard in two rounds."""

    def __init__(self, folder: Path) -> None:
        self.site, self.big = Site(pages=pages()), Site(pages={"/list": topics("/secret", "/open")})
        rules = b"User-agent: *\nDisallow: /secret\n" + b"# " + b"x" * 10_000_000 + b"\nDisallow: /open\n"
        self.big.pages |= {"/robots.txt": (200, {"Content-Type": "text/plain"}, rules)}
        self.big.pages |= {"/open": thread(comment(191, "允许的帖"), comment(192, "好"))}
        self.servers = [serve(self.site), serve(self.big)]
        self.state = folder / "state"
        self.state.mkdir()
        self.ledger = open_ledger(self.state, create=True)
        sources = [self._source(name, f"{self.site.url}/{name}/") for name in (*NAMES, *LAST)]
        sources.insert(0, self._source("robots", f"{self.big.url}/list"))
        files = school_files({"page_megabytes": 1, "request_seconds": 1}, sources)
        self.school = School.from_files(files)
        with self.ledger.change() as work:
            store_school(work, files, "folder")
            sync_sources(work, load_sources(self.school))
        self.crawl("robots", *NAMES, LAST[0])
        self.first = {name: self.row(name) for name in ("robots", *NAMES, LAST[0])}
        self.site.pages |= {
            "/feed/": rss(3),
            "/session/": topics("/session/1;jsessionid=B2?sid=78", "/session/2?PHPSESSID=y"),
        }
        self.crawl("session", "feed", LAST[1])

    def _source(self, name: str, url: str) -> dict[str, Any]:
        return {
            "id": name, "spider": SPIDERS.get(name, "forum"), "url": url, "site": f"{name}.example", "group": "all",
            "options": OPTIONS.get(name, {}), "own": True,
        }  # fmt: skip

    def crawl(self, *names: str) -> None:
        with self.ledger.change() as work:
            fence = take_group(work, "all", HOLDER, 300)
        command = [
            sys.executable,
            "-m",
            "crawler.run_round",
            "--group",
            "all",
            "--fence",
            str(fence),
            "--holder",
            HOLDER,
        ]
        environment = {**os.environ, "HUIYIN_STATE": str(self.state), "PYTHONPATH": str(ROOT)}
        done = subprocess.run([*command, *names], cwd=self.state, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        with self.ledger.change() as work:
            from foundation.tables import lease

            work.connection.execute(lease.update().values(until=0.0, holder=""))

    def row(self, name: str) -> Any:
        with self.ledger.read() as connection:
            return connection.execute(select(source_state).where(source_state.c.source_id == name)).one()

    def posts(self, name: str) -> dict[str, Any]:
        """Text → row of what the ledger holds of a place."""
        with self.ledger.read() as connection:
            rows = connection.execute(select(post).where(post.c.source_id == name)).all()
        return {row.content: row for row in rows}

    def sealed(self, name: str) -> list[str]:
        with self.ledger.read() as connection:
            return list(connection.execute(select(spool.c.reason).where(spool.c.source_id == name)).scalars())

    def asked(self, start: str) -> list[str]:
        return [path for path in self.site.asked if path.startswith(start)]


def serve(site: Site) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                site.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                return  # the crawler had enough

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    SILENT.clear()
    heard = World(tmp_path_factory.mktemp("bad"))
    yield heard
    SILENT.set()
    for server in heard.servers:
        server.shutdown()
        server.server_close()
    heard.ledger.close()


def test_a_flood_of_signs_that_nobody_can_read_is_sealed_and_not_stored(world: World) -> None:
    assert world.first["flood"].outcome == "layout_changed"
    assert world.sealed("flood") == ["undecodable"]
    assert set(world.posts("flood")) == {"水是凉的", "同问"}


def test_a_site_that_changes_its_charset_is_read_all_the_same(world: World) -> None:
    assert set(world.posts("charset")) == {"澡堂排队太久", "是的", "几点开门", "六点"}


def test_scrolling_ends_at_its_limit(world: World) -> None:
    assert len(world.asked("/scroll/")) == 4
    assert world.first["scroll"].outcome == "ok"


def test_a_calendar_that_links_for_ever_ends_at_its_limit(world: World) -> None:
    assert [path for path in world.asked("/calendar/") if path[10:11] in ("", "?")] == [
        "/calendar/", "/calendar/?page=2", "/calendar/?page=3", "/calendar/?page=4",
    ]  # fmt: skip
    assert len(world.posts("calendar")) == 5  # "签到" is one text on four days


def test_a_session_in_an_address_makes_no_second_thread(world: World) -> None:
    assert len(world.posts("session")) == 4
    assert {row.thread_key for row in world.posts("session").values()} == {
        "session.example:/session/1",
        "session.example:/session/2",
    }
    assert world.row("session").outcome == "nothing_new"


def test_a_notice_with_status_200_is_no_post(world: World) -> None:
    assert set(world.posts("soft")) == {"还在的帖", "嗯"}


def test_a_captcha_ends_the_round_and_is_no_post(world: World) -> None:
    assert (world.first["captcha"].outcome, world.posts("captcha")) == ("rate_limited", {})
    assert len(world.asked("/captcha/")) <= 3  # the list, the captcha, and what was on its way already


def test_who_asks_us_to_stay_away_is_left_alone_so_long(world: World) -> None:
    row = world.row("busy")

    assert row.outcome == "rate_limited"
    assert row.due_at - row.finished_at >= timedelta(hours=2)
    assert world.asked("/busy/") == ["/busy/"]


def test_of_ten_megabytes_of_rules_the_first_half_megabyte_counts(world: World) -> None:
    assert "/secret" not in world.big.asked
    assert set(world.posts("robots")) == {"允许的帖", "好"}
    assert world.first["robots"].outcome == "partly_blocked"


def test_a_page_that_grows_when_it_is_unpacked_is_not_read(world: World) -> None:
    assert world.first["bomb"].outcome == "partly_blocked"
    assert "page_megabytes" in world.first["bomb"].note
    assert set(world.posts("bomb")) == {"炸弹之外", "好"}


def test_old_entries_with_new_dates_are_neither_new_nor_edited(world: World) -> None:
    rows = world.posts("feed").values()

    assert world.row("feed").counts["changes"] == {"known": 2}
    assert {row.published_at.date().isoformat() for row in rows} == {"2026-01-01"}
    assert {row.version for row in rows} == {1}


def test_times_of_five_forms_on_one_page_are_each_right(world: World) -> None:
    rows = world.posts("times")

    assert {text: row.published_at for text, row in rows.items()} == {
        f"第{n}种写法": datetime.fromisoformat(instant).replace(tzinfo=UTC) for n, (_, instant) in FIVE.items()
    }


def test_names_made_of_markup_leave_only_pseudonyms(world: World) -> None:
    told = json.dumps([list(map(str, row)) for row in world.posts("markup").values()], ensure_ascii=False)

    assert "买饭排队" in told
    assert [sign for sign in ("alert(7)", "{{7*7}}", "onclick", "&lt;") if sign in told] == []


def test_a_hung_page_is_given_up_and_holds_nobody(world: World) -> None:
    assert (world.first["hung"].outcome, world.first["hung"].note) == ("partly_blocked", "超时没有回应")
    assert set(world.posts("hung")) == {"挂起之外", "好"}
    assert set(world.posts("deep")) == {"无底之外", "好"}


def test_a_bottomless_page_is_sealed_and_not_stored(world: World) -> None:
    assert (world.first["deep"].outcome, world.sealed("deep")) == ("layout_changed", ["too_deep"])


def test_a_board_that_answers_only_to_post_is_not_posted_to_but_explained(world: World) -> None:
    row = world.first["posting"]

    assert row.outcome == "unreachable"
    assert "只认 POST" in row.note
    assert "huiyin import" in row.note


def test_every_round_stands_in_the_patrol_with_its_outcome(world: World) -> None:
    with world.ledger.read() as connection:
        rows = connection.execute(select(patrol.c.source_id, patrol.c.outcome)).all()

    assert {row.source_id for row in rows} == {"robots", *NAMES, *LAST}
    assert all(row.outcome for row in rows)
