"""Tests of pages that are no longer as their parser knows them: kept sealed, counted, the list is read again."""

from types import SimpleNamespace

from scrapy import Request
from scrapy.http import HtmlResponse
from sqlalchemy import select

from crawler.keep_page import keep_page
from crawler.replay_page import pack_page
from crawler.report import RoundReport
from crawler.spider import SourceSpider
from foundation.outcome import SourceOutcome
from foundation.spool import open_sealed
from foundation.tables import spool


class OneSpider(SourceSpider):
    name = "one"


def spider(campus, replay=""):
    one = OneSpider()
    one.source, one.opened = SimpleNamespace(id="forum"), SimpleNamespace(ledger=campus.ledger)
    one.report, one.replay = RoundReport(), replay
    return one


def page(kind="list"):
    url = "http://s.example/a"
    return HtmlResponse(url, body=b"<p>new</p>", request=Request(url, meta={"kind": kind}))


def sealed(campus):
    with campus.ledger.read() as connection:
        return connection.execute(select(spool)).all()


def test_a_page_of_another_layout_is_sealed_whole_and_its_list_counts_as_unread(one_source):
    _, campus = one_source({})
    one = spider(campus)
    keep_page(one, page(), "read_list")

    (row,) = sealed(campus)
    assert (row.step, row.reason) == ("parser:read_list", "layout")
    with campus.ledger.change() as work:
        assert open_sealed(work, row.spool_id, "test") == pack_page(page())
    assert (one.report.outcome, one.report.note, one.incomplete) == (SourceOutcome.LAYOUT_CHANGED, "read_list", True)


def test_a_thread_of_another_layout_leaves_the_list_read(one_source):
    _, campus = one_source({})
    one = spider(campus)
    keep_page(one, page("thread"), "read_thread")

    assert not one.incomplete


def test_a_page_that_is_being_replayed_is_not_sealed_again(one_source):
    _, campus = one_source({})
    one = spider(campus, replay="1")
    keep_page(one, page(), "read_list")

    assert sealed(campus) == []
    assert one.report.outcome is SourceOutcome.LAYOUT_CHANGED
