"""Stage 1: the browser's limits. What a page asks for by itself obeys the same rules as our own requests.

The browser reaches only the source's own host and those named in `options.hosts`, pinned to checked addresses; all
other names resolve to nothing. Pictures, films and fonts are never fetched: we read text, of pictures the number.
Requests of a page that robots forbid are aborted and make the round partly_blocked.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
    own = urlsplit(source.url).hostname or ""
    return {own, *(str(host).lower() for host in source.options.get("hosts", ()))}


class BrowserGuard:
    """Decides on each request that a page makes."""

    def __init__(self, spider: Any) -> None:
        self.spider = spider
        self.hosts = hosts_of(spider.source)

    async def aborts(self, request: Any) -> bool:
        """Return whether a request of the browser must not be sent (scrapy-playwright asks this)."""
        if request.resource_type in UNREAD:
            return True
        parts = urlsplit(request.url)
        if parts.scheme in ("data", "blob", "about"):
            return False
        report = self.spider.report
        if parts.scheme not in ("http", "https") or (parts.hostname or "") not in self.hosts:
            report.refused["other_host"] += 1
            return True
        if request.is_navigation_request() and request.frame.parent_frame is None:
            return False  # the page itself passed the middlewares already
        try:
            await self.spider.robots.check(request.url, "part")
        except Refusal as refusal:
            report.refused["robots"] += 1
            report.hit(SourceOutcome.PARTLY_BLOCKED, f"页面自己的请求：{refusal.evidence}")
            return True
        return False


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
