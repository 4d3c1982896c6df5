"""A small Discuz-like forum on loopback for rounds that are interrupted or come back: threads, and pages of both."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Posts = list[tuple[int, str, datetime]]


@dataclass
class SmallForum:
    """Threads as lists of posts (number, words, instant in school time); the list is sorted by last reply.

    Attributes:
        threads: Thread number → posts.
        asked: Paths in the order in which they were asked for.
        on_request: Called with the number of each request before it is answered.
        a_list_page, a_page: Threads on a page of the list, posts on a page of a thread.
    """

    threads: dict[int, Posts] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    on_request: Callable[[int], None] = lambda _number: None
    url: str = ""
    a_list_page: int = 10
    a_page: int = 3

    def answer(self, path: str) -> tuple[int, str]:
        if path != "/robots.txt":
            self.asked.append(path)
            self.on_request(len(self.asked))
        if found := re.fullmatch(r"/forum-2-(\d+)\.html", path):
            return 200, self._list(int(found[1]))
        if (found := re.fullmatch(r"/thread-(\d+)-(\d+)-1\.html", path)) and int(found[1]) in self.threads:
            return 200, self._thread(int(found[1]), int(found[2]))
        return 404, "<div id='messagetext'>指定的主题不存在或已被删除</div>"

    def _list(self, number: int) -> str:
        order = sorted(self.threads, key=lambda tid: self.threads[tid][-1][2], reverse=True)
        shown = order[(number - 1) * self.a_list_page : number * self.a_list_page]
        more = _next(f"forum-2-{number + 1}.html") if number * self.a_list_page < len(order) else ""
        return f'<table id="threadlisttableid">{"".join(map(self._row, shown))}</table>{more}'

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
        ][(number - 1) * self.a_page : number * self.a_page]
        more = _next(f"thread-{tid}-{number + 1}-1.html") if number * self.a_page < len(posts) else ""
        return f'<div id="postlist"><span id="thread_subject">帖子{tid}</span>{"".join(blocks)}</div>{more}'


def _next(address: str) -> str:
    return f'<div class="pg"><a class="nxt" href="{address}">下一页</a></div>'


@contextmanager
def serving(forum: SmallForum) -> Iterator[SmallForum]:
    """Let a forum answer on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, words = forum.answer(self.path)
            body = f"<html><head><title>论坛</title></head><body>{words}</body></html>".encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                return  # the crawler was killed

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    forum.url = f"http://127.0.0.1:{server.server_port}"
    yield forum
    server.shutdown()
    server.server_close()
