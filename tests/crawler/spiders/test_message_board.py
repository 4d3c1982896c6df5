"""The message board spider on a letter box and on WordPress comments that change between rounds."""

from collections.abc import Callable
from typing import Any

HEAD = "<html><head><meta charset='utf-8'></head><body>"


def box(*rows: tuple[int, str, str], more: str = "") -> str:
    lines = "".join(
        f'<tr><td>{n}</td><td><a href="/letters/show/{n}.html">{title}</a></td><td>2026-01-02</td><td>{state}</td></tr>'
        for n, title, state in rows
    )
    heads = "<tr><th>编号</th><th>信件标题</th><th>来信时间</th><th>状态</th></tr>"
    return f"{HEAD}<table>{heads}{lines}</table>{more}</body></html>"


def letter(title: str, text: str, reply: str = "") -> str:
    cells = [("标　　题", title), ("来信时间", "2026-01-02 10:00:00"), ("来信内容", text)]
    cells += [("回复内容", reply), ("回复时间", "2026-01-03 09:00:00")] if reply else []
    rows = "".join(f"<tr><td>{label}：</td><td>{value}</td></tr>" for label, value in cells)
    return f"{HEAD}<table>{rows}</table></body></html>"


def letters() -> dict[str, Any]:
    return {
        "/letters": box((3, "断电", "处理中"), (2, "闭馆", "已办结"), more='<a href="/letters?page=2">下一页</a>'),
        "/letters?page=2": box((1, "校车", "已办结")),
        "/letters/show/3.html": letter("断电", "几点停电？"),
        "/letters/show/2.html": letter("闭馆", "能延长吗？", "已延长。"),
        "/letters/show/1.html": letter("校车", "改线吗？", "不改。"),
    }


def comment(number: int, text: str, answer: str = "") -> str:
    nested = (
        f'<ol class="children"><li id="comment-{number}00" class="comment byuser"><b class="fn">后勤处</b>'
        f'<time datetime="2026-01-03T09:00:00+08:00">x</time><div class="comment-content">{answer}</div></li></ol>'
    )
    return (
        f'<li id="comment-{number}" class="comment"><b class="fn">柚子</b>'
        f'<time datetime="2026-01-02T08:00:00+08:00">x</time>'
        f'<div class="comment-content">{text}</div>{nested if answer else ""}</li>'
    )


def comments(*blocks: str, older: str = "") -> str:
    more = f'<div class="nav-previous"><a href="{older}">较早评论</a></div>' if older else ""
    return f"{HEAD}<ol>{''.join(blocks)}</ol>{more}</body></html>"


def test_all_letters_of_all_pages_are_heard_with_their_answers(listen: Callable[..., Any]) -> None:
    result = listen("message_board", "/letters", letters()).round()

    heard = {post["key"]: (post["title"], post["official_reply"]) for post in result["posts"]}
    assert heard == {
        "s.example:3": ("断电", ""),
        "s.example:2": ("闭馆", "已延长。"),
        "s.example:1": ("校车", "不改。"),
    }


def test_only_the_open_letter_is_read_again_until_it_is_answered(listen: Callable[..., Any]) -> None:
    site = letters()
    listener = listen("message_board", "/letters", site, options={"recheck_hours": 0})
    listener.round()
    assert listener.round()["asked"] == ["/letters", "/letters/show/3.html"]
    site["/letters/show/3.html"] = letter("断电", "几点停电？", "二十三点。")

    answered = listener.round()

    assert [post["official_reply"] for post in answered["posts"]] == ["二十三点。"]
    assert listener.round()["asked"] == ["/letters"]


def test_a_letter_that_the_box_took_down_is_said_to_be_gone(listen: Callable[..., Any]) -> None:
    site = letters()
    listener = listen("message_board", "/letters", site)
    listener.round()
    site["/letters/show/3.html"] = (404, {}, "信件不存在".encode())

    assert listener.round()["vanished"] == ["s.example:3"]


def test_wordpress_comments_are_read_from_the_newest_page_back(listen: Callable[..., Any]) -> None:
    site = {
        "/?page_id=5": comments(comment(63, "校园网断了"), older="/?page_id=5&cpage=1"),
        "/?page_id=5&cpage=1": comments(comment(61, "热水几点停？", "二十三点停。")),
    }

    result = listen("message_board", "/?page_id=5", site).round()

    heard = {post["key"]: (post["content"], post["official_reply"]) for post in result["posts"]}
    assert heard == {"s.example:63": ("校园网断了", ""), "s.example:61": ("热水几点停？", "二十三点停。")}


def test_an_answer_that_is_added_to_a_comment_is_a_change_of_that_comment(listen: Callable[..., Any]) -> None:
    site = {"/?page_id=5": comments(comment(63, "校园网断了"))}
    listener = listen("message_board", "/?page_id=5", site)
    listener.round()
    site["/?page_id=5"] = comments(comment(63, "校园网断了", "已修复。"))

    second = listener.round()

    assert second["row"].counts["changes"] == {"edited": 1}


def test_an_answer_and_an_edit_on_a_far_page_of_a_guestbook_are_heard_though_the_list_shows_nothing_new(
    listen: Callable[..., Any],
) -> None:
    def book(*messages: tuple[int, str, str], older: str = "") -> str:
        blocks = "".join(
            f'<div class="msg"><span>网友 柚子{n} 于 2026-1-{n} 10:21:33 发表</span><p>{text}</p>'
            + (f'<div class="reply">【管理员回复】{answer} 2026-01-20</div>' if answer else "")
            + "</div>"
            for n, text, answer in messages
        )
        more = f'<a href="{older}">下一页</a>' if older else ""
        return f"{HEAD}<div>{blocks}</div>{more}</body></html>"

    first = book((9, "操场的灯晚上不亮", ""), (8, "浴室的水太烫了", ""), older="/book?page=2")
    far = [(5, "校车能不能多一班", ""), (4, "食堂的汤是凉的", "")]
    site = {"/book": first, "/book?page=2": book(*far)}
    listener = listen("message_board", "/book", site, options={"recheck_hours": 24 * 3650})
    listener.round()
    site["/book?page=2"] = book((5, "校车能不能多一班（晚上）", ""), (4, "食堂的汤是凉的", "已换保温桶。"))

    second = listener.round()

    assert second["asked"] == ["/book", "/book?page=2"]
    assert second["row"].counts["changes"] == {"edited": 2, "known": 2}
    told = {post["content"]: (post["official_reply"], post["official_reply_at"]) for post in second["posts"]}
    assert told["校车能不能多一班（晚上）"] == ("", None)
    assert told["食堂的汤是凉的"] == ("已换保温桶。", "2026-01-19 16:00:00+00:00")
    assert listener.round()["row"].outcome == "nothing_new"


def test_a_login_page_instead_of_the_box_is_said(listen: Callable[..., Any]) -> None:
    site = {"/letters": f"{HEAD}<form><input type='password'></form></body></html>"}

    assert listen("message_board", "/letters", site).round()["row"].outcome == "login_required"


def test_a_letter_that_was_refused_is_not_asked_for_again_and_again(listen: Callable[..., Any]) -> None:
    site = {"/letters": box((3, "断电", "退件"))} | {"/letters/show/3.html": letter("断电", "几点停电？")}
    rules = {"states": {"退件": "不予受理"}, "recheck_hours": 0}
    listener = listen("message_board", "/letters", site, options=rules)
    listener.round()

    assert listener.round()["asked"] == ["/letters"]


def test_a_list_whose_last_page_is_shown_for_ever_ends(listen: Callable[..., Any]) -> None:
    site: dict[str, Any] = {f"/list_{n}.htm": box((1, "校车", "已办结")) for n in range(2, 60)}
    site |= {"/letters": box((2, "闭馆", "已办结")), **{k: v for k, v in letters().items() if "show" in k}}

    asked = listen("message_board", "/letters", site, options={"list_address": "/list_{page}.htm"}).round()["asked"]

    assert [path for path in asked if "show" not in path] == ["/letters", "/list_2.htm", "/list_3.htm"]


def test_a_portal_that_answers_with_objects_is_heard_whole(listen: Callable[..., Any]) -> None:
    lists = {1: "{result:[{id:3,t:'断电'},{id:2,t:'闭馆'}]}", 2: "{result:[{id:1,t:'校车'}]}", 3: "{result:[]}"}
    kind = {"Content-Type": "text/plain; charset=utf-8"}
    site: dict[str, Any] = {f"/list.do?p={n}": (200, kind, text.encode()) for n, text in lists.items()}
    rules = {
        "list_object": {"rows": "result", "number": "id", "title": "t"},
        "list_address": "/list.do?p={page}",
        "letter_address": "/letters/show/{number}.html",
    }

    result = listen("message_board", "/list.do?p=1", site | letters(), options=rules).round()

    assert sorted(post["title"] for post in result["posts"]) == ["断电", "校车", "闭馆"]
    assert [path for path in result["asked"] if "list" in path] == list(site)
    assert result["row"].outcome == "ok"
