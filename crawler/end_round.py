"""Stage 1: the end of a round. A spider that has done its work in; watermark, report and next due time out, at once."""

import logging
from typing import TYPE_CHECKING

from crawler.backfill import end_backfill
from crawler.keep_page import keep_page
from crawler.replay_page import finish_replay
from crawler.rounds import abandon_round, finish_round
from foundation.errors import HuiyinError
from foundation.outcome import SourceOutcome

if TYPE_CHECKING:
    from crawler.spider import SourceSpider

log = logging.getLogger(__name__)
INTERRUPTED = "shutdown"  # Scrapy's word for SIGINT and SIGTERM: the round stays due


def end_round(spider: "SourceSpider", reason: str) -> None:
    """Write what a round did in one transaction; after an interruption or a fault of ours the watermark stays."""
    if spider.replay:
        finish_replay(spider)
        return
    if spider.trial:
        _give_back(spider)
        return
    report = spider.report
    for thread_key in spider.unanswered():
        spider.marks.unread(thread_key)
    complete = reason == "finished" and not spider.incomplete and not report.broken
    report.future = spider.fill.future
    report.requests = spider.crawler.stats.get_value("downloader/request_count", 0)
    try:
        is_thin = _tell_thin_posts(spider)
        with spider.opened.ledger.change() as work:
            if spider.backfill is not None:
                end_backfill(work, spider.backfill, report, complete=complete)
            elif not report.broken and not is_thin:
                spider.marks.write(work)
            if reason == INTERRUPTED or spider.backfill is not None:
                abandon_round(work, spider.lease)
            else:
                finish_round(work, spider.source.id, report, spider.lease, complete=complete and not is_thin)
    except HuiyinError as problem:
        report.broke_by(problem)
        log.error("%s: the round could not be written, the watermark stays: %s", spider.source.id, problem)
    finally:
        spider.opened.ledger.close()


def _give_back(spider: "SourceSpider") -> None:
    """End a trial: what was begun is as if it had not been."""
    try:
        with spider.opened.ledger.change() as work:
            abandon_round(work, spider.lease)
    finally:
        spider.opened.ledger.close()


def _tell_thin_posts(spider: "SourceSpider") -> bool:
    """Keep a page and count a changed layout when most posts lack a field; then everything is read again next time."""
    breach = spider.fill.breach()
    if breach:
        keep_page(spider, spider.fill.sample, "minimum_fill")
        spider.report.note = breach if spider.report.outcome is SourceOutcome.LAYOUT_CHANGED else spider.report.note
    return bool(breach)
