"""The microblog spider with a real browser on a page that loads its cards by script, ten a time."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser
JSON = {"Content-Type": "application/json"}
SHELL = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>话题</title></head><body><main id="cards"></main>
<script>
let since = "", busy = false, ended = false;
function show(c) {
  const a = document.createElement("article"); a.className = "card"; a.dataset.mid = c.mid;
  a.innerHTML = (c.pinned ? '<span class="pinned">置顶</span>' : '') + '<a class="author">小满</a>' +
    '<a class="time" href="/detail/' + c.mid + '" datetime="2026-01-02T10:00:00+08:00">刚刚</a>' +
    '<div class="text">' + c.text + '</div>';
  if (c.full) { const f = document.createElement("a"); f.className = "full"; f.href = c.full; f.textContent = "全文";
    f.onclick = (e) => { e.preventDefault(); a.querySelector(".text").textContent = "展开后的全文"; };
    a.querySelector(".text").appendChild(f); }
  a.style.height = "120px"; document.getElementById("cards").appendChild(a);
}
async function load() {
  if (busy || ended) return; busy = true;
  const d = await (await fetch("/cards?since=" + since)).json();
  d.cards.forEach(show); since = d.since; ended = !since; busy = false;
}
window.addEventListener("scroll", load); load();
</script></body></html>"""
WALL = """<html><head><title>Sina Visitor System</title></head><body><script>
setTimeout(() => { document.cookie = "visitor=1; path=/"; location.reload(); }, 300);</script></body></html>"""


def cards(*mids: int, since: str = "", **more: Any) -> tuple[int, dict[str, str], bytes]:
    rows = [{"mid": str(mid), "text": f"第{mid}条", **more.get(f"m{mid}", {})} for mid in mids]
    return 200, JSON, json.dumps({"cards": rows, "since": since}).encode()


def site(pages: int = 3) -> dict[str, Any]:
    answers: dict[str, Any] = {"/topic": SHELL}
    for number in range(pages):
        first = 5000 - number * 10
        following = str(first - 10) if number < pages - 1 else ""
        answers[f"/cards?since={first if number else ''}"] = cards(*range(first, first - 10, -1), since=following)
    return answers


def test_all_cards_within_the_scroll_limit_are_heard_once(listen: Callable[..., Any]) -> None:
    result = listen("microblog", "/topic", site(5), options={"scrolls": 2}).round()

    assert len({post["key"] for post in result["posts"]}) == len(result["posts"]) == 30
    assert [path for path in result["asked"] if path.startswith("/cards")] == [
        "/cards?since=",
        "/cards?since=4990",
        "/cards?since=4980",
    ]
    assert result["row"].outcome == "ok"


def test_a_known_card_stops_the_scan_and_a_pinned_one_does_not(listen: Callable[..., Any]) -> None:
    pages = site(2)
    listener = listen("microblog", "/topic", pages)
    listener.round()
    pages["/cards?since="] = cards(5000, *range(5020, 5011, -1), since="5011", m5000={"pinned": True})
    pages["/cards?since=5011"] = cards(*range(5011, 5001, -1), since="5001")
    pages["/cards?since=5001"] = cards(5001, *range(4999, 4990, -1), since="4990")

    second = listener.round()

    asked = [path for path in second["asked"] if path.startswith("/cards")]
    assert asked == ["/cards?since=", "/cards?since=5011", "/cards?since=5001"]
    assert second["row"].counts["changes"]["new"] == 20


def test_a_cut_text_is_unfolded_in_place(listen: Callable[..., Any]) -> None:
    pages = {"/topic": SHELL, "/cards?since=": cards(7, m7={"full": "#"})}

    assert [post["content"] for post in listen("microblog", "/topic", pages).round()["posts"]] == ["展开后的全文"]


def test_a_cut_text_with_an_address_of_its_own_is_read_there(listen: Callable[..., Any]) -> None:
    card = '<article class="card" data-mid="7"><div class="text">很长很长的全文在这里</div></article>'
    whole = f'<meta charset="utf-8">{card}'
    pages = {"/topic": SHELL, "/cards?since=": cards(7, m7={"full": "/status/7"}), "/status/7": whole}

    assert [post["content"] for post in listen("microblog", "/topic", pages).round()["posts"]] == [
        "很长很长的全文在这里"
    ]


def test_the_short_text_stays_when_the_long_one_cannot_be_had(listen: Callable[..., Any]) -> None:
    pages = {"/topic": SHELL, "/cards?since=": cards(7, m7={"full": "/status/7"})}

    assert [post["content"] for post in listen("microblog", "/topic", pages).round()["posts"]] == ["第7条"]


def test_a_visitor_page_that_lets_the_browser_pass_is_no_wall(listen: Callable[..., Any]) -> None:
    def topic(handler: Any) -> None:
        body = (SHELL if "visitor=1" in handler.headers.get("Cookie", "") else WALL).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    result = listen("microblog", "/topic", {"/topic": topic, "/cards?since=": cards(1, 2)}).round()

    assert len(result["posts"]) == 2


def test_a_visitor_page_that_stays_is_a_login_wall(listen: Callable[..., Any]) -> None:
    pages = {"/topic": "<html><head><title>Sina Visitor System</title></head><body></body></html>"}

    result = listen("microblog", "/topic", pages, options={"wait_seconds": 1}).round()

    assert result["posts"] == []
    assert result["row"].outcome == "login_required"


def test_a_page_that_never_finishes_loading_is_read_as_far_as_it_came(listen: Callable[..., Any]) -> None:
    is_over = threading.Event()
    endless = SHELL.replace("load();\n</script>", "load(); fetch('/for-ever');\n</script>")
    pages = {"/topic": endless, "/cards?since=": cards(1, 2), "/for-ever": lambda _handler: is_over.wait(60)}

    result = listen("microblog", "/topic", pages, options={"wait_seconds": 2}).round()
    is_over.set()

    assert "/for-ever" in result["asked"]
    assert {post["content"] for post in result["posts"]} == {"第1条", "第2条"}
    assert result["row"].outcome == "ok"


def test_a_back_fill_that_was_stopped_scrolls_anew_and_opens_no_whole_text_twice(listen: Callable[..., Any]) -> None:
    card = '<meta charset="utf-8"><article class="card" data-mid="{0}"><div class="text">{0}的全文</div></article>'
    pages: dict[str, Any] = {f"/status/{mid}": card.format(mid) for mid in (9, 8, 7)}
    pages |= {
        "/topic": SHELL,
        "/cards?since=": cards(9, 8, 7, **{f"m{n}": {"full": f"/status/{n}"} for n in (9, 8, 7)}),
    }
    shown, pages["/status/8"] = pages["/status/8"], (429, {}, b"slow down")
    listener = listen("microblog", "/topic", pages)
    days = ("--since", "2026-01-01", "--until", "2026-01-03")
    first = listener.round(*days)
    pages["/status/8"] = shown
    second = listener.round(*days)

    assert first["outcome"] == "rate_limited"
    assert second["asked"] == ["/topic", "/cards?since=", "/status/8", "/status/7"]
    assert {post["key"][-1]: post["content"] for post in second["posts"]} == {"8": "8的全文", "7": "7的全文"}
    assert second["note"] == "补抓 2026-01-01 至 2026-01-03，范围外 0 帖未存；列表最早只到 2026-01-02，再早的听不到"
