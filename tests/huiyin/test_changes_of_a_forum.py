"""A forum of 240 threads on loopback that lives on between rounds, by a virtual clock (crawl.md §8 point 2).

The second round hears exactly what changed, with less than a tenth of the first one's requests; an edit that moves no
list is heard within seven days.
"""

import re
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from crawler.tables import patrol
from foundation import clock
from huiyin.cli import main
from huiyin.wiring import apply_folder
from search.post_table import post_version
from search.posts import select_posts

THREADS, A_LIST_PAGE, A_PAGE = 240, 40, 10
THREAD = re.compile(r"/thread-(\d+)-(\d+)-1\.html")


@dataclass
class Forum:
    """Threads as lists of posts (number, words, instant); the list is sorted by last reply."""

    now: datetime
    threads: dict[int, list[tuple[int, str, datetime]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def fill(self) -> None:
        for tid in range(1, THREADS + 1):
            born = self.now - timedelta(days=4 + tid / 4, hours=1)
            count = 45 if tid == 100 else 1 + tid % 3
            posts = [(tid * 100 + n, f"第{tid}号窗口的第{n}条意见", born + timedelta(minutes=n)) for n in range(count)]
            self.threads[tid] = posts
        for tid in (1, 2, 3):  # young ones
            self.threads[tid] = [(n, words, self.now - timedelta(hours=tid)) for n, words, _ in self.threads[tid]]

    def answer(self, path: str) -> tuple[int, str]:
        self.asked.append(path)
        if found := re.fullmatch(r"/forum-2-(\d+)\.html", path):
            return 200, self._list(int(found[1]))
        if (found := THREAD.fullmatch(path)) and int(found[1]) in self.threads:
            return 200, self._thread(int(found[1]), int(found[2]))
        return 404, "<div id='messagetext'>指定的主题不存在或已被删除</div>"

    def _list(self, number: int) -> str:
        order = sorted(self.threads, key=lambda tid: self.threads[tid][-1][2], reverse=True)
        rows = [self._row(tid) for tid in order[(number - 1) * A_LIST_PAGE : number * A_LIST_PAGE]]
        more = f'<div class="pg"><a class="nxt" href="forum-2-{number + 1}.html">下一页</a></div>'
        more = more if number * A_LIST_PAGE < len(order) else ""
        return f'<table id="threadlisttableid">{"".join(rows)}</table>{more}'

    def _row(self, tid: int) -> str:
        posts = self.threads[tid]
        return (
            f'<tbody id="normalthread_{tid}"><tr><th><a href="thread-{tid}-1-1.html" class="s xst">帖子{tid}</a></th>'
            f'<td class="by"><cite><a>甲</a></cite><em><span>{posts[0][2]:%Y-%-m-%-d}</span></em></td>'
            f'<td class="num"><a class="xi2">{len(posts) - 1}</a><em>9</em></td>'
            f'<td class="by"><cite><a>乙</a></cite><em><a>{posts[-1][2]:%Y-%-m-%-d %H:%M}</a></em></td></tr></tbody>'
        )

    def _thread(self, tid: int, number: int) -> str:
        posts = self.threads[tid]
        blocks = [
            f'<div id="post_{pid}"><table id="pid{pid}"><tr><td class="pls"><div class="authi">'
            f'<a class="xw1">丙{pid}</a></div></td><td><em id="authorposton{pid}">发表于 {at:%Y-%-m-%-d %H:%M:%S}</em>'
            f'<a id="postnum{pid}">{place}#</a><table><tr><td class="t_f" id="postmessage_{pid}">{words}</td></tr>'
            f"</table></td></tr></table></div>"
            for place, (pid, words, at) in enumerate(posts, 1)
        ][(number - 1) * A_PAGE : number * A_PAGE]
        more = f'<div class="pg"><a class="nxt" href="thread-{tid}-{number + 1}-1.html">下一页</a></div>'
        more = more if number * A_PAGE < len(posts) else ""
        return f'<div id="postlist"><span id="thread_subject">帖子{tid}</span>{"".join(blocks)}</div>{more}'


@pytest.fixture
def forum(parts, folder, clock_file):
    own = Forum(clock.at_school(clock.now()))
    own.fill()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, words = own.answer(self.path)
            body = f"<html><head><title>论坛</title></head><body>{words}</body></html>".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    own.url = f"http://127.0.0.1:{server.server_port}"
    values = {"spider": "discuz", "interval_minutes": 360, "own": True, "expected_posts_per_day": [0, 9999]}
    folder.source("forum", f"{own.url}/forum-2-1.html", site="bbs", **values)
    apply_folder(folder.path, "tester")
    yield own
    server.shutdown()
    server.server_close()


def crawl(forum: Forum) -> set[str]:
    """Run a round; return the paths that it asked for."""
    forum.asked.clear()
    main(["crawl", "forum"])
    return set(forum.asked) - {"/robots.txt"}


def posts(parts) -> dict[str, object]:
    with parts.ledger.read() as connection:
        return {each.key: each for each in select_posts(connection, "ORDER BY post_id")}


@pytest.mark.provision("Z1.6.1-1", "Z1.6.1-o")
def test_the_next_rounds_hear_exactly_what_changed_and_ask_less_than_a_tenth(parts, forum, clock_file, capsys):
    first = crawl(forum)
    before = posts(parts)
    assert len(before) == sum(len(each) for each in forum.threads.values())
    later = forum.now + timedelta(hours=6)
    clock_file.write_text(later.isoformat())
    pid, words, at = forum.threads[1][0]
    forum.threads[1][0] = (pid, f"{words}，补充：今天还是这样", at)  # an edit: no list moves
    gone_reply = forum.threads[1].pop()[0]
    forum.threads[100].append((99_999, "第五页上的新回复", later))
    forum.threads[900] = [(90_000, "新的主题，热水停了", later)]
    del forum.threads[3]
    second = crawl(forum)
    after = posts(parts)

    assert len(second) < len(first) / 10
    new = {key for key in after if key not in before}
    edited = {key for key, each in after.items() if each.version > 1}
    vanished = {key for key, each in after.items() if each.vanished_at}
    assert {after[key].content for key in new} == {"第五页上的新回复", "新的主题，热水停了"}
    assert {int(re.sub(r"\D", "", key.rpartition(":")[2])) for key in edited} == {pid}
    assert {int(re.sub(r"\D", "", key.rpartition(":")[2])) for key in vanished} == {gone_reply, 300}
    with parts.ledger.read() as connection:
        assert connection.execute(select(post_version.c.content)).scalars().all() == [words]
    snapshot = next(each for key, each in after.items() if each.vanished_at and "第3号" in each.content)
    assert (snapshot.url.startswith(forum.url), bool(snapshot.content_hash), bool(snapshot.fetched_at)) == (True,) * 3
    capsys.readouterr()
    assert main(["search", "第3号窗口", "--json"]) == 0
    assert "第3号窗口的第0条意见" in capsys.readouterr().out

    old = forum.threads[15]
    forum.threads[15] = [(old[0][0], "很久以前的帖子改了内容", old[0][2]), *old[1:]]
    rounds = 0
    while not any(each.content == "很久以前的帖子改了内容" for each in posts(parts).values()):
        rounds += 1
        clock_file.write_text((later + timedelta(hours=6 * rounds)).isoformat())
        assert len(crawl(forum)) < len(first) / 10
        assert rounds <= 28  # seven days
    with parts.ledger.read() as connection:
        assert connection.execute(select(patrol.c.outcome)).scalars().all().count("ok") >= 3
