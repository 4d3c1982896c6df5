"""Stage 1: Scrapy's log without texts: items are named by source and count, never printed."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class QuietLog(LogFormatter):
    """Says how many posts a page had, not which."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """Log a page that passed all steps."""
        return _line(logging.DEBUG, "page of %(source)s with %(posts)d posts", item)

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Log a page that a step dropped."""
        return _line(logging.WARNING, "dropped page of %(source)s with %(posts)d posts", item)

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Log a page that a step failed on."""
        return _line(logging.ERROR, "failed page of %(source)s with %(posts)d posts", item)


def _line(level: int, words: str, item: Any) -> LogFormatterResult:
    values = {"source": getattr(item, "source_id", "?"), "posts": len(getattr(item, "posts", ()))}
    return {"level": level, "msg": words, "args": values}
