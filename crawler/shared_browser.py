"""Stage 1: one browser for a round. Scrapy asks for a download handler a scheme; http and https get the same one.

scrapy-playwright by itself starts a driver for each scheme: a second process of 90 MiB that nobody asks for anything.
"""

from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler


class SharedBrowser(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # the package has no types
    """The package's handler, made once a crawler and closed once."""

    _known: "WeakKeyDictionary[Crawler, SharedBrowser]" = WeakKeyDictionary()
    _closed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "SharedBrowser":
        """Return the crawler's handler."""
        if crawler not in cls._known:
            cls._known[crawler] = cls(crawler)
        return cls._known[crawler]

    async def close(self) -> None:
        """End the browser; asked for once a scheme."""
        if not self._closed:
            self._closed = True
            await super().close()
