"""Stage 1: robots.txt by RFC 9309, for downloader and browser. An address comes in, allowed or `Refusal` goes out.

Read anew in every round (a round is far shorter than the 24 hours that the RFC lets a copy live). 4xx means "no rules";
but 401, 403, 429, 5xx and no answer mean "not now", for the whole host: Scrapy's own middleware allows all then.
"""

import asyncio
import logging
from typing import Any, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK

from crawler.failures import explain_failure
from crawler.refusal import Refusal
from foundation.outcome import SourceOutcome

log = logging.getLogger(__name__)
ROBOTS_BYTES = 500 * 1024  # RFC 9309 2.5: parse at least this much
LONGEST_BYTES = 32 * 1024 * 1024  # a longer one is as good as none: rules unknown, the round waits
FIRST, EARLY, OK_BELOW, CLIENT_ERROR, SERVER_ERROR = 1000, 100, 300, 400, 500
SHUT = (401, 403, 429)  # the site tells crawlers to stay away; RFC 9309 would allow, we do not
PATHS_SHOWN = 5
DELAY_MAX_SECONDS = 60.0  # a longer Crawl-delay would keep a round from ever ending
AGENT = "huiyin"


class Robots:
    """The rules of the hosts that one round meets."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._rules: dict[str, asyncio.Task[Protego]] = {}
        self.decided: dict[str, dict[str, Any]] = {}  # host → what its robots.txt was, and what it decided

    async def check(self, url: str, kind: str) -> None:
        """Let an address pass.

        Raises:
            Refusal: The rules forbid it, or cannot be read now.
        """
        try:
            rules = await self._read(url)
            allowed = rules.can_fetch(url, AGENT)
            self._note(url, allowed=allowed)
            if not allowed:
                raise Refusal(SourceOutcome.BLOCKED_BY_ROBOTS, f"robots.txt 不允许 {urlsplit(url).path or '/'}")
        except Refusal as refusal:
            if kind == "list":
                raise
            raise Refusal(SourceOutcome.PARTLY_BLOCKED, refusal.evidence) from refusal  # the round has other pages

    def _note(self, url: str, *, allowed: bool) -> None:
        """Log a decision for `huiyin source show`: how many, and the first paths that were refused."""
        parts = urlsplit(url)
        decided = self.decided[f"{parts.scheme}://{parts.netloc}"]
        decided["allowed" if allowed else "refused"] += 1
        path = parts.path or "/"
        if not allowed and path not in decided["paths"] and len(decided["paths"]) < PATHS_SHOWN:
            decided["paths"].append(path)

    async def delay_seconds(self, url: str) -> float:
        """Return the pause that the host asks for, at most a minute; 0 when it asks for none."""
        rules = await self._read(url)
        return min(float(rules.crawl_delay(AGENT) or 0.0), DELAY_MAX_SECONDS)

    async def _read(self, url: str) -> Protego:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._rules:
            self._rules[place] = asyncio.ensure_future(self._fetch(place))
        return await asyncio.shield(self._rules[place])

    async def _fetch(self, place: str) -> Protego:
        request = Request(
            f"{place}/robots.txt",
            callback=NO_CALLBACK,
            priority=FIRST,
            meta={"is_robots": True, "kind": "list", "download_maxsize": LONGEST_BYTES},
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as problem:
            outcome, evidence = explain_failure(problem, "list", place)
            self._begin_note(place, f"robots.txt 读不到：{evidence}")
            raise Refusal(outcome, f"robots.txt 读不到：{evidence}") from problem
        self._begin_note(place, f"robots.txt 回应 {response.status}")
        return rules_of(response.status, response.body)

    def _begin_note(self, place: str, rules: str) -> None:
        self.decided[place] = {"rules": rules, "allowed": 0, "refused": 0, "paths": []}


def rules_of(status: int, body: bytes) -> Protego:
    """Return what an answer to the question for robots.txt means.

    Raises:
        Refusal: The site wants no programs, or its rules are not known now.
    """
    if status < OK_BELOW:
        text = body[:ROBOTS_BYTES].decode("utf-8", errors="replace").lstrip("\ufeff")
        return Protego.parse(text)
    if status in SHUT:
        raise Refusal(SourceOutcome.BLOCKED_BY_ROBOTS, f"robots.txt 回应 {status}，按不允许处理")
    if CLIENT_ERROR <= status < SERVER_ERROR:
        return Protego.parse("")
    raise Refusal(SourceOutcome.UNREACHABLE, f"robots.txt 回应 {status}，规则未知，这次不读")


class RobotsMiddleware:
    """Asks the rules before each request, redirect targets included."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it (Scrapy calls this)."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse or let pass; a Crawl-delay slows the whole group.

        Raises:
            Refusal: The rules forbid the request, or cannot be read now.
        """
        if request.meta.get("is_robots"):
            return
        spider: Any = self.crawler.spider
        try:
            await spider.robots.check(request.url, request.meta.get("kind", ""))
        except Refusal:
            spider.report.refused["robots"] += 1
            raise
        slot = self.crawler.engine.downloader.slots.get(spider.source.politeness_group)
        if slot is not None:
            slot.delay = max(slot.delay, await spider.robots.delay_seconds(request.url))
