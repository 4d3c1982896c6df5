"""What sites really answer: each kind of bad input is told apart and counted, the round goes on, nothing wrong is kept.

One server, one school and one process hear all places, twice: fast enough to be run always.
"""

import json
import os
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
from tests.crawler.bad_pages import FIVE, LAST, NAMES, OPTIONS, SILENT, SPIDERS, comment, pages, rss, thread, topics
from tests.crawler.conftest import HOLDER, ROOT, Site, school_files
from tests.servers.warm_rounds import run_warm


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
        words = ["--group", "all", "--fence", str(fence), "--holder", HOLDER, *names]
        environment = {**os.environ, "HUIYIN_STATE": str(self.state), "PYTHONPATH": str(ROOT)}
        done = run_warm(words, self.state, environment)
        assert done.returncode == 0, done.output + done.errors
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
