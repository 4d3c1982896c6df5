"""Comments under the school's own articles, on several pages of which the first holds the oldest."""

from collections.abc import Callable
from typing import Any

import pytest

HEAD = "<html><head><meta charset='utf-8'></head><body><article><div class='entry-content'>停业三天。</div></article>"
RULES = {"comments": 10, "recheck_hours": 24 * 3650}


def feed(count: int) -> tuple[int, dict[str, str], bytes]:
    entry = (
        "<item><title>松园食堂停业检修公告</title><link>/a/12</link><guid isPermaLink='false'>12</guid>"
        f"<pubDate>Thu, 02 Oct 2025 01:00:00 GMT</pubDate><description>{'松园食堂停业三天。' * 10}</description>"
        "<comments>http://s.example/a/12#respond</comments>"
        f"<slash:comments xmlns:slash='urn:s'>{count}</slash:comments></item>"
    )
    return 200, {"Content-Type": "application/rss+xml"}, f"<rss><channel>{entry}</channel></rss>".encode()


def page(*comments: tuple[int, str], links: tuple[int, ...] = ()) -> str:
    blocks = "".join(
        f'<li id="comment-{n}" class="comment"><b class="fn">阿禾</b>'
        f'<time datetime="2025-10-02T1{n % 10}:00:00+08:00">x</time><div class="comment-content">{text}</div></li>'
        for n, text in comments
    )
    more = "".join(f'<a href="/a/12/comment-page-{n}#comments">{n}</a>' for n in links)
    return f"{HEAD}<ol>{blocks}</ol>{more}</body></html>"


def article() -> dict[str, Any]:
    return {
        "/feed.xml": feed(5),
        "/a/12": page((25, "麓园排不上队"), links=(1, 2)),
        "/a/12/comment-page-2": page((23, "能不能送餐"), (24, "同问"), links=(1, 3)),
        "/a/12/comment-page-1": page((21, "几号恢复"), (22, "三十一号"), links=(2, 3)),
        "/a/12/comment-page-3": page((25, "麓园排不上队"), links=(1, 2)),
    }


@pytest.mark.provision("Z1.4-1", "Z10.4-1")
def test_all_comments_are_posts_of_their_article(listen: Callable[..., Any]) -> None:
    result = listen("feed", "/feed.xml", article(), options=RULES, official=True).round()

    heard = {post["key"]: (post["thread_key"], post["content"]) for post in result["posts"]}
    assert {key for key in heard if ":c" in key} == {f"s.example:c{n}" for n in range(21, 26)}
    assert {thread for thread, _ in heard.values()} == {"s.example:12"}
    assert heard["s.example:c21"][1] == "几号恢复"
    assert result["asked"].count("/a/12/comment-page-1") == 1


@pytest.mark.provision("Z1.6.1-o")
def test_an_edit_a_new_reply_on_an_old_page_and_a_deletion_are_found_and_nothing_else(
    listen: Callable[..., Any],
) -> None:
    site = article()
    listener = listen("feed", "/feed.xml", site, options=RULES)
    listener.round()
    assert listener.round()["row"].outcome == "nothing_new"
    site["/a/12/comment-page-1"] = page((21, "几号恢复（已改）"), (26, "新回复"), links=(2, 3))

    third = listener.round()

    assert third["row"].counts["changes"] == {"edited": 1, "new": 1, "known": 4}
    assert third["missing"] == ["s.example:c22"]
    assert third["vanished"] == []


def test_a_comment_page_that_fails_lets_nothing_vanish(listen: Callable[..., Any]) -> None:
    site = article()
    listener = listen("feed", "/feed.xml", site, options=RULES)
    listener.round()
    site["/a/12/comment-page-1"] = (500, {}, b"oops")

    assert listener.round()["missing"] == []


def test_no_more_pages_are_asked_than_the_school_wants(listen: Callable[..., Any]) -> None:
    result = listen("feed", "/feed.xml", article(), options={"comments": 2}).round()

    assert [path for path in result["asked"] if path.startswith("/a/")] == ["/a/12", "/a/12/comment-page-2"]
    assert result["missing"] == []


def test_a_source_that_asks_for_no_comments_gets_none(listen: Callable[..., Any]) -> None:
    assert listen("feed", "/feed.xml", article()).round()["asked"] == ["/feed.xml"]


def test_a_back_fill_hears_comments_of_its_days_under_an_older_article_and_goes_on_with_them(
    listen: Callable[..., Any],
) -> None:
    site = article()
    stopped = site["/a/12/comment-page-1"]
    site["/a/12/comment-page-1"] = (429, {}, b"slow down")
    site["/a/12/comment-page-2"] = page((23, "能不能送餐"), (24, "同问"), links=(1, 3)).replace("10-02", "10-03")
    listener = listen("feed", "/feed.xml", site, options=RULES)
    days = ("--since", "2025-10-03", "--until", "2025-10-04")
    first = listener.round(*days)
    site["/a/12/comment-page-1"] = stopped.replace("10-02", "10-04")
    second = listener.round(*days)

    assert first["outcome"] == "rate_limited"
    assert second["asked"][:2] == ["/feed.xml", "/a/12"]  # its comments were not read to the end
    heard = {post["key"].removeprefix("s.example:") for each in (first, second) for post in each["posts"]}
    assert heard == {"c21", "c22", "c23", "c24"}
