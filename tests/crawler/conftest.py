"""Fixtures of the crawler's tests: small real sites on loopback, a school with sources, rounds as child processes."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select

from crawler.rounds import sync_sources, take_group
from crawler.source import load_sources
from crawler.tables import patrol, source_state
from foundation import clock
from foundation.ledger import Ledger
from foundation.school import School, SchoolFiles, store_school
from tests.servers.warm_rounds import run_warm

ROOT = Path(__file__).parents[2]
SUPPORT = Path(__file__).parent / "support"
SPIDER_SUPPORT = Path(__file__).parent / "spiders" / "support"
HOLDER = f"test/{os.getpid()}"
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """A web site on loopback: paths with answers (text, bytes, a triple, or a function of the handler)."""

    url: str = ""
    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    silent: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        self.times.append(clock.monotonic_seconds())
        self.agents.add(handler.headers.get("User-Agent", ""))
        page = self.pages.get(handler.path, (404, {}, b"not here"))
        if callable(page):
            page(handler)
            return
        status, headers, body = page if isinstance(page, tuple) else (200, {}, page)
        body = body.encode() if isinstance(body, str) else body
        handler.send_response(status)
        kinds = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **headers}
        for name, value in kinds.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture
def new_site() -> Iterator[Callable[..., Site]]:
    """Start a site: `new_site({"/": "text"})`."""
    servers: list[tuple[ThreadingHTTPServer, Site]] = []

    def start(pages: dict[str, Any]) -> Site:
        site = Site(pages=dict(pages))

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
        servers.append((server, site))
        return site

    yield start
    for server, site in servers:
        site.silent.set()
        server.shutdown()
        server.server_close()


def school_files(crawl: dict[str, Any], sources: list[dict[str, Any]]) -> SchoolFiles:
    """Return the example school with other crawl settings and other sources."""
    texts = {
        name: text
        for name, text in SchoolFiles.from_folder(ROOT / "school").texts.items()
        if not name.startswith("sources/")
    }
    settings = YAML(typ="safe").load(texts["huiyin.yaml"])
    settings["crawl"] = {"allowed_networks": ["127.0.0.0/8"], "pace_seconds": 0, "request_seconds": 2, **crawl}
    texts["huiyin.yaml"] = json.dumps(settings, ensure_ascii=False)
    for source in sources:
        whole = {
            "title": f"信源 {source['id']}",
            "spider": "plain",
            "owner": "xu_songbai",
            "interval_minutes": 60,
            "expected_posts_per_day": [0, 10],
            **source,
        }
        texts[f"sources/{source['id']}.yaml"] = json.dumps(whole, ensure_ascii=False)
    return SchoolFiles(texts)


@dataclass
class Campus:
    """A school whose sources stand on loopback sites, and rounds of it."""

    ledger: Ledger
    school: School
    state: Path

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "HUIYIN_STATE": str(self.state),
            "PYTHONPATH": f"{ROOT}:{SUPPORT}",
            "SCRAPY_SETTINGS_MODULE": "plain_settings",
            "PLAIN_ITEMS": str(self.state / "items.jsonl"),
        }

    def start(self, *names: str) -> "subprocess.Popen[str]":
        """Start the rounds of some sources of one group."""
        command = [sys.executable, "-m", "crawler.run_round", *self._lease(*names)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.state, env=self.environment(), **pipes)

    def _lease(self, *names: str) -> list[str]:
        """Lease the group of some sources; return the words of their rounds."""
        group = load_sources(self.school)[names[-1]].politeness_group
        with self.ledger.change() as work:
            fence = take_group(work, group, HOLDER, 300)
        return ["--group", group, "--fence", str(fence), "--holder", HOLDER, *names]

    def crawl(self, *names: str) -> dict[str, Any]:
        """Run the rounds of some sources and return the last line that they said."""
        ended = run_warm(self._lease(*names), self.state, self.environment())
        self.free()
        lines = [json.loads(line) for line in ended.output.splitlines()]
        assert lines, ended.errors
        return {**lines[-1], "log": ended.errors, "lines": lines}

    def free(self) -> None:
        from foundation.tables import lease

        with self.ledger.change() as work:
            work.connection.execute(lease.update().values(until=0.0, holder=""))

    def items(self) -> list[dict[str, Any]]:
        place = self.state / "items.jsonl"
        return [json.loads(line) for line in place.read_text().splitlines()] if place.exists() else []

    def row(self, source_id: str) -> Any:
        with self.ledger.read() as connection:
            return connection.execute(select(source_state).where(source_state.c.source_id == source_id)).one()

    def rounds(self, source_id: str) -> list[Any]:
        with self.ledger.read() as connection:
            return list(connection.execute(select(patrol).where(patrol.c.source_id == source_id)))


@pytest.fixture
def open_campus(ledger: Ledger, state: Path) -> Callable[..., Campus]:
    """Apply a school: `open_campus(sources=[…], crawl={…})`."""

    def start(sources: list[dict[str, Any]], crawl: dict[str, Any] | None = None) -> Campus:
        files = school_files(crawl or {}, sources)
        school = School.from_files(files)
        with ledger.change() as work:
            store_school(work, files, "folder")
            sync_sources(work, load_sources(school))
        return Campus(ledger, school, state)

    return start


@pytest.fixture
def one_source(new_site: Callable[..., Site], open_campus: Callable[..., Campus]) -> Callable[..., tuple[Site, Campus]]:
    """A site and a campus with the one source `forum` on it."""

    def start(pages: dict[str, Any], crawl: dict[str, Any] | None = None, **source: Any) -> tuple[Site, Campus]:
        site = new_site(pages)
        return site, open_campus([{"id": "forum", "url": f"{site.url}/", **source}], crawl)

    return start


@dataclass
class Listener:
    """One source on one site, round after round."""

    site: Any
    campus: Any
    heard: Path

    def round(self, *days: str) -> dict[str, Any]:
        """Run a round, or a back-fill (`--since`, …); return its last line, what it heard and what it asked for."""
        already, asked = len(self._pages()), len(self.site.asked)
        said = self.campus.crawl(*days, "place")
        pages = self._pages()[already:]
        return {
            **said,
            "row": self.campus.row("place"),
            "posts": [post for page in pages for post in page["posts"]],
            "vanished": [key for page in pages for key in page["vanished_threads"]],
            "missing": [key for page in pages for key in page["vanished"]],
            "asked": [path for path in self.site.asked[asked:] if path != "/robots.txt"],
        }

    def _pages(self) -> list[dict[str, Any]]:
        lines = self.heard.read_text(encoding="utf-8").splitlines() if self.heard.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def listen(
    new_site: Callable[..., Any], open_campus: Callable[..., Any], state: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Listener]:
    """Start a site and a source on it: `listen("discuz", "/forum-2-1.html", {...pages}, options={...})`."""

    def start(spider: str, path: str, pages: dict[str, Any], **source: Any) -> Listener:
        site = new_site(pages)
        site.pages = pages  # not a copy: tests change the site between rounds
        whole = {"id": "place", "spider": spider, "url": f"{site.url}{path}", "site": "s.example", **source}
        campus = open_campus([whole])
        heard = state / "heard.jsonl"
        environment = {
            **campus.environment(),
            "PYTHONPATH": f"{ROOT}:{SPIDER_SUPPORT}",
            "SCRAPY_SETTINGS_MODULE": "heard_settings",
            "HEARD_PAGES": str(heard),
        }
        monkeypatch.setattr(campus, "environment", lambda: environment)
        return Listener(site, campus, heard)

    return start
