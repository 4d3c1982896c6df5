"""Tests of the spiders' base: pages in, posts, walls, watermark and spool out; all over real connections."""

import base64
import json
import subprocess
import sys

import pytest
from sqlalchemy import select

from crawler.tables import thread_mark
from foundation.spool import open_sealed
from foundation.tables import spool

FORUM = {
    "/": "/a 1\n/b 1",
    "/a": "post a1|食堂的汤凉了",
    "/b": "post b1|图书馆几点开门\nmore /b2",
    "/b2": "post b2|八点",
}


def marks(campus) -> dict[str, str]:
    with campus.ledger.read() as connection:
        return {row.thread_key: row.marker for row in connection.execute(select(thread_mark))}


def sealed(campus) -> list:
    with campus.ledger.read() as connection:
        return list(connection.execute(select(spool)))


def test_a_round_hands_over_every_post_and_moves_the_watermark(one_source):
    _, campus = one_source(FORUM)
    end = campus.crawl("forum")

    assert sorted(key for item in campus.items() for key in item["keys"]) == ["a1", "b1", "b2"]
    assert (end["outcome"], end["counts"]["changes"]) == ("ok", {"new": 3})
    assert marks(campus) == {"/a": "1", "/b": "1"}
    assert campus.row("forum").complete


@pytest.mark.provision("Z1.1-1")
def test_a_second_round_reads_only_what_changed(one_source):
    site, campus = one_source(dict(FORUM))
    campus.crawl("forum")
    site.asked.clear()
    site.pages |= {"/": "/a 2\n/b 1", "/a": "post a1|食堂的汤凉了\npost a2|已经热了"}
    end = campus.crawl("forum")

    assert site.asked == ["/robots.txt", "/", "/a"]
    assert end["counts"]["changes"] == {"known": 1, "new": 1}


def test_a_quiet_site_is_told_apart_from_a_broken_one(one_source):
    _, campus = one_source(FORUM)
    campus.crawl("forum")

    assert campus.crawl("forum")["outcome"] == "nothing_new"


def test_a_page_that_breaks_its_parser_is_sealed_and_the_others_go_on(one_source):
    _, campus = one_source(FORUM | {"/a": "post a1|x|y|z 食堂"})
    end = campus.crawl("forum")

    assert end["outcome"] == "layout_changed"
    assert [key for item in campus.items() for key in item["keys"]] == ["b1", "b2"]
    assert marks(campus) == {"/b": "1"}
    (row,) = sealed(campus)
    assert (row.kind, row.source_id, row.step) == ("page", "forum", "parser:read_thread")
    assert row.reason.startswith("ValueError plain_spider.py:")
    with campus.ledger.change() as work:
        page = json.loads(open_sealed(work, row.spool_id, "test"))
    assert base64.b64decode(page["body"]).decode() == "post a1|x|y|z 食堂"
    assert (page["callback"], page["meta"]["thread_key"]) == ("parse_thread", "/a")


def test_a_login_wall_is_counted_and_never_becomes_a_post(one_source):
    _, campus = one_source(FORUM | {"/a": "LOGIN 抱歉，您尚未登录"})
    end = campus.crawl("forum")

    assert (end["outcome"], end["note"]) == ("login_required", "需要登录")
    assert [key for item in campus.items() for key in item["keys"]] == ["b1", "b2"]


@pytest.mark.parametrize(("page", "outcome"), [("FLOOD", "rate_limited"), ("CLOSED", "site_closed")])
def test_a_wall_before_the_whole_site_ends_the_round(one_source, page, outcome):
    site, campus = one_source(FORUM | {"/": page})
    end = campus.crawl("forum")

    assert end["outcome"] == outcome
    assert site.asked == ["/robots.txt", "/"]
    assert not campus.row("forum").complete


def test_too_many_requests_stops_the_round_and_honours_retry_after(one_source):
    site, campus = one_source(FORUM | {"/a": (429, {"Retry-After": "7200"}, b"")})
    end = campus.crawl("forum")
    row = campus.row("forum")

    assert end["outcome"] == "rate_limited"
    assert "/b" not in site.asked
    assert (row.due_at - row.finished_at).total_seconds() == 7200
    assert "/a" not in marks(campus)


def test_a_thread_that_is_gone_is_told_and_not_asked_again(one_source):
    site, campus = one_source(dict(FORUM))
    campus.crawl("forum")
    site.pages |= {"/": "/a 2\n/b 1", "/a": (404, {}, b"")}
    end = campus.crawl("forum")

    assert campus.items()[-1]["gone"] == ["/a"]
    assert (end["outcome"], end["counts"]["vanished"]) == ("ok", 1)
    with campus.ledger.read() as connection:
        row = connection.execute(select(thread_mark).where(thread_mark.c.thread_key == "/a")).one()
    assert row.vanished_at is not None


def test_a_thread_with_one_failed_page_is_read_again_in_the_next_round(one_source):
    site, campus = one_source(FORUM | {"/b2": (500, {}, b"")})
    first = campus.crawl("forum")
    assert first["outcome"] == "partly_blocked"
    assert marks(campus) == {"/a": "1"}
    site.pages["/b2"] = FORUM["/b2"]
    campus.crawl("forum")

    assert marks(campus) == {"/a": "1", "/b": "1"}
    assert [key for item in campus.items() for key in item["keys"]][-2:] == ["b1", "b2"]


def test_a_ledger_that_cannot_be_written_leaves_the_watermark(one_source):
    _, campus = one_source(FORUM | {"/a": "post a1|LEDGER"})
    end = campus.crawl("forum")

    assert marks(campus) == {}
    assert not end["good"]
    assert "磁盘已满" in end["note"]


def test_we_introduce_ourselves_with_a_contact(one_source):
    site, campus = one_source(FORUM)
    campus.crawl("forum")

    (agent,) = site.agents
    assert agent.startswith("huiyin/")
    assert "(+mailto:yuqing@yunlu.example)" in agent


def scrapy_crawl(campus, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "scrapy", "crawl", "plain", *words]
    return subprocess.run(
        command, cwd=campus.state, env=campus.environment(), capture_output=True, text=True, timeout=120, check=False
    )


def test_scrapy_crawl_stores_the_same_and_moves_the_watermark(one_source):
    _, campus = one_source(FORUM)
    scrapy_crawl(campus, "-a", "source=forum")

    assert sorted(key for item in campus.items() for key in item["keys"]) == ["a1", "b1", "b2"]
    assert marks(campus) == {"/a": "1", "/b": "1"}
    assert campus.row("forum").outcome == "ok"
    assert campus.crawl("forum")["outcome"] == "nothing_new"


def test_scrapy_crawl_without_a_source_lists_the_right_ones(one_source):
    _, campus = one_source(FORUM)

    ended = scrapy_crawl(campus)

    assert ended.returncode != 0
    assert "加上 -a source=编号；plain 的信源有：forum" in ended.stderr
    assert "Traceback" not in ended.stderr
