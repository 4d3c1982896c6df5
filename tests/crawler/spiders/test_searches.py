"""Search pages as sources: every spider asks for the school's terms where robots allow, and the patrol says which."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.crawler.spiders.test_feed import news_list, notice
from tests.crawler.spiders.test_forum import board, topics
from tests.crawler.spiders.test_message_board import box, letter
from tests.crawler.spiders.test_microblog_json import answer

TERMS = ["云麓学院", "麓园 食堂"]
SEARCH = "/search?q={term}"
ASKED = [SEARCH.replace("{term}", quote(term)) for term in TERMS]


def forum() -> dict[str, Any]:
    return {
        ASKED[0]: topics((12, "空调滴水", "2026年1月3日 19:19"), (11, "校车时刻", "2026年1月2日 08:05")),
        ASKED[1]: "<html><head><meta charset='utf-8'></head><body><p>没有主题</p></body></html>",
        "/topic/12/s/": board((1, 501, "书都湿了"), (2, 502, "拿盆接着")),
        "/topic/11/s/": board((1, 490, "能不能早点公布")),
    }


def message_board() -> dict[str, Any]:
    empty = box()
    return {
        ASKED[0]: box((3, "断电", "处理中"), (2, "闭馆", "已办结")),
        ASKED[1]: empty,
        "/letters/show/3.html": letter("断电", "几点停电？"),
        "/letters/show/2.html": letter("闭馆", "能延长吗？", "已延长。"),
    }


def feed() -> dict[str, Any]:
    empty = "<?xml version='1.0'?><rss><channel></channel></rss>"
    return {
        ASKED[0]: news_list((4, "补考安排公布", "2025-10-04"), (3, "图书馆闭馆一天", "2025-10-03")),
        ASKED[1]: (200, {"Content-Type": "text/xml"}, empty.encode()),
        **{f"/2025/{n}/page.htm": notice(f"第{n}号通知。", f"2025-10-0{n} 09:10") for n in (3, 4)},
    }


def microblog() -> dict[str, Any]:
    nothing = json.dumps({"ok": 1, "data": {"cards": []}}).encode()
    return {ASKED[0]: answer(9, 8), ASKED[1]: (200, {"Content-Type": "application/json"}, nothing)}


CASES = {
    "forum": (forum, {}),
    "message_board": (message_board, {}),
    "feed": (feed, {}),
    "microblog": (microblog, {"browser": False}),
}


@pytest.mark.provision("Z1.6.1-4c")
@pytest.mark.parametrize("spider", CASES)
def test_each_term_is_asked_and_the_patrol_says_what_it_found(listen: Callable[..., Any], spider: str) -> None:
    pages, options = CASES[spider]
    listener = listen(spider, SEARCH, pages(), terms=TERMS, options=options)

    result = listener.round()

    patrol = listener.campus.rounds("place")[-1]
    assert patrol.terms == TERMS
    assert patrol.counts["searched"] == {TERMS[0]: 2, TERMS[1]: 0}
    assert set(ASKED) <= set(result["asked"])
    assert result["row"].outcome == "ok"
    assert listener.round()["row"].outcome == "nothing_new"


@pytest.mark.provision("Z1.6.1-4c")
def test_a_search_that_robots_forbid_is_not_asked_and_the_patrol_says_so(listen: Callable[..., Any]) -> None:
    rules = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /search\n")
    listener = listen("forum", SEARCH, {**forum(), "/robots.txt": rules}, terms=TERMS)

    result = listener.round()

    patrol = listener.campus.rounds("place")[-1]
    assert result["asked"] == []
    assert (patrol.outcome, patrol.counts["searched"]) == ("blocked_by_robots", {})
