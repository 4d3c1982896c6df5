"""Tests of `huiyin crawl`: what it chooses, what it prints, how it ends; children and servers are real."""

import argparse
import errno
import json
import os
import subprocess
import sys
import threading
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select

from bench.__main__ import prepare_ours
from bench.make_pages import make_list, make_thread
from bench.page_server import serve
from crawler.rounds import source_state, sync_sources, take_group
from crawler.source import load_sources
from foundation.errors import Stop
from foundation.ledger import open_ledger
from foundation.school import School, SchoolFiles, store_school
from huiyin.commands import crawl
from huiyin.warm_rounds import start_round
from search.post_table import post_table

ROOT = Path(__file__).parents[3]
SUPPORT = ROOT / "tests" / "crawler" / "support"


@pytest.fixture
def campus(ledger, state, tmp_path, monkeypatch):
    """A school with one good source and one that nobody answers; returns the names of sources."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "list").write_text("/a 1\n")
    (site / "a").write_text("post a1|食堂的汤凉了")
    handler = partial(QuietHandler, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    files = school_files({"good": f"http://127.0.0.1:{server.server_port}/list", "dead": "http://127.0.0.1:9/"})
    with ledger.change() as work:
        store_school(work, files, "folder")
        sync_sources(work, load_sources(School.from_files(files)))
    monkeypatch.syspath_prepend(SUPPORT)  # forked rounds look where we look
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "plain_settings")
    monkeypatch.setenv("PLAIN_ITEMS", str(state / "items.jsonl"))
    yield School.from_files(files)
    server.shutdown()
    server.server_close()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        return


def school_files(addresses: dict[str, str], **crawl: int) -> SchoolFiles:
    texts = {
        name: text
        for name, text in SchoolFiles.from_folder(ROOT / "school").texts.items()
        if not name.startswith("sources/")
    }
    settings = YAML(typ="safe").load(texts["huiyin.yaml"])
    settings["crawl"] = {"allowed_networks": ["127.0.0.0/8"], "pace_seconds": 0, "request_seconds": 2, **crawl}
    texts["huiyin.yaml"] = json.dumps(settings, ensure_ascii=False)
    for name, url in addresses.items():
        source = {"id": name, "title": f"信源 {name}", "spider": "plain", "owner": "xu_songbai", "url": url}
        source |= {"interval_minutes": 60, "expected_posts_per_day": [0, 10]}
        texts[f"sources/{name}.yaml"] = json.dumps(source, ensure_ascii=False)
    return SchoolFiles(texts)


def run(*names: str) -> int:
    parser = argparse.ArgumentParser()
    crawl.add_arguments(parser)
    return crawl.run(parser.parse_args(list(names)))


def test_a_good_source_ends_with_a_line_and_a_table(campus, capsys):
    code = run("good")
    lines = capsys.readouterr().out.splitlines()

    assert code == 0
    assert lines[0] == "信源 good：正常"
    assert lines[-1].split()[:4] == ["信源", "good", "正常", "1"]


def test_a_source_that_ends_badly_gives_exit_code_1_and_the_others_are_crawled(campus, capfd):
    code = run()
    output, errors = capfd.readouterr()

    assert errors == ""  # the round's outcome says it; Scrapy's own words about it stay out of the terminal
    assert code == 1
    assert "信源 dead：连不上，robots.txt 读不到：连接被拒绝" in output
    assert "信源 good：正常" in output
    assert "下一步　连不上（dead）→ 用浏览器打开网址" in output


def test_a_group_that_is_being_crawled_is_left_alone(campus, ledger, capsys):
    with ledger.change() as work:
        take_group(work, load_sources(campus)["good"].politeness_group, "other-host/1/1", 300)

    assert run("good") == 1
    assert "正由另一个程序抓取" in capsys.readouterr().out


def test_a_process_that_cannot_be_started_is_told_with_what_to_do(campus, capsys, monkeypatch):
    def refuse(*_):
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr("huiyin.warm_rounds.start_round", refuse)
    assert run("good") == 1

    told = capsys.readouterr().out
    assert "抓取进程启动不了" in told
    assert "检查内存与进程数，再运行一次" in told


def test_the_groups_of_one_command_are_forked_from_one_warm_process(campus, monkeypatch):
    started, parents = [], []

    def note(*words):
        started.append(child := start_round(*words))
        parents.append(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[1])
        return child

    monkeypatch.setattr("huiyin.warm_rounds.start_round", note)
    run()  # both sources: each is a group of its own

    assert len({child.pid for child in started}) == 2
    assert len(set(parents)) == 1
    assert parents[0] != str(os.getpid())


def test_an_unknown_source_is_answered_with_the_nearest(campus):
    with pytest.raises(Stop, match="是不是 good？已登记的信源：dead、good"):
        run("goood")


def test_chinese_text_is_padded_by_what_it_takes_on_a_terminal():
    assert crawl.padded("信源", 6) == "信源  "
    assert crawl.padded("信源信源", 5) == "信源 "


def test_a_source_whose_page_never_ends_is_ended_and_the_next_of_its_group_is_crawled(
    campus, ledger, capsys, monkeypatch, tmp_path
):
    monkeypatch.setattr("crawler.rounds.LATE_SECONDS", 18)  # 10 + 2 + 18 seconds of silence: slow machines start in 10
    (tmp_path / "site" / "spin").write_text("SPIN")
    site = load_sources(campus)["good"].url.removesuffix("list")
    files = school_files({"good": f"{site}list", "bad": f"{site}spin"}, round_seconds=10)
    with ledger.change() as work:
        store_school(work, files, "folder")
        sync_sources(work, load_sources(School.from_files(files)))
    code = run("bad", "good")
    output = capsys.readouterr().out

    assert code == 1
    assert "信源 bad：中断，一轮超过时限仍没有结束，已中止" in output
    assert "信源 good：正常" in output
    with ledger.read() as connection:
        row = connection.execute(select(source_state).where(source_state.c.source_id == "bad")).one()
    assert (row.outcome, row.note) == ("unreachable", "一轮超过时限仍没有结束，已中止")
    assert row.due_at > row.finished_at


def test_scrapy_from_the_root_lists_the_spiders_and_stores_exactly_what_huiyin_crawl_stores(tmp_path):
    told = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ways = ["-m huiyin crawl bench", "-m scrapy crawl discuz -a source=bench"]
    at = datetime(2026, 11, 22, 18, 0)  # noqa: DTZ001 wall time as written on pages
    with serve() as (base, pages):
        pages["/forum-2-1.html"] = make_list(2, base).encode()
        for number in (1, 2):
            texts = [f"第{number}食堂第{floor}窗口的汤凉了，请后勤处看看" for floor in range(1, 4)]
            pages[f"/thread-{number}-1-1.html"] = make_thread(number, texts, at, relative=False).encode()
        stored = []
        for number, way in enumerate(ways):
            environment = prepare_ours(f"{base}/forum-2-1.html", tmp_path / str(number))
            subprocess.run([sys.executable, *way.split()], cwd=ROOT, env=environment, capture_output=True, check=True)
            stored.append(posts_of(Path(environment["HUIYIN_STATE"])))

    assert {"discuz", "feed", "message_board", "microblog", "tieba"} <= set(told.stdout.split())
    assert len(stored[0]) == 6
    assert stored[0] == stored[1]


def posts_of(state: Path) -> list[dict]:
    """Return the posts of a ledger without what differs from ledger to ledger: pseudonyms, and when it was heard."""
    ledger = open_ledger(state)
    with ledger.read() as connection:
        rows = [dict(row) for row in connection.execute(select(post_table).order_by("key")).mappings()]
    ledger.close()
    own = ("author", "fetched_at", "first_seen_at", "stored_at", "last_seen_at")
    return [{name: value for name, value in row.items() if name not in own} for row in rows]
