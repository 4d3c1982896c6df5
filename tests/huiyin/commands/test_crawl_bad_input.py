"""`huiyin crawl` on bad input: each source is told in Chinese with what to do, the others are heard, nothing is lost.

One process of the product hears all places at once, with its own settings and steps.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler.rounds import sync_sources
from crawler.source import load_sources
from foundation.ledger import open_ledger
from foundation.school import School, SchoolFiles, store_school
from search.posts import post
from tests.crawler.bad_pages import HEAD, comment, thread, topics
from tests.crawler.conftest import ROOT, SUPPORT, Site, school_files
from tests.crawler.test_bad_input import serve

BOMB = b'<!DOCTYPE rss [<!ENTITY a "aa">]><rss><channel><title>&a;</title></channel></rss>'
TIMES = ("Thu, 02 Jan 2031 10:00:00 GMT", "2032-05-06 10:00", "Fri, 02 Jan 2026 10:00:00 GMT")
LATER = "".join(
    f"<item><guid>{n}</guid><title>通知{n}</title><link>/n/{n}</link><pubDate>{time}</pubDate>"
    f"<description>{'请各学院按时完成宿舍安全检查。' * 8}</description></item>"
    for n, time in enumerate(TIMES)
)
PAGES: dict[str, Any] = {
    "/broken/": (200, {"Content-Type": "text/xml"}, b"<rss><channel><item><title>x</channel>"),
    "/entities/": (200, {"Content-Type": "text/xml"}, BOMB),
    "/deep/": topics("/deep/1", "/deep/2"),
    "/deep/1": HEAD + "<div>" * 100_000,
    "/deep/2": thread(comment(5, "无底之外"), comment(6, "好")),
    "/garbled/": topics("/garbled/1", "/garbled/2"),
    "/garbled/1": (200, {}, HEAD.encode() + b"\xff\xfe\x80\x81 hot water " * 400),
    "/garbled/2": thread(comment(7, "看得懂的"), comment(8, "好")),
    "/future/": (200, {"Content-Type": "text/xml"}, f"<rss><channel>{LATER}</channel></rss>".encode()),
    "/huge/": topics("/huge/1", "/huge/2"),
    "/huge/1": (200, {"Content-Length": "50000014"}, b"<p>"),
    "/huge/2": thread(comment(9, "大页之外"), comment(10, "好")),
    "/loop/": topics("/loop/1", "/loop/2"),
    "/loop/1": (302, {"Location": "/loop/a"}, b""),
    "/loop/a": (302, {"Location": "/loop/1"}, b""),
    "/loop/2": thread(comment(11, "兜圈之外"), comment(12, "好")),
    "/fine/": topics("/fine/1", "/fine/2"),
    "/fine/1": thread(comment(1, "水是凉的"), comment(2, "同问")),
    "/fine/2": thread(comment(3, "修好了"), comment(4, "谢谢")),
}
SPIDERS = {"broken": "feed", "entities": "feed", "future": "feed"}
FULL = {"SCRAPY_SETTINGS_MODULE": "full_ledger_settings", "PYTHONPATH": f"{ROOT}:{SUPPORT}"}


@dataclass(frozen=True)
class Told:
    """What a person saw of one `huiyin crawl`."""

    code: int
    lines: list[str]
    errors: str

    def of(self, name: str) -> str:
        """Return the line that told how a source ended."""
        return next(line for line in self.lines if line.startswith(f"信源 {name}："))

    def step(self, name: str) -> str:
        """Return what to do about a source."""
        steps = (line.removeprefix("下一步　") for line in self.lines if line.startswith("下一步　"))
        return next(step for step in steps if name in step.partition("（")[2].partition("）")[0].split("、"))


def prepare(state: Path, site: Site) -> None:
    """Apply a school with a source for each place of the site."""
    ledger = open_ledger(state, create=True)
    files = school_of(site)
    with ledger.change() as work:
        store_school(work, files, "folder")
        sync_sources(work, load_sources(School.from_files(files)))
    ledger.close()


def school_of(site: Site) -> SchoolFiles:
    names = sorted({path.split("/")[1] for path in site.pages})
    sources = [
        {
            "id": name, "title": f"信源 {name}", "spider": SPIDERS.get(name, "forum"), "url": f"{site.url}/{name}/",
            "site": f"{name}.example", "group": "all", "own": True,
        }
        for name in names
    ]  # fmt: skip
    return school_files({"page_megabytes": 1}, sources)


def run_crawl(state: Path, **environment: str) -> Told:
    """Type `huiyin crawl` over a state folder."""
    own = {**os.environ, "HUIYIN_STATE": str(state), "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "huiyin", "crawl"]
    done = subprocess.run(command, env=own, cwd=state, capture_output=True, text=True, check=False)
    return Told(done.returncode, done.stdout.splitlines(), done.stderr)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    state: Path = tmp_path_factory.mktemp("state")
    site = Site(pages=dict(PAGES))
    server: ThreadingHTTPServer = serve(site)
    prepare(state, site)
    yield run_crawl(state)
    server.shutdown()
    server.server_close()


def test_times_that_have_not_come_yet_are_counted_with_what_to_do(told: Told) -> None:
    words = "2 帖写的时间在未来，按听到的时间计；请核对网站的时钟"

    assert told.of("future") == f"信源 future：正常，{words}"
    assert next(line for line in told.lines if line.startswith("信源 future ")).endswith(words)


def test_a_page_of_50_megabytes_and_redirects_in_a_circle_are_told_with_what_to_do(told: Told) -> None:
    assert told.of("huge") == "信源 huge：部分被拒，页面超过 crawl.page_megabytes，没有读"
    assert "加大 huiyin.yaml 里的 crawl.page_megabytes" in told.step("huge")
    assert told.of("loop") == "信源 loop：部分被拒，重定向绕回了已经去过的地址"
    assert "→ 这一轮少听了几页，下一轮会再试" in told.step("loop")


@pytest.mark.parametrize(
    ("name", "seen", "step"),
    [
        ("broken", "订阅源不是完整的 XML，原页已隔离", "请网站修好订阅源"),
        ("entities", "订阅源里有不安全的 XML 实体，没有读，原页已隔离", "请网站去掉订阅源里的实体声明"),
        ("deep", "网页标签套得太深，读不了，原页已隔离", "用浏览器看看这一页"),
        ("garbled", "文字编码认不出，全是乱码，原页已隔离", "在信源文件里写明 options: {encoding: …}"),
    ],
)
def test_a_page_that_cannot_be_read_is_named_with_what_to_do(told: Told, name: str, seen: str, step: str) -> None:
    assert told.of(name) == f"信源 {name}：页面改版，{seen}"
    assert f"→ {step}" in told.step(name)


def test_the_others_are_heard(told: Told) -> None:
    assert (told.code, told.errors) == (1, "")  # no library's English in the terminal
    assert told.of("fine") == "信源 fine：正常"


def test_a_full_ledger_is_told_the_round_goes_on_and_when_there_is_room_all_is_kept(tmp_path: Path) -> None:
    long = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(6000))  # more than a half-empty page takes
    site = Site(
        pages={
            f"/{name}/{number or ''}": thread(
                comment(number * 10 + at, f"{name}第{number}页", "2026-01-02 10:00"),
                comment(number * 10 + at + 1, f"{name}{number}{long}"),
            )
            if number
            else topics(f"/{name}/1", f"/{name}/2")
            for at, name in enumerate(("east", "west"))
            for number in range(3)
        }
    )
    server = serve(site)
    prepare(tmp_path, site)
    (tmp_path / "full").touch()
    full = run_crawl(tmp_path, **FULL)
    (tmp_path / "full").unlink()
    freed = run_crawl(tmp_path, **FULL)
    server.shutdown()
    server.server_close()

    for name in ("east", "west"):
        assert full.of(name).startswith(f"信源 {name}：中断，磁盘已满，账本写不进去：{tmp_path}")
    assert full.step("east") == full.step("west") == "中断（east、west）→ 腾出空间后会自动继续；已存的内容没有丢失"
    assert (full.code, "scrapy" in full.errors) == (1, False)
    assert freed.code == 0, freed
    ledger = open_ledger(tmp_path)
    with ledger.read() as connection:
        texts = set(connection.execute(select(post.c.content)).scalars())
    ledger.close()
    assert {text.removesuffix(long) for text in texts} == {
        f"{name}{word}" for name in ("east", "west") for word in ("第1页", "第2页", "1", "2")
    }
