"""Tests of the log: ids and counts, never a text, not even inside an exception's message."""

import logging

from crawler.items import Page, Post
from crawler.quiet_log import QuietLog, WithoutMessage
from foundation import clock

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


def test_an_exception_is_logged_by_class_and_place():
    try:
        raise ValueError(TEXT)
    except ValueError as problem:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "step broke", None, (ValueError, problem, None))
    WithoutMessage().filter(record)

    assert record.getMessage().startswith("step broke: ValueError test_quiet_log.py:")
    assert record.exc_info is None
