"""Tests of the log: ids and counts, never a text, not even inside an exception's message."""

import logging

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.items import Page, Post
from crawler.quiet_log import OnlySentence, QuietLog, ToldByOutcome, WithoutMessage
from foundation import clock
from foundation.errors import Stop

TEXT = "一食堂的汤里有异物"


def test_items_are_logged_by_source_and_count():
    page = Page("forum", "http://bbs.yunlu.example/", clock.now(), [Post(content=TEXT)])
    quiet = QuietLog()
    for line in (
        quiet.scraped(page, None, None),
        quiet.dropped(page, ValueError(TEXT), None, None),
        quiet.item_error(page, ValueError(TEXT), None, None),
    ):
        assert "forum with 1 posts" in line["msg"] % line["args"]
        assert TEXT not in line["msg"] % line["args"]


def test_a_full_disk_is_the_rounds_note_and_no_line_of_scrapys():
    page, full = Page("forum", "http://bbs.yunlu.example/", clock.now(), []), Stop("磁盘已满", "账本", "腾出空间")
    asked = Request("http://bbs.yunlu.example/")

    assert QuietLog().item_error(page, full, None, None)["level"] == logging.INFO
    assert QuietLog().item_error(page, ValueError(TEXT), None, None)["level"] == logging.ERROR
    assert QuietLog().spider_error(Failure(full), asked, Response(asked.url), None)["level"] == logging.INFO
    assert (
        QuietLog().spider_error(Failure(ValueError(TEXT)), asked, Response(asked.url), None)["level"] == logging.ERROR
    )


def test_what_the_outcome_tells_is_no_warning():
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Expected to receive 50000014 bytes", None, None)

    assert ToldByOutcome().filter(record)
    assert (record.levelno, record.levelname) == (logging.INFO, "INFO")


def test_an_exception_is_logged_by_class_and_place():
    try:
        raise ValueError(TEXT)
    except ValueError as problem:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "step broke", None, (ValueError, problem, None))
    WithoutMessage().filter(record)

    assert record.getMessage().startswith("step broke: ValueError test_quiet_log.py:")
    assert record.exc_info is None


def test_an_error_that_people_can_mend_is_logged_as_its_sentence():
    problem = Stop("没有这个信源", "nope", "feed 的信源有：news")
    record = logging.LogRecord("asyncio", logging.ERROR, "", 0, "future: %s", ("x",), (Stop, problem, None))
    OnlySentence().filter(record)

    assert record.getMessage() == "没有这个信源：nope。feed 的信源有：news"
    assert record.exc_info is None


def test_other_errors_keep_their_traceback():
    problem = ValueError("x")
    record = logging.LogRecord("asyncio", logging.ERROR, "", 0, "future", None, (ValueError, problem, None))
    OnlySentence().filter(record)

    assert record.exc_info == (ValueError, problem, None)
