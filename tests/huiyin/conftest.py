"""Fixtures of the application's tests: a small school whose sources stand on loopback, and `huiyin run`."""

import json
import os
import pty
import signal
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
from sqlalchemy import func, select

from foundation.errors import LedgerUnusable
from foundation.ledger import Ledger, open_ledger
from foundation.school import SchoolFiles
from foundation.tables import heartbeat
from huiyin.cli import main
from huiyin.wiring import TABLES, Parts, apply_folder, open_parts
from search.posts import post
from tests.patience import wait_until
from tests.servers.new_ledger import copy_ledger

ROOT = Path(__file__).parents[2]
NOW = "2026-10-12T10:00:00+08:00"
ITEM = """<item><guid>{number}</guid><title>{title}</title><link>{url}/a/{number}</link>
<pubDate>Mon, 12 Oct 2026 09:{number:02}:00 +0800</pubDate><description>{text}</description></item>"""
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
LONG = (
    "今天中午在云麓学院二食堂打的汤是凉的，米饭也没有熟，同学们排了很久的队，窗口却没有人回应。"
    "大家都说这已经不是第一次了，希望学校后勤尽快查一查并且改进，也希望能把结果告诉大家，谢谢各位老师。"
)


@dataclass
class Site:
    """A feed on loopback; `hold` makes it answer nothing until released."""

    url: str = ""
    entries: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    robots: str = ""
    broken: set[str] = field(default_factory=set)  # paths answered with 500
    free: threading.Event = field(default_factory=threading.Event)

    def publish(self, title: str, text: str = "") -> None:
        self.entries.append((title, f"{title}。{LONG}{text}"))

    def feed(self) -> str:
        items = (ITEM.format(number=n, title=t, url=self.url, text=x) for n, (t, x) in enumerate(self.entries, 1))
        return FEED.format(items="".join(items))


@pytest.fixture
def site() -> Iterator[Site]:
    """A running feed with one entry."""
    own = Site()
    own.free.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own.asked.append(self.path)
            own.agents.add(self.headers.get("User-Agent", ""))
            if self.path == "/feed.xml":
                own.free.wait(60)
            known = {"/feed.xml": own.feed(), "/robots.txt": own.robots}.get(self.path, "")
            body = known.encode()
            try:
                self.send_response(500 if self.path in own.broken else 200 if known else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                return  # the crawler was killed

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    own.url = f"http://127.0.0.1:{server.server_port}"
    own.publish("二食堂的汤凉了")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield own
    own.free.set()
    server.shutdown()
    server.server_close()


@dataclass
class Folder:
    """A school's folder on disk, made from the example school."""

    path: Path

    def settings(self, **sections: Any) -> None:
        """Put values over sections of huiyin.yaml."""
        file = self.path / "huiyin.yaml"
        values = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
        for name, section in sections.items():
            values[name] = {**values.get(name, {}), **section}
        file.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")

    def source(self, name: str, url: str, **values: Any) -> None:
        """Write one source file."""
        whole = {"id": name, "title": f"信源 {name}", "spider": "feed", "url": url, "owner": "xu_songbai"}
        whole |= {"interval_minutes": 60, "expected_posts_per_day": [0, 10], **values}
        (self.path / "sources" / f"{name}.yaml").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")

    def drop_source(self, name: str) -> None:
        (self.path / "sources" / f"{name}.yaml").unlink()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The example school without its sources, allowed to listen to loopback, ticking fast."""
    own = Folder(tmp_path / "school")
    for name, text in SchoolFiles.from_folder(ROOT / "school").texts.items():
        if not name.startswith("sources/"):
            (own.path / name).parent.mkdir(parents=True, exist_ok=True)
            (own.path / name).write_text(text, encoding="utf-8")
    (own.path / "sources").mkdir()
    own.settings(
        crawl={"allowed_networks": ["127.0.0.0/8"], "pace_seconds": 0, "request_seconds": 20},
        schedule={"tick_seconds": 0.3, "workers": 2},
        alerts={"patrol_at": ""},  # a morning message would find no mail password and close the channel
    )
    return own


@pytest.fixture
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual clock at ten o'clock of a working day."""
    file = tmp_path / "clock"
    file.write_text(NOW)
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))
    return file


@pytest.fixture
def parts(folder: Folder, clock_file: Path, state: Path) -> Iterator[Parts]:
    """Ledger, school and index of the small school, as a running process opens them."""
    assert TABLES
    files = SchoolFiles.from_folder(folder.path)
    copy_ledger(state, files.digest, lambda place: apply_folder(folder.path, "tester", place))
    opened = open_parts()
    yield opened
    opened.ledger.close()


@pytest.fixture
def until() -> Callable[..., Any]:
    """Wait until a claim holds."""
    return wait_until


@dataclass
class Product:
    """`huiyin run` in process groups of their own, and what the ledger says meanwhile."""

    state: Path
    folder: Folder
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        return open_ledger(self.state)

    @property
    def log(self) -> str:
        return (self.state / "run.log").read_text(encoding="utf-8")

    def start(self, *, apply: bool = True) -> "subprocess.Popen[bytes]":
        """Start `huiyin run`, with or without applying the folder."""
        words = ("--school", str(self.folder.path)) if apply else ()
        command = [sys.executable, "-m", "huiyin", "run", *words]
        with (self.state / "run.log").open("ab") as output:
            child = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)
        self.running.append(child)
        return child

    def kill(self, child: "subprocess.Popen[bytes]") -> None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def posts(self) -> int:
        return self._scalar(select(func.count()).select_from(post))

    def ticks(self) -> float:
        """Return the real moment of the last tick; 0 before the first."""
        return self._scalar(select(heartbeat.c.real_at).where(heartbeat.c.job == "tick")) or 0.0

    def wait_tick(self) -> None:
        """Wait for two more ticks, so that at least one saw the present state from its beginning."""
        for _ in range(2):
            last = self.ticks()
            wait_until(lambda before=last: self.ticks() > before)

    def _scalar(self, statement: Any) -> Any:
        try:
            ledger = self.ledger
        except LedgerUnusable:
            return 0  # `huiyin run` is just building it
        try:
            with ledger.read() as connection:
                return connection.execute(statement).scalar()
        finally:
            ledger.close()


@pytest.fixture
def product(state: Path, folder: Folder, clock_file: Path) -> Iterator[Product]:
    """The product, not yet started; whatever still runs at the end is killed."""
    own = Product(state, folder)
    yield own
    if own.running:
        print(own.log)  # pytest shows it when the test fails
    for child in own.running:
        if child.poll() is None:
            own.kill(child)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Answer at a terminal what a command asks: `typed("yes\n", "forget", "12")` (`\x04` is Ctrl-D)."""
    person, terminal = pty.openpty()

    def run(text: str | bytes, *words: str) -> int:
        os.write(person, text.encode() if isinstance(text, str) else text)
        return main([*words])

    with os.fdopen(terminal) as keyboard:
        monkeypatch.setattr("sys.stdin", keyboard)
        yield run
    os.close(person)
