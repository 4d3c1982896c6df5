"""Demo: what the four campus servers share. In: HTTP requests on loopback. Out: pages that show only what exists now.

"Now" is the virtual instant of `foundation/clock.py`, read at every request. Every site has a robots.txt with one
forbidden path, to which its own pages link: a crawler that follows it is caught in the truth file.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from demo.read_story import Story, StoryPost
from demo.record_truth import Truth

HTML = "text/html; charset=utf-8"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    body: bytes
    content_type: str = HTML
    status: int = 200


Query = dict[str, str]
Item = TypeVar("Item")


class Site:
    """Base of the campus servers: a subclass sets `name`, `forbidden_path` and answers paths."""

    name = ""
    forbidden_path = "/private/"

    def __init__(self, story: Story, truth: Truth, now: Callable[[], datetime]) -> None:
        self.story = story
        self.truth = truth
        self.now = now
        self._server: ThreadingHTTPServer | None = None

    def answer(self, path: str, query: Query, now: datetime) -> Answer | None:
        """Return the page of a path at an instant, or None for 404."""
        raise NotImplementedError

    def visible(self, now: datetime) -> list[StoryPost]:
        """Return the site's posts that stand on it at an instant, oldest first."""
        return [post for post in self.story.on(self.name) if post.exists_at(now)]

    def show(self, post: StoryPost, now: datetime) -> str:
        """Return a post's present text and note in the truth that it was served."""
        version, text = post.text_at(now)
        self.truth.served(post, version, now)
        return text

    @property
    def url(self) -> str:
        """Address of the running site, without a slash at its end."""
        if self._server is None:
            raise RuntimeError(f"{self.name} is not running")
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve on a free port in a thread of its own."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each answer waits 40 ms for the reader to confirm its head

            def do_GET(self) -> None:
                answer = site.respond(self.path)
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the truth file counts the requests."""

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name=self.name, daemon=True).start()

    def stop(self) -> None:
        """Stop serving and free the port."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def respond(self, target: str) -> Answer:
        """Return the answer to one request target, robots.txt, forbidden path and 404 included."""
        now = self.now()
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.truth.requested(self.name)
        if parts.path == "/robots.txt":
            rules = f"User-agent: *\nAllow: /\nDisallow: {self.forbidden_path}\n"
            return Answer(rules.encode(), "text/plain")
        if parts.path.startswith(self.forbidden_path):
            self.truth.forbidden(self.name, parts.path, now)
            return Answer("不对外开放".encode(), HTML, 403)
        return self.answer(parts.path, query, now) or Answer("页面不存在".encode(), HTML, 404)


def page_of(items: list[Item], number: int, size: int) -> list[Item]:
    """Return the items of one page, counted from 1."""
    return items[(number - 1) * size : number * size]
