"""The Discuz spider against a small GBK forum on loopback whose pages change between rounds."""

from collections.abc import Callable
from typing import Any

import pytest

HTML = {"Content-Type": "text/html"}


def page(body: str, status: int = 200, title: str = "云麓学院论坛") -> tuple[int, dict[str, str], bytes]:
    html = (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gbk" /><title>{title}</title></head>'
    )
    return status, HTML, f"{html}<body>{body}</body></html>".encode("gbk")


def row(tid: int, last: str, replies: int = 0, kind: str = "normalthread") -> str:
    return (
        f'<tbody id="{kind}_{tid}"><tr><th><a href="forum.php?mod=viewthread&amp;tid={tid}&amp;extra=page%3D1"'
        f' class="s xst">帖子{tid}</a></th><td class="by"><cite><a>甲</a></cite><em><span>2026-1-1</span></em></td>'
        f'<td class="num"><a class="xi2">{replies}</a><em>9</em></td>'
        f'<td class="by"><em><a>{last}</a></em></td></tr></tbody>'
    )


def listing(*rows: str, following: str = "") -> tuple[int, dict[str, str], bytes]:
    more = f'<div class="pg"><a class="nxt" href="{following}">下一页</a></div>' if following else ""
    return page(f'<table id="threadlisttableid">{"".join(rows)}</table>{more}')


def thread(*floors: tuple[int, str], following: str = "", first: int = 1) -> tuple[int, dict[str, str], bytes]:
    blocks = "".join(
        f'<div id="post_{pid}"><div class="authi"><a class="xw1">乙</a></div>'
        f'<em id="authorposton{pid}">发表于 2026-1-2 10:00:0{n % 10}</em>'
        f'<a id="postnum{pid}">{n}#</a><table><tr><td class="t_f" id="postmessage_{pid}">{text}</td></tr></table></div>'
        for n, (pid, text) in enumerate(floors, first)
    )
    more = f'<div class="pg"><a class="nxt" href="{following}">下一页</a></div>' if following else ""
    return page(f'<div id="postlist"><span id="thread_subject">标题</span>{blocks}</div>{more}')


def notice(words: str, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return page(f'<div id="messagetext"><p>{words}</p></div>', status)


def at(tid: int, number: int = 1) -> str:
    return f"/forum.php?mod=viewthread&tid={tid}" + (f"&extra=page%3D1&page={number}" if number > 1 else "")


@pytest.fixture
def forum() -> dict[str, Any]:
    return {
        "/forum-2-1.html": listing(
            row(3, "2026-1-1 08:00", kind="stickthread"),
            row(35, "2026-1-5 10:00", 2),
            row(34, "2026-1-4 10:00"),
            following="forum-2-2.html",
        ),
        "/forum-2-2.html": listing(row(3, "2026-1-1 08:00", kind="stickthread"), row(33, "2026-1-3 10:00")),
        at(3): thread((30, "版规")),
        at(35): thread((350, "夹生饭"), (351, "我也是"), following=at(35, 2).replace("&", "&amp;")),
        at(35, 2): thread((352, "修好了吗"), first=3),
        at(34): thread((340, "停电")),
        at(33): thread((330, "失物")),
    }


def texts(result: dict[str, Any]) -> dict[str, str]:
    return {post["key"]: post["content"] for post in result["posts"]}


def test_the_first_round_hears_every_floor_of_every_page_once(
    listen: Callable[..., Any], forum: dict[str, Any]
) -> None:
    result = listen("discuz", "/forum-2-1.html", forum).round()

    assert texts(result) == {
        "s.example:30": "版规",
        "s.example:350": "夹生饭",
        "s.example:351": "我也是",
        "s.example:352": "修好了吗",
        "s.example:340": "停电",
        "s.example:330": "失物",
    }
    assert len(result["posts"]) == 6
    assert result["row"].outcome == "ok"


def test_a_round_without_changes_asks_only_for_the_first_list_page_and_young_threads(
    listen: Callable[..., Any], forum: dict[str, Any]
) -> None:
    listener = listen("discuz", "/forum-2-1.html", forum, options={"recheck_hours": 0})
    listener.round()

    second = listener.round()

    assert second["asked"] == ["/forum-2-1.html"]
    assert second["row"].outcome == "nothing_new"


def test_a_new_reply_on_the_last_page_is_heard_in_the_next_round(
    listen: Callable[..., Any], forum: dict[str, Any]
) -> None:
    listener = listen("discuz", "/forum-2-1.html", forum, options={"recheck_hours": 0})
    listener.round()
    forum["/forum-2-1.html"] = listing(
        row(35, "2026-1-6 10:00", 3), row(34, "2026-1-4 10:00"), following="forum-2-2.html"
    )
    forum[at(35, 2)] = thread((352, "修好了吗"), (353, "修好了"), first=3)

    second = listener.round()

    assert texts(second)["s.example:353"] == "修好了"
    assert second["row"].counts["changes"] == {"known": 3, "new": 1}
    assert "/forum.php?mod=viewthread&tid=34" not in second["asked"]


def test_an_edit_and_a_deletion_that_move_no_list_are_found_by_reading_young_threads_again(
    listen: Callable[..., Any], forum: dict[str, Any]
) -> None:
    listener = listen("discuz", "/forum-2-1.html", forum, options={"recheck_hours": 24 * 3650})
    listener.round()
    forum[at(34)] = thread((340, "停电到十点"))
    forum[at(33)] = notice("抱歉，指定的主题不存在或已被删除或正在被审核", 404)
    forum[at(3)] = notice("抱歉，指定的主题不存在或已被删除或正在被审核")

    second = listener.round()

    assert texts(second)["s.example:340"] == "停电到十点"
    assert sorted(second["vanished"]) == ["s.example:t3", "s.example:t33"]
    assert second["row"].counts["vanished"] == 2


def test_a_thread_that_wants_a_login_is_counted_and_the_others_are_heard(
    listen: Callable[..., Any], forum: dict[str, Any]
) -> None:
    forum[at(34)] = notice("本帖要求阅读权限高于 50 才能浏览")

    result = listen("discuz", "/forum-2-1.html", forum).round()

    assert "s.example:340" not in texts(result)
    assert len(result["posts"]) == 5
    assert result["row"].outcome == "login_required"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (notice("本站点暂时关闭"), "site_closed"),
        (page("请稍候", title="频繁刷新限制"), "rate_limited"),
        (notice("抱歉，您尚未登录，没有权限访问该版块"), "login_required"),
        (page("换了样子。" * 200), "layout_changed"),
    ],
)
def test_a_list_that_is_no_list_stores_nothing_and_says_why(
    listen: Callable[..., Any], answer: tuple[int, dict[str, str], bytes], outcome: str
) -> None:
    result = listen("discuz", "/forum-2-1.html", {"/forum-2-1.html": answer}).round()

    assert result["posts"] == []
    assert result["row"].outcome == outcome


def test_after_a_closed_hour_the_whole_list_is_read(listen: Callable[..., Any], forum: dict[str, Any]) -> None:
    open_list = forum["/forum-2-1.html"]
    forum["/forum-2-1.html"] = notice("本站点暂时关闭")
    listener = listen("discuz", "/forum-2-1.html", forum)
    listener.round()
    forum["/forum-2-1.html"] = open_list

    assert len(listener.round()["posts"]) == 6


MODES = {  # what the header says about the encoding, and what the page itself says; the bytes are always GBK
    "header": ("text/html; charset=gbk", ""),
    "meta_only": ("text/html", "gbk"),
    "none": ("text/html", ""),
    "header_lies": ("text/html; charset=utf-8", "gbk"),
}


def whole(post: dict[str, Any]) -> tuple[Any, ...]:
    keys = (post[name].removeprefix("s.example:") for name in ("key", "thread_key"))
    return *keys, *(post[name] for name in ("floor", "title", "content", "published_at", "time_precision"))


@pytest.mark.parametrize("mode", MODES)
def test_the_same_items_are_heard_whatever_the_headers_say_about_gbk(
    listen: Callable[..., Any], forum: dict[str, Any], mode: str
) -> None:
    header, meta = MODES[mode]
    tag = b'<meta http-equiv="Content-Type" content="text/html; charset=gbk" />'
    for path, (status, _, body) in forum.items():
        forum[path] = (status, {"Content-Type": header}, body if meta else body.replace(tag, b""))

    result = listen("discuz", "/forum-2-1.html", forum).round()

    assert sorted(whole(post) for post in result["posts"]) == [
        ("30", "t3", 1, "标题", "版规", "2026-01-02 02:00:01+00:00", "second"),
        ("330", "t33", 1, "标题", "失物", "2026-01-02 02:00:01+00:00", "second"),
        ("340", "t34", 1, "标题", "停电", "2026-01-02 02:00:01+00:00", "second"),
        ("350", "t35", 1, "标题", "夹生饭", "2026-01-02 02:00:01+00:00", "second"),
        ("351", "t35", 2, "标题", "我也是", "2026-01-02 02:00:02+00:00", "second"),
        ("352", "t35", 3, "标题", "修好了吗", "2026-01-02 02:00:03+00:00", "second"),
    ]
    assert len({post["author"] for post in result["posts"]} - {""}) == 1
    assert {post["url"].rpartition("/")[2].partition("#")[0] for post in result["posts"]} == {
        f"forum.php?mod=viewthread&tid={tid}" for tid in (3, 33, 34, 35)
    }


def test_rewritten_and_dynamic_addresses_of_one_thread_are_one_thread(
    listen: Callable[..., Any], forum: dict[str, Any]
) -> None:
    listener = listen("discuz", "/forum-2-1.html", forum, options={"recheck_hours": 0})
    first = listener.round()
    dynamic, rewritten = b"forum.php?mod=viewthread&amp;tid=34&amp;extra=page%3D1", b"thread-34-1-1.html"
    status, headers, body = forum["/forum-2-1.html"]
    assert dynamic in body
    forum["/forum-2-1.html"] = status, headers, body.replace(dynamic, rewritten).replace(b"2026-1-4", b"2026-1-6")
    forum["/thread-34-1-1.html"] = forum[at(34)]

    second = listener.round()

    assert "/thread-34-1-1.html" in second["asked"]
    assert second["row"].counts["changes"] == {"known": 1}
    assert {post["thread_key"] for post in second["posts"]} <= {post["thread_key"] for post in first["posts"]}
