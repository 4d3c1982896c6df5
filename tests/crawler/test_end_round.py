"""Tests of a round's end: posts that lost a field are no calm day; the watermark stays until they are read again."""

import pytest
from sqlalchemy import select

from crawler.tables import thread_mark
from foundation.tables import spool

THIN = "\n".join(f"post a{number}|" for number in range(12))


def rows(campus, table):
    with campus.ledger.read() as connection:
        return connection.execute(select(table)).all()


@pytest.mark.parametrize("fill", [{}, {"title": 0.0, "content": 0.0, "author": 0.0, "published_at": 0.0}])
def test_a_round_whose_posts_lack_their_fields_is_a_changed_layout_unless_the_source_allows_it(one_source, fill):
    _, campus = one_source({"/": "/a 1", "/a": THIN}, minimum_fill=fill, expected_posts_per_day=[0, 99])
    end = campus.crawl("forum")

    assert end["outcome"] == ("ok" if fill else "layout_changed")
    assert (len(rows(campus, spool)), len(rows(campus, thread_mark))) == ((0, 1) if fill else (1, 0))
    assert end["note"] == ("" if fill else "只有 0% 的帖文读到了正文（应不少于 50%），页面可能改版")
    assert campus.rounds("forum")[0].outcome == end["outcome"]


def test_an_interrupted_round_leaves_no_row(one_source):
    _, campus = one_source({"/": lambda handler: handler.server.shutdown_request(handler.request)})
    child = campus.start("forum")
    child.terminate()
    child.communicate(timeout=60)

    assert campus.rounds("forum") == []
