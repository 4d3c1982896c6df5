"""The Tieba spider against saved pages on loopback: two pages of a thread, a captcha in mid-round."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TIEBA = Path(__file__).parents[2] / "fixtures" / "tieba"


@pytest.fixture
def section() -> dict[str, Any]:
    thread = (TIEBA / "thread" / "page.html").read_text(encoding="utf-8")
    second = thread.replace("880", "881").replace("990", "991").replace("下一页", "")
    listing = (TIEBA / "section" / "page.html").read_text(encoding="utf-8").replace("下一页", "")
    pages = {"/f?kw=x": listing, "/p/700012": thread, "/p/700012?pn=2": second}
    for number, tid in enumerate((700001, 700010)):
        one = thread.replace("880", f"87{number}").replace("990", f"98{number}")
        pages[f"/p/{tid}"] = one.replace("下一页", "")
    return pages


def test_every_floor_of_every_page_and_its_answers_are_heard_once(
    listen: Callable[..., Any], section: dict[str, Any]
) -> None:
    listener = listen("tieba", "/f?kw=x", section, options={"recheck_hours": 0})
    first, second = listener.round(), listener.round()

    assert len({post["key"] for post in first["posts"]}) == len(first["posts"]) == 4 * 5
    assert first["row"].outcome == "ok"
    assert second["asked"] == ["/f?kw=x"]


def test_a_captcha_stops_the_round_and_is_never_stored(listen: Callable[..., Any], section: dict[str, Any]) -> None:
    section["/p/700012"] = (TIEBA / "captcha" / "page.html").read_text(encoding="utf-8")

    result = listen("tieba", "/f?kw=x", section).round()

    assert result["row"].outcome == "rate_limited"
    assert not any("验证" in post["content"] + post["title"] for post in result["posts"])


def test_the_rewritten_layout_is_told_and_not_taken_for_silence(listen: Callable[..., Any]) -> None:
    pages = {"/f?kw=x": (TIEBA / "new_layout" / "page.html").read_text(encoding="utf-8")}

    assert listen("tieba", "/f?kw=x", pages).round()["row"].outcome == "layout_changed"


def test_an_edited_floor_a_deleted_one_and_a_deleted_thread_are_heard_though_no_list_moves(
    listen: Callable[..., Any], section: dict[str, Any]
) -> None:
    listener = listen("tieba", "/f?kw=x", section, options={"recheck_hours": 24 * 365 * 100})
    listener.round()
    block = section["/p/700010"].index('<div class="l_post l_post_bright j_l_post clearfix" data-field=\'{"author": '
                                       '{"user_id": 1, "user_name": "\\u533f')  # fmt: skip
    section["/p/700010"] = section["/p/700010"][:block] + "</div></body></html>"  # floor 5 is gone
    section["/p/700010"] = section["/p/700010"].replace("说好九月装，现在十月了。", "说好九月装，现在装好了。")
    section["/p/700001"] = (404, {}, b"")

    second = listener.round()

    texts = {post["key"]: post["content"] for post in second["posts"]}
    (edited,) = [key for key, text in texts.items() if "现在装好了" in text]
    assert edited == "s.example:871002"
    assert (second["missing"], second["vanished"]) == (["s.example:871005"], ["s.example:t700001"])
    assert second["row"].outcome == "ok"
