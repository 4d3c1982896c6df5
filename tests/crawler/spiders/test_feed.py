"""The feed spider on a small news site that changes between rounds."""

from collections.abc import Callable
from typing import Any

import pytest

XML = {"Content-Type": "application/rss+xml; charset=utf-8"}
LONG = "十月七日下午，南区六栋举行消防疏散演练，四百二十名学生在三分钟内撤离到操场，保卫处随后逐层检查了灭火器。" * 2


def rss(*items: tuple[int, str, str]) -> tuple[int, dict[str, str], bytes]:
    entries = "".join(
        f"<item><title>{title}</title><link>/info/{n}</link><guid isPermaLink='false'>{n}</guid>"
        f"<pubDate>Wed, 0{n} Oct 2025 01:00:00 GMT</pubDate><description>{words}</description></item>"
        for n, title, words in items
    )
    return 200, XML, f"<?xml version='1.0' encoding='utf-8'?><rss><channel>{entries}</channel></rss>".encode()


def article(text: str) -> str:
    return (
        f"<html><head><meta charset='utf-8'></head><body><div class='v_news_content'><p>{text}</p></div></body></html>"
    )


def news() -> dict[str, Any]:
    return {"/feed.xml": rss((3, "演练", LONG), (2, "调课", "各学院……")), "/info/2": article("各学院：调课到周日。")}


def test_complete_entries_are_taken_from_the_feed_and_cut_ones_from_their_article(listen: Callable[..., Any]) -> None:
    result = listen("feed", "/feed.xml", news(), official=True).round()

    heard = {post["key"]: (post["title"], post["content"], post["published_at"]) for post in result["posts"]}
    assert heard == {
        "s.example:3": ("演练", LONG, "2025-10-03 01:00:00+00:00"),
        "s.example:2": ("调课", "各学院：调课到周日。", "2025-10-02 01:00:00+00:00"),
    }
    assert result["asked"] == ["/feed.xml", "/info/2"]


def test_an_unchanged_feed_is_one_request_and_nothing_new(listen: Callable[..., Any]) -> None:
    listener = listen("feed", "/feed.xml", news())
    listener.round()

    second = listener.round()

    assert second["asked"] == ["/feed.xml"]
    assert second["row"].outcome == "nothing_new"


def test_changed_words_under_the_same_guid_are_an_edit(listen: Callable[..., Any]) -> None:
    site = news()
    listener = listen("feed", "/feed.xml", site)
    listener.round()
    site["/feed.xml"] = rss((3, "演练（更正）", LONG + "更正。"), (2, "调课", "各学院……"))

    second = listener.round()

    assert [post["key"] for post in second["posts"]] == ["s.example:3"]
    assert second["row"].counts["changes"] == {"edited": 1}


def test_an_article_that_left_the_feed_too_early_and_answers_404_is_gone(listen: Callable[..., Any]) -> None:
    site = news()
    listener = listen("feed", "/feed.xml", site, options={"recheck_hours": 24 * 3650})
    listener.round()
    site["/feed.xml"] = rss((2, "调课", "各学院……"))

    assert listener.round()["vanished"] == ["s.example:3"]


def test_an_article_that_cannot_be_had_is_asked_again_in_the_next_round(listen: Callable[..., Any]) -> None:
    site = news()
    whole = site.pop("/info/2")
    site["/info/2"] = (500, {}, b"oops")
    listener = listen("feed", "/feed.xml", site)
    listener.round()
    site["/info/2"] = whole

    assert [post["key"] for post in listener.round()["posts"]] == ["s.example:2"]


def test_an_empty_feed_is_nothing_new(listen: Callable[..., Any]) -> None:
    assert listen("feed", "/feed.xml", {"/feed.xml": rss()}).round()["row"].outcome == "nothing_new"


def test_a_feed_with_entities_is_refused_and_stores_nothing(listen: Callable[..., Any]) -> None:
    entry = b"<rss><channel><item><title>&a;</title></item></channel></rss>"
    bomb = b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'aa'>]>" + entry

    result = listen("feed", "/feed.xml", {"/feed.xml": (200, XML, bomb)}).round()

    assert result["posts"] == []
    assert result["row"].outcome == "layout_changed"


def news_list(*rows: tuple[int, str, str], following: str = "") -> str:
    lines = "".join(
        f'<li class="news n{n}"><span class="news_title"><a href="/2025/{n}/page.htm">{title}</a></span>'
        f'<span class="news_meta">{day}</span></li>'
        for n, title, day in rows
    )
    more = f'<a class="next" href="{following}"><span>下一页&gt;&gt;</span></a>' if following else ""
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body><ul>{lines}</ul>{more}</body></html>"


def notice(text: str, time: str) -> str:
    meta = f'<p class="arti_metas"><span class="arti_update">发布时间：{time}</span></p>'
    words = f'<div class="wp_articlecontent"><p>{text}</p><p>教务处</p></div>'
    return f"<html><head><meta charset='utf-8'></head><body>{meta}{words}</body></html>"


def notices() -> dict[str, Any]:
    return {
        "/list.htm": news_list(
            (4, "补考安排公布", "2025-10-04"), (3, "图书馆闭馆一天", "2025-10-03"), following="/list2.htm"
        ),
        "/list2.htm": news_list((2, "浴室延长开放", "2025-10-02"), (1, "校车改线说明", "2025-10-01")),
        **{f"/2025/{n}/page.htm": notice(f"第{n}号通知。", f"2025-10-0{n} 09:1{n}") for n in range(1, 5)},
    }


@pytest.mark.provision("Z9c.1", "Z10.4-1")
def test_a_site_without_a_feed_is_heard_from_its_list_pages(listen: Callable[..., Any]) -> None:
    listener = listen("feed", "/list.htm", notices(), official=True)
    result = listener.round()

    heard = {post["title"]: (post["published_at"], post["content"]) for post in result["posts"]}
    assert heard["浴室延长开放"] == ("2025-10-02 01:12:00+00:00", "第2号通知。\n教务处")
    assert len(heard) == 4
    assert listener.round()["asked"] == ["/list.htm"]


def test_a_new_line_on_top_of_the_list_is_the_only_article_that_is_read(listen: Callable[..., Any]) -> None:
    site = notices()
    listener = listen("feed", "/list.htm", site)
    listener.round()
    site["/2025/5/page.htm"] = notice("第5号通知。", "2025-10-05 10:00")
    site["/list.htm"] = news_list(
        (5, "断网说明发布", "2025-10-05"), (4, "补考安排公布", "2025-10-04"), following="/list2.htm"
    )

    assert [post["title"] for post in listener.round()["posts"]] == ["断网说明发布"]


DAYS = ("--since", "2025-10-02", "--until", "2025-10-05")
SLOW_DOWN = (429, {}, b"slow down")


def test_a_back_fill_of_a_feed_that_was_stopped_goes_on_behind_the_articles_that_were_read(
    listen: Callable[..., Any],
) -> None:
    site = {"/feed.xml": rss(*((n, f"通知{n}", "各学院……") for n in range(6, 0, -1)))}
    site |= {f"/info/{n}": article(f"各学院：第{n}号通知，调课到周日。") for n in range(1, 7)}
    whole, site["/info/3"] = site["/info/3"], SLOW_DOWN
    listener = listen("feed", "/feed.xml", site)
    first = listener.round(*DAYS)
    site["/info/3"] = whole
    second = listener.round(*DAYS)

    assert first["asked"] == ["/feed.xml", "/info/5", "/info/4", "/info/3"]  # 6 and 1 are of other days
    assert (first["outcome"], second["outcome"]) == ("rate_limited", "ok")
    assert second["asked"] == ["/feed.xml", "/info/3", "/info/2"]
    assert [post["key"] for post in (*first["posts"], *second["posts"])] == [f"s.example:{n}" for n in (5, 4, 3, 2)]
    assert second["note"] == "补抓 2025-10-02 至 2025-10-05，范围外 2 帖未存"
    assert listener.round(*DAYS)["asked"] == ["/feed.xml", *(f"/info/{n}" for n in (5, 4, 3, 2))]  # begins anew


def test_a_back_fill_says_how_far_the_feed_reaches(listen: Callable[..., Any]) -> None:
    site = {"/feed.xml": rss((5, "演练", LONG), (4, "演练", LONG))}

    assert "；列表最早只到 2025-10-04，再早的听不到" in listen("feed", "/feed.xml", site).round(*DAYS)["note"]


@pytest.mark.parametrize("relation", ["next", "prev-archive"])
def test_the_older_parts_of_a_feed_are_walked_and_a_stopped_back_fill_goes_on_in_them(
    listen: Callable[..., Any], relation: str
) -> None:
    def part(older: str, *items: tuple[int, str, str]) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = rss(*items)
        link = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='{relation}' href='{older}'/>" if older else ""
        return status, headers, body.replace(b"<channel>", b"<channel>" + link.encode())

    site = {
        "/feed.xml": part("/feed.xml?part=2", (6, "演练", LONG), (5, "调课", "各学院……")),
        "/feed.xml?part=2": part("/feed.xml?part=3", (4, "演练", LONG), (3, "调课", "各学院……")),
        "/feed.xml?part=3": part("http://elsewhere.example/feed", (2, "演练", LONG), (1, "调课", "各学院……")),
        **{f"/info/{n}": article(f"各学院：第{n}号，调课到周日。") for n in (5, 3, 1)},
    }
    whole, site["/feed.xml?part=3"] = site["/feed.xml?part=3"], SLOW_DOWN
    listener = listen("feed", "/feed.xml", site)
    first = listener.round(*DAYS)
    site["/feed.xml?part=3"] = whole
    second = listener.round(*DAYS)

    assert first["asked"] == ["/feed.xml", "/info/5", "/feed.xml?part=2", "/info/3", "/feed.xml?part=3"]
    assert second["asked"] == ["/feed.xml", "/feed.xml?part=2", "/feed.xml?part=3"]  # one list back, no article twice
    assert [post["key"][-1] for post in (*first["posts"], *second["posts"])] == ["5", "4", "3", "4", "2"]
    assert second["row"].outcome == "never_run"
