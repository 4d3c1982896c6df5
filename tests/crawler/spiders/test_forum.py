"""The forum spider on a board of unknown software and on Discuz, both without a rule file."""

from collections.abc import Callable
from typing import Any

COMMENT = (
    '<div class="comments_list__comment" id="c{n}" data-pk="{pk}"><a class="username" href="/user/5/x/">{who}</a>'
    '<li title="2026年1月2日 19:1{n}">9小时</li><div class="comment__text"><p>{text}</p></div></div>'
)


def board(*comments: tuple[int, int, str], more: str = "") -> str:
    blocks = "".join(COMMENT.format(n=n, pk=pk, who="阿柒", text=text) for n, pk, text in comments)
    return f"<html><head><meta charset='utf-8'></head><body><h1>空调滴水</h1><div>{blocks}</div>{more}</body></html>"


def topics(*rows: tuple[int, str, str]) -> str:
    blocks = "".join(
        f'<div class="topic"><a class="link" href="/topic/{pk}/s/">{title}</a><div title="{when}">1天</div></div>'
        for pk, title, when in rows
    )
    return f"<html><head><meta charset='utf-8'></head><body>{blocks}</body></html>"


def pages() -> dict[str, Any]:
    return {
        "/category/3/": topics((12, "空调滴水", "2026年1月3日 19:19"), (11, "校车时刻", "2026年1月2日 08:05")),
        "/topic/12/s/": board((1, 501, "书都湿了"), (2, 502, "拿盆接着"), more='<a href="?page=2">2</a>'),
        "/topic/12/s/?page=2": board((3, 503, "修好了")),
        "/topic/11/s/": board((1, 490, "能不能早点公布")),
    }


def test_all_posts_of_an_unknown_forum_are_heard_with_threads_and_floors(listen: Callable[..., Any]) -> None:
    result = listen("forum", "/category/3/", pages()).round()

    heard = {(post["key"], post["thread_key"], post["floor"], post["content"]) for post in result["posts"]}
    assert heard == {
        ("s.example:501", "s.example:/topic/12/s/", 1, "书都湿了"),
        ("s.example:502", "s.example:/topic/12/s/", 0, "拿盆接着"),
        ("s.example:503", "s.example:/topic/12/s/", 0, "修好了"),
        ("s.example:490", "s.example:/topic/11/s/", 1, "能不能早点公布"),
    }


def test_the_same_spider_reads_discuz_by_its_ids(listen: Callable[..., Any]) -> None:
    head = '<html><head><meta charset="utf-8"></head><body>'
    tail = "</th></tr></table></body></html>"
    link = '<a class="s xst" href="thread-35-1-1.html">米饭</a>'
    floor = '<em id="authorposton350">发表于 2026-1-2 10:00:01</em><div id="postmessage_350">夹生</div>'
    site = {
        "/forum-2-1.html": f'{head}<table id="threadlisttableid"><tbody id="normalthread_35"><tr><th>{link}{tail}',
        "/thread-35-1-1.html": f'{head}<div id="postlist"><div id="post_350">{floor}</div></div></body></html>',
    }

    result = listen("forum", "/forum-2-1.html", site).round()

    assert [(post["key"], post["thread_key"]) for post in result["posts"]] == [("s.example:350", "s.example:t35")]


def test_a_page_that_is_no_forum_is_a_changed_layout(listen: Callable[..., Any]) -> None:
    about = (
        "<html><head><meta charset='utf-8'></head><body>"
        + "<p>学院坐落在山下，占地八百亩。</p>" * 40
        + "</body></html>"
    )

    result = listen("forum", "/about", {"/about": about}).round()

    assert result["posts"] == []
    assert result["row"].outcome == "layout_changed"
