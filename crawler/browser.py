"""Stage 1: the browser's limits. What a page asks for by itself obeys the same rules as our own requests.

The browser reaches only the source's own host and those named in `options.hosts`, pinned to checked addresses; all
other names resolve to nothing. Pictures, films and fonts are never fetched: we read text, of pictures the number.
Requests of a page that robots forbid are aborted and make the round partly_blocked. A page may read, and nothing else:
no other window, no web socket, nothing sent; where it ends up after redirects is checked before it is believed.
"""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.browser_hops import REFUSE_RULES, watch_browser
from crawler.guard import guard
from crawler.refusal import Refusal
from crawler.source import Source
from foundation.errors import Stop
from foundation.outcome import SourceOutcome

FALLBACKS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
QUIET = (  # the browser itself asks nobody for anything
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy",
)
START_MILLISECONDS = 60_000
WEB_PORTS = {"http": 80, "https": 443}
READING = ("GET", "HEAD")
ANY_ADDRESS = re.compile("")
UNREAD = ("image", "media", "font")  # kinds of request whose answers nobody here reads


def launch_options(source: Source, program: str) -> dict[str, Any]:
    """Return how to start the browser for one source.

    Raises:
        Stop: No browser is installed.
        Refusal: A host of the source does not resolve, or to an address that is not allowed.
    """
    rules = [f"MAP {host} {_bracketed(guard.pin(host))}" for host in sorted(hosts_of(source))]
    arguments = [*QUIET, f"--host-resolver-rules={','.join([*rules, 'MAP * ~NOTFOUND'])}"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # chromium refuses its sandbox to root; run as another user to have it
    found = next((place for place in (program, *FALLBACKS) if Path(place).is_file()), None)
    if found is None:
        raise Stop("找不到浏览器", program, "安装 chromium-headless-shell，或在 crawl.browser 写出它的位置")
    return {"executable_path": found, "headless": True, "args": arguments, "timeout": START_MILLISECONDS}


def hosts_of(source: Source) -> set[str]:
    """Return the hosts (without port) that a page of the source may ask."""
    return {host for host, _ in _places_of(source)}


def is_own(source: Source, url: str) -> bool:
    """Return whether an address lies on the source's host and port or on one of `options.hosts`.

    Where no port is written, those of the web are meant.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or WEB_PORTS.get(parts.scheme, 0)
    except ValueError:
        return False
    places = _places_of(source)
    host = parts.hostname or ""
    return (host, port) in places or ((host, 0) in places and port in WEB_PORTS.values())


class BrowserGuard:
    """Decides on each request that a page makes."""

    def __init__(self, spider: Any) -> None:
        self.spider = spider
        self.refusal: Refusal | None = None  # why the last document was not followed to where it led
        self._contexts: list[Any] = []
        self._opened: list[Any] = []  # pages whose first navigation, the one that we asked for, is on its way

    async def watch_page(self, page: Any, _request: Request) -> None:
        """Set up a new page before it is sent anywhere (scrapy-playwright calls this)."""
        page.on("popup", _close)
        self._opened.append(page)
        if page.context not in self._contexts:  # its rules hold where the page's own do not: in windows that it opens
            self._contexts.append(page.context)
            await page.context.add_init_script("delete globalThis.SharedWorker")  # it would ask past our guard
            await page.context.route("**", self._refuse_window)
            await page.context.route_web_socket(ANY_ADDRESS, self._refuse_socket)
            await page.context.add_init_script(REFUSE_RULES)
            await watch_browser(page.context.browser, self._may_hop)

    async def aborts(self, request: Any) -> bool:
        """Return whether a request of the browser must not be sent (scrapy-playwright asks this)."""
        if request.resource_type in UNREAD:
            return True
        scheme = urlsplit(request.url).scheme
        if scheme in ("data", "blob", "about"):
            return False
        report = self.spider.report
        is_foreign = scheme not in WEB_PORTS or not is_own(self.spider.source, request.url)
        if is_foreign or request.method not in READING:
            report.refused["other_host" if is_foreign else "sending"] += 1
            return True
        if request.is_navigation_request() and request.frame.page in self._opened:
            self._opened.remove(request.frame.page)
            return False  # what we asked for passed the middlewares already
        try:
            await self.spider.robots.check(request.url, "part")
        except Refusal as refusal:
            report.refused["robots"] += 1
            report.hit(SourceOutcome.PARTLY_BLOCKED, f"页面自己的请求：{refusal.evidence}")
            return True
        return False

    async def _may_hop(self, url: str, is_document: bool) -> bool:
        """Return whether a redirect may be followed: to the source's own hosts and where robots allow."""
        report = self.spider.report
        if not is_own(self.spider.source, url):
            report.refused["other_host"] += 1
            return False
        try:
            await self.spider.robots.check(url, "list" if is_document else "part")
        except Refusal as refusal:
            report.refused["robots"] += 1
            self.refusal = refusal if is_document else None
            report.hit(SourceOutcome.PARTLY_BLOCKED, f"页面自己的请求：{refusal.evidence}")
            return False
        return True

    async def _refuse_window(self, route: Any) -> None:
        self.spider.report.refused["window"] += 1
        await route.abort()

    async def _refuse_socket(self, socket: Any) -> None:
        self.spider.report.refused["socket"] += 1
        await socket.close()


class LandingMiddleware:
    """Checks where a page of the browser ended up: its redirects and its own jumps pass no other check."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it (Scrapy calls this)."""
        return cls(crawler)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Say why a page was not read that led the browser where robots forbid to go.

        Raises:
            Refusal: Instead of the browser's own error.
        """
        guard_of_page: BrowserGuard | None = getattr(self.crawler.spider, "browser_guard", None)
        if guard_of_page is None or guard_of_page.refusal is None or not request.meta.get("playwright"):
            return
        refusal, guard_of_page.refusal = guard_of_page.refusal, None
        is_list = request.meta.get("kind") == "list"
        raise Refusal(refusal.outcome if is_list else SourceOutcome.PARTLY_BLOCKED, refusal.evidence) from exception

    async def process_response(self, request: Request, response: Response) -> Response:
        """Let a page pass.

        Raises:
            Refusal: It is of another host, or robots forbid it.
        """
        if "playwright" not in response.flags:
            return response
        spider: Any = self.crawler.spider
        kind = request.meta.get("kind", "")
        if not is_own(spider.source, response.url):
            spider.report.refused["other_host"] += 1
            outcome = SourceOutcome.UNREACHABLE if kind == "list" else SourceOutcome.PARTLY_BLOCKED
            raise Refusal(outcome, "网页把浏览器带去了别的地址，没有读")
        await spider.robots.check(response.url, kind)
        return response


def _places_of(source: Source) -> set[tuple[str, int]]:
    """Return host and port of all places that the source names; port 0 where it names none."""
    named = [f"//{str(host).lower()}" for host in source.options.get("hosts", ())]
    return {(parts.hostname or "", parts.port or 0) for parts in map(urlsplit, [source.url, *named])}


async def _close(page: Any) -> None:
    from playwright.async_api import Error as BrowserError

    with suppress(BrowserError):  # closed already
        await page.close()


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
