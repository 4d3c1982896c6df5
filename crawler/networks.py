"""Stage 1: no connection to an address that `crawler/guard.py` does not allow, redirects and robots.txt included.

The check stands where a connection is made: names are resolved by `GuardedResolver`, which hands over no address that
is not allowed, so there is no gap between check and connect. Addresses written as numbers are checked before.
"""

from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.failures import TOO_FAST
from crawler.guard import guard
from crawler.refusal import Refusal
from foundation.outcome import SourceOutcome


class NetworkMiddleware:
    """Refuses numeric addresses that are not allowed, also in redirects, and everything after "too many requests"."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.must_stop = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it (Scrapy calls this)."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse or let pass; also puts all hosts of the group into one slot, so that they share one pace.

        Raises:
            Refusal: The address is not allowed.
        """
        spider: Any = self.crawler.spider
        if self.must_stop and not request.meta.get("is_robots"):
            raise Refusal(SourceOutcome.RATE_LIMITED, "网站说访问过快，这一轮不再请求")
        host = urlsplit(request.url).hostname or ""
        if guard.refuses_host(host):
            spider.report.refused["network"] += 1
            is_list = request.meta.get("kind") == "list"
            outcome = SourceOutcome.UNREACHABLE if is_list else SourceOutcome.PARTLY_BLOCKED
            raise Refusal(outcome, guard.explain(host))
        request.meta["download_slot"] = spider.source.politeness_group

    def process_response(self, request: Request, response: Response) -> Response:
        """Remember that the site asks us to slow down before the next request is on its way."""
        self.must_stop |= response.status in TOO_FAST
        return response


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names for Scrapy's downloader; a name with any address that is not allowed resolves to nothing."""

    def __init__(self, reactor: Any) -> None:
        self.reactor = reactor
        self.original = reactor.nameResolver

    @classmethod
    def from_crawler(cls, _crawler: Any, reactor: Any) -> Self:
        """Build it (Scrapy calls this with the process, not a crawl)."""
        return cls(reactor)

    def install_on_reactor(self) -> None:
        """Let every connection of this process resolve names here."""
        self.reactor.installNameResolver(self)

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        """Resolve `hostName` and hand over its addresses only when all of them are allowed."""
        receiver = _GuardedReceiver(resolutionReceiver, hostName)
        resolution: IHostResolution = self.original.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
        return resolution


@implementer(IResolutionReceiver)
class _GuardedReceiver:
    def __init__(self, receiver: Any, host: str) -> None:
        self.receiver = receiver
        self.host = host
        self.addresses: list[Any] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        self.addresses.append(address)

    def resolutionComplete(self) -> None:
        bad = [address.host for address in self.addresses if not guard.allows(address.host)]
        if bad:
            guard.refused[self.host] = bad[0]
        else:
            guard.refused.pop(self.host, None)
            for address in self.addresses:
                self.receiver.addressResolved(address)
        self.receiver.resolutionComplete()
