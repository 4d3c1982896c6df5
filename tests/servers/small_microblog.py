"""A small microblog on loopback for rounds that come back: its newest posts as JSON, or as a page with a script.

Each post has a page of its own (`/detail/ID`) in the same form; that of a deleted one answers 404, or says so.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HTML, JSON = "text/html; charset=utf-8", "application/json; charset=utf-8"
SAYS_GONE = "<html><head><title>微言</title></head><body><p>抱歉，此微博已被作者删除</p></body></html>"
SHELL = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>微言</title></head><body><main id="cards"></main>
<script>
let since = "", busy = false, ended = false;
function show({mblog: post}) {
  const card = document.createElement("article"); card.className = "card"; card.dataset.mid = post.mid;
  card.innerHTML = `<a class="author">小满</a><a class="time" href="/detail/${post.mid}" datetime="${post.iso}">刚刚</a>
    <div class="text">${post.text}</div><div class="counts"><span class="likes">${post.attitudes_count}</span></div>`;
  card.style.height = "120px"; document.getElementById("cards").appendChild(card);
}
async function load() {
  if (busy || ended) return; busy = true;
  const own = location.pathname.match(/^\\/detail\\/(\\d+)$/);
  const {data} = await (await fetch(own ? "/api/one?id=" + own[1] : "/api/list?since_id=" + since)).json();
  data.cards.forEach(show); since = data.cardlistInfo.since_id; ended = !since; busy = false;
}
window.addEventListener("scroll", load); load();
</script></body></html>"""


@dataclass
class Blog:
    """One post."""

    words: str
    at: datetime
    likes: int = 0


@dataclass
class SmallMicroblog:
    """Posts by their number, the highest the newest.

    Attributes:
        in_browser: Whether its pages need JavaScript.
        blogs: Posts that stand.
        says_gone: Numbers of deleted posts whose own pages answer 200 and say so; of others they answer 404.
        comments: Number of a post → its comments, number and words; an answer in JSON for each post.
        asked: Paths in the order in which they were asked for.
        a_page: Posts in one answer of the list.
    """

    in_browser: bool
    blogs: dict[int, Blog] = field(default_factory=dict)
    says_gone: set[int] = field(default_factory=set)
    comments: dict[int, dict[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    a_page: int = 5

    @property
    def entrance(self) -> str:
        """The address that a source names."""
        return f"{self.url}{'/topic' if self.in_browser else '/api/list'}"

    def answer(self, path: str) -> tuple[int, str, str]:
        """Return status, body and content type."""
        if path != "/robots.txt":
            self.asked.append(path)
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/topic":
            return 200, SHELL, HTML
        if parts.path == "/api/list":
            return 200, self._list(int(query.get("since_id", 10**9))), JSON
        if parts.path == "/api/one" and int(query["id"]) in self.blogs:
            return 200, self._told([int(query["id"])]), JSON
        if parts.path == "/comments/hotflow":
            under = self._blog(int(query["id"]))
            known = {name: under[name] for name in ("user", "created_at")}
            said = [{"id": str(one), "text": words, **known} for one, words in self.comments[int(query["id"])].items()]
            return 200, json.dumps({"ok": 1, "data": {"data": said, "max_id": 0}}), JSON
        if parts.path.startswith("/detail/"):
            return self._own_page(int(parts.path.rpartition("/")[2]))
        return 404, "not here", HTML

    def _own_page(self, number: int) -> tuple[int, str, str]:
        if number in self.says_gone:
            return 200, SAYS_GONE, HTML
        if number not in self.blogs:
            return 404, "not here", HTML
        state = json.dumps([{"status": self._blog(number)}])
        page = f"<html><body><script>var $render_data = {state}[0] || {{}};</script></body></html>"
        return 200, SHELL if self.in_browser else page, HTML

    def _list(self, before: int) -> str:
        rest = sorted((number for number in self.blogs if number < before), reverse=True)
        return self._told(rest[: self.a_page], str(rest[self.a_page - 1]) if len(rest) > self.a_page else "")

    def _told(self, numbers: list[int], since: str = "") -> str:
        cards = [{"card_type": 9, "mblog": self._blog(number)} for number in numbers]
        return json.dumps({"ok": 1, "data": {"cards": cards, "cardlistInfo": {"since_id": since}}})

    def _blog(self, number: int) -> dict[str, Any]:
        blog = self.blogs[number]
        times = {"created_at": f"{blog.at:%a %b %d %H:%M:%S %z %Y}", "iso": blog.at.isoformat()}
        counts = {"attitudes_count": blog.likes, "comments_count": len(self.comments.get(number, ()))}
        known = {"mid": str(number), "text": blog.words, **counts}
        return {**known, "user": {"screen_name": "小满不慢"}, **times}


@contextmanager
def serving(microblog: SmallMicroblog) -> Iterator[SmallMicroblog]:
    """Let a microblog answer on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, words, kind = microblog.answer(self.path)
            body = words.encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                return  # the browser had enough

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    microblog.url = f"http://127.0.0.1:{server.server_port}"
    yield microblog
    server.shutdown()
    server.server_close()
