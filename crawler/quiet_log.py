"""Stage 1: Scrapy's log without texts: items are named by source and count, never printed."""

import logging
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from foundation.errors import HuiyinError
from foundation.stack import code_place


class WithoutMessage(logging.Filter):
    """Replaces an exception's traceback by class and code place: its message may quote a page."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; it is always logged."""
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = f"{record.getMessage()}: {code_place(record.exc_info[1])}", None
            record.exc_info = record.exc_text = None
        return True


class ToldByOutcome(logging.Filter):
    """Makes a warning an INFO: the outcome of the round says it, in Chinese and with the next step."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; handlers decide whether it is logged."""
        if record.levelno == logging.WARNING:
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        return True


class OnlySentence(logging.Filter):
    """Replaces the traceback of an error that people can mend by its Chinese sentence (`scrapy crawl` prints both)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; it is always logged."""
        if record.exc_info and isinstance(record.exc_info[1], HuiyinError):
            record.msg, record.args = str(record.exc_info[1]), None
            record.exc_info = record.exc_text = None
        return True


ONLY_SENTENCE = OnlySentence()
TOLD_BY_OUTCOME = ToldByOutcome()
DOWNLOADER = "scrapy.core.downloader.handlers.http11"  # warns of pages too large and of answers that are cut off


def tell_errors_in_one_sentence() -> None:
    """Let an error before a round begins, like a source that does not exist, be one sentence."""
    for name in ("asyncio", "twisted"):  # where Scrapy's two ways to run end up
        logging.getLogger(name).addFilter(ONLY_SENTENCE)


class QuietLog(LogFormatter):
    """Says how many posts a page had, not which."""

    def __init__(self) -> None:
        logging.getLogger("scrapy.core.scraper").addFilter(WithoutMessage())
        logging.getLogger(DOWNLOADER).addFilter(TOLD_BY_OUTCOME)

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
        """Log a page that a step failed on; an error with a sentence for people is the round's note already."""
        level = logging.INFO if isinstance(exception, HuiyinError) else logging.ERROR
        return _line(level, "failed page of %(source)s with %(posts)d posts", item)

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        """Log a callback that failed, as Scrapy does; quietly, as `item_error`, what people can mend."""
        line = super().spider_error(failure, request, response, spider)
        return {**line, "level": logging.INFO} if isinstance(failure.value, HuiyinError) else line


def _line(level: int, words: str, item: Any) -> LogFormatterResult:
    values = {"source": getattr(item, "source_id", "?"), "posts": len(getattr(item, "posts", ()))}
    return {"level": level, "msg": words, "args": values}
