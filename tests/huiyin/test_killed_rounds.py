"""Rounds and back-fills that die in the middle, by real processes against a forum on loopback."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.run_rules import run_rules
from alerts.tables import alert
from cases.case import case_file
from crawler.tables import patrol, source_state, thread_mark
from foundation import clock
from foundation.tables import meta, outbox, spool
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.wiring import apply_folder
from search.post_table import post_version
from search.posts import number_posts, select_posts
from tests.patience import wait_until
from tests.servers.small_forum import SmallForum, serving

ROOT = Path(__file__).parents[2]
THREADS = 36  # two days apart: four list pages, and ten weeks
GRAVE = "号楼电梯困人，学生被关了半小时才放出来，没有人来救，大家都很生气"


@pytest.fixture
def forum(parts, folder):
    now = clock.at_school(clock.now())
    own = SmallForum()
    for tid in range(1, THREADS + 1):
        born = now - timedelta(days=2 * tid, hours=-1)
        own.threads[tid] = [
            (tid * 10 + n, f"{tid}{GRAVE}第{n}次", born + timedelta(minutes=n)) for n in range(1 + tid % 5)
        ]
    with serving(own):
        values = {"spider": "discuz", "own": True, "expected_posts_per_day": [0, 9999]}
        folder.source("forum", f"{own.url}/forum-2-1.html", site="bbs", **values)
        apply_folder(folder.path, "tester")
        yield own


def kill_at(forum, number, *words, ready=lambda: True):
    """Run `huiyin crawl forum` and kill all of it with -9 when the forum is asked for the so-manieth time.

    Once it is asked so often, it answers nobody until `ready` holds and the kill came.
    """
    forum.asked.clear()
    command = [sys.executable, "-m", "huiyin", "crawl", "forum", *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dead = threading.Event()

    def strike(asked):
        if asked == number:
            try:
                wait_until(ready)
            finally:
                os.killpg(child.pid, signal.SIGKILL)
                dead.set()
        elif asked > number:
            dead.wait()

    forum.on_request = strike
    child = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **quiet)
    child.wait()
    forum.on_request = lambda _asked: None
    assert child.returncode == -signal.SIGKILL


def truth(forum, since=None, until=None):
    """Return key → words of the posts that the forum holds, of a span of days."""
    return {
        f"bbs:{number}": words
        for posts in forum.threads.values()
        for number, words, at in posts
        if (since is None or at.date() >= since) and (until is None or at.date() <= until)
    }


def heard(parts):
    with parts.ledger.read() as connection:
        return {one.key: one.content for one in select_posts(connection, "ORDER BY post_id")}


def noted(parts):
    """Return how many articles a back-fill has noted as read and kept."""
    with parts.ledger.read() as connection:
        written = connection.execute(select(meta.c.value).where(meta.c.name == "backfill:forum")).scalar()
    return len(json.loads(written)["read"]) if written and json.loads(written)["number"] == 2 else 0


def count(parts, table, *where):
    with parts.ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def test_a_round_killed_at_random_moments_loses_nothing_and_hears_nothing_twice(parts, forum):
    chance = random.Random(20261012)
    for _ in range(3):
        kill_at(forum, chance.randrange(3, 50))
    assert count(parts, patrol) == 0
    assert main(["crawl", "forum"]) == 0

    assert heard(parts) == truth(forum)
    assert count(parts, post_version) == 0
    assert count(parts, spool) == 0
    assert count(parts, patrol) == 1
    assert count(parts, thread_mark) == THREADS
    forum.asked.clear()
    main(["crawl", "forum"])
    assert len(forum.asked) < 0.1 * (len(truth(forum)) + 4)
    assert count(parts, post_version) == 0


def test_a_back_fill_that_is_killed_goes_on_hears_its_days_only_and_alarms_nobody(parts, forum, capsys):
    today = clock.at_school(clock.now()).date()
    since, until = today - timedelta(days=45), today - timedelta(days=10)
    words = ("--since", since.isoformat(), "--until", until.isoformat())
    kill_at(forum, 32, *words, ready=lambda: heard(parts))  # the first thread of the third list page
    assert 0 < len(heard(parts)) < len(truth(forum, since, until))
    before = count(parts, source_state, source_state.c.outcome == "never_run")
    forum.asked.clear()
    assert main(["crawl", "forum", *words]) == 0

    assert heard(parts) == truth(forum, since, until)
    assert "/forum-2-1.html" not in forum.asked
    assert count(parts, meta, meta.c.name.startswith("backfill:")) == 0
    assert count(parts, source_state, source_state.c.outcome == "never_run") == before == 1
    assert count(parts, thread_mark) == 0  # the first round hears everything
    capsys.readouterr()
    main(["source", "show", "forum"])
    assert f"补抓 {since} 至 {until}" in capsys.readouterr().out
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)
    with parts.ledger.change() as work:
        run_rules(work, parts.school)
    assert [count(parts, table) for table in (case_file, alert, outbox)] == [0, 0, 0]


class LetterBox(SmallForum):
    """The same threads as letters of a message board, one post each."""

    def answer(self, path):
        if path == "/robots.txt":
            return 404, ""
        self.asked.append(path)
        self.on_request(len(self.asked))
        kind, number = re.fullmatch(r"/(list|show)-(\d+)\.htm", path).groups()
        return 200, self._letter(int(number)) if kind == "show" else self._letters(int(number))

    def _letters(self, number):
        shown = sorted(self.threads)[(number - 1) * 10 : number * 10]
        rows = "".join(
            f'<tr><td>{tid}</td><td><a href="show-{tid}.htm">第{tid}封信</a></td>'
            f"<td>{self.threads[tid][0][2]:%Y-%m-%d %H:%M:%S}</td><td>待受理</td></tr>"
            for tid in shown
        )
        more = f'<a href="list-{number + 1}.htm">下一页</a>' if number * 10 < len(self.threads) else ""
        return f"<table><tr><th>编号</th><th>信件标题</th><th>来信时间</th><th>状态</th></tr>{rows}</table>{more}"

    def _letter(self, tid):
        _, words, at = self.threads[tid][0]
        fields = {"编号": tid, "标题": f"第{tid}封信", "来信时间": f"{at:%Y-%m-%d %H:%M:%S}", "来信内容": words}
        rows = "".join(f'<tr><td class="label">{k}：</td><td class="nr">{v}</td></tr>' for k, v in fields.items())
        return f"<table>{rows}</table>"


@contextmanager
def listed(folder, kind, spider):
    """Serve threads of one post each and listen to them; give the site and the days of a back-fill."""
    now = clock.at_school(clock.now())
    threads = {tid: [(tid, f"{tid}{GRAVE}", now - timedelta(days=2 * tid))] for tid in range(1, THREADS + 1)}
    with serving(kind(threads=threads)) as site:
        folder.source("forum", f"{site.url}/list-1.htm", site="bbs", spider=spider, own=True)
        apply_folder(folder.path, "tester")
        yield site, now.date() - timedelta(days=65), now.date() - timedelta(days=10)


def test_a_back_fill_of_a_message_board_that_is_killed_goes_on_too(parts, folder):
    with listed(folder, LetterBox, "message_board") as (box, since, until):
        words = ("--since", since.isoformat(), "--until", until.isoformat())
        kill_at(box, 24, *words, ready=lambda: heard(parts))
        assert 0 < len(heard(parts)) < len(truth(box, since, until))
        box.asked.clear()
        assert main(["crawl", "forum", *words]) == 0

        assert heard(parts) == truth(box, since, until)
        assert "/list-1.htm" not in box.asked


class News(LetterBox):
    """The same threads as articles of a list of news, one post each."""

    def _letters(self, number):
        shown = sorted(self.threads)[(number - 1) * 10 : number * 10]
        rows = "".join(
            f'<li><a href="show-{tid}.htm">第{tid}篇报道</a><span>{self.threads[tid][0][2]:%Y-%m-%d}</span></li>'
            for tid in shown
        )
        more = f'<a class="next" href="list-{number + 1}.htm">下一页</a>' if number * 10 < len(self.threads) else ""
        return f"<ul>{rows}</ul>{more}"

    def _letter(self, tid):
        return f'<h1>第{tid}篇报道</h1><div class="v_news_content"><p>{self.threads[tid][0][1]}</p></div>'


def test_a_back_fill_of_news_that_is_killed_asks_for_no_article_twice(parts, folder, capsys):
    with listed(folder, News, "feed") as (news, since, until):
        words = ("--since", since.isoformat(), "--until", until.isoformat())
        kill_at(news, 20, *words, ready=lambda: noted(parts) >= 8)  # of the ten articles of the second list page
        first, kept = {path for path in news.asked if path.startswith("/show-")}, noted(parts)
        news.asked.clear()
        assert main(["crawl", "forum", *words]) == 0

        assert sorted(heard(parts).values()) == sorted(truth(news, since, until).values())
        assert "接着上次的补抓，从列表第 2 页起，读过的 " in capsys.readouterr().out
        again = first.intersection(news.asked)
        assert len(again) <= len(first) - kept  # what was on its way, or read and not kept yet
        assert not again & {f"/show-{tid}.htm" for tid in range(1, 11)}  # the list page before was done
        assert count(parts, post_version) == 0
        assert count(parts, meta, meta.c.name.startswith("backfill:")) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("forum", "--since", "上月"), "补抓的日期读不懂"),
        (("forum", "--since", "2026-10-01", "--until", "2026-09-01"), "补抓的日期不对"),
        (("forum", "--since", "2026-10-01", "--until", "2026-12-01"), "结束不能晚于今天"),
        (("--since", "2026-10-01"), "补抓没有说是哪个信源"),
    ],
)
def test_days_that_cannot_be_are_refused(parts, forum, words, said, capsys):
    assert main(["crawl", *words]) == 1
    assert said in capsys.readouterr().err
