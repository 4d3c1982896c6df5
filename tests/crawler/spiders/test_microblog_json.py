"""The microblog spider on a site that answers with JSON: no browser, limits, walls, whole texts, comments."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

LIST, JSON = "/api/list?topic=5", {"Content-Type": "application/json; charset=utf-8"}


def answer(*mids: int, since: str = "", **more: Any) -> tuple[int, dict[str, str], bytes]:
    blogs = [
        {
            "mid": str(mid),
            "text": f"第{mid}条",
            "created_at": "Fri Jan 02 10:00:00 +0800 2026",
            **more.get(f"m{mid}", {}),
        }
        for mid in mids
    ]
    data = {"cards": [{"card_type": 9, "mblog": blog} for blog in blogs], "cardlistInfo": {"since_id": since}}
    return 200, JSON, json.dumps({"ok": 1, "data": data}).encode()


def heard(result: dict[str, Any]) -> dict[str, str]:
    return {post["key"].removeprefix("s.example:"): post["content"] for post in result["posts"]}


def options(**more: Any) -> dict[str, Any]:
    return {"options": {"browser": False, **more}}


def test_answers_are_followed_to_the_limit_also_behind_an_empty_one(listen: Callable[..., Any]) -> None:
    site = {
        LIST: answer(9, 8, since="8"),
        f"{LIST}&since_id=8": answer(since="6"),
        f"{LIST}&since_id=6": answer(6, since="5"),
    }

    result = listen("microblog", LIST, site, **options(scrolls=2)).round()

    assert heard(result) == {"9": "第9条", "8": "第8条", "6": "第6条"}
    assert f"{LIST}&since_id=5" not in result["asked"]
    assert result["row"].outcome == "ok"


def test_a_known_post_ends_the_scan_and_a_pinned_one_does_not(listen: Callable[..., Any]) -> None:
    site = {LIST: answer(9, 8, since="")}
    listener = listen("microblog", LIST, site, **options())
    listener.round()
    site[LIST] = answer(9, 12, 11, since="11", m9={"isTop": 1})
    site[f"{LIST}&since_id=11"] = answer(10, 8, since="8")

    second = listener.round()

    assert second["asked"] == [LIST, f"{LIST}&since_id=11"]
    assert second["row"].counts["changes"] == {"known": 2, "new": 3}


def test_the_whole_text_is_read_and_the_short_one_stays_when_it_fails(listen: Callable[..., Any]) -> None:
    long = {"isLongText": True}
    whole = json.dumps({"ok": 1, "data": {"longTextContent": "第九条的全部文字"}}).encode()
    site = {LIST: answer(9, 8, m9=long, m8=long), "/statuses/extend?id=9": (200, JSON, whole)}

    assert heard(listen("microblog", LIST, site, **options()).round()) == {"9": "第九条的全部文字", "8": "第8条"}


def test_comments_are_posts_of_their_thread_and_asked_for_when_there_are_more(listen: Callable[..., Any]) -> None:
    said = {
        "data": {"data": [{"id": "70", "text": "我也是", "created_at": "Fri Jan 02 11:00:00 +0800 2026"}], "max_id": 0}
    }
    place = "/comments/hotflow?id=9&mid=9&max_id_type=0"
    site = {LIST: answer(9, m9={"comments_count": 1}), place: (200, JSON, json.dumps({"ok": 1, **said}).encode())}
    listener = listen("microblog", LIST, site, **options(comments=1))
    first, second = listener.round(), listener.round()

    assert heard(first) == {"9": "第9条", "c70": "我也是"}
    assert {post["thread_key"] for post in first["posts"]} == {"s.example:9"}
    assert second["asked"] == [LIST]


def test_young_posts_are_read_again_where_the_list_shows_them_and_old_ones_end_the_scan(
    listen: Callable[..., Any],
) -> None:
    young = {f"m{mid}": {"created_at": f"{datetime.now(UTC):%a %b %d %H:%M:%S +0000 %Y}"} for mid in (9, 8)}
    site = {LIST: answer(9, since="9", **young), f"{LIST}&since_id=9": answer(8, 7, since="7", **young)}
    site[f"{LIST}&since_id=7"] = answer(6)
    listener = listen("microblog", LIST, site, **options())
    listener.round()
    site[f"{LIST}&since_id=9"] = answer(8, 7, since="7", m8={**young["m8"], "text": "改过的第8条"})

    second = listener.round()

    assert second["asked"] == [LIST, f"{LIST}&since_id=9"]
    assert heard(second)["8"] == "改过的第8条"


def test_an_own_page_without_the_post_is_said_and_proves_nothing(listen: Callable[..., Any]) -> None:
    young = {"created_at": f"{datetime.now(UTC):%a %b %d %H:%M:%S +0000 %Y}"}
    site = {LIST: answer(9, 8, m9=young, m8=young)}
    listener = listen("microblog", LIST, site, **options())
    listener.round()
    site[LIST] = answer(9, m9=young)
    other = [{"status": {"mid": "5", "text": "别的帖文"}}]
    site["/detail/8"] = f"<script>$render_data = {json.dumps(other)}[0]</script>"

    second = listener.round()

    assert second["asked"] == [LIST, "/detail/8"]
    assert (second["vanished"], second["missing"], heard(second)) == ([], [], {"9": "第9条"})
    assert (second["row"].outcome, "own_pages" in second["row"].note) == ("partly_blocked", True)


@pytest.mark.parametrize(
    "wall", [(200, JSON, b'{"ok":-100}'), (200, {}, b"<html><title>Sina Visitor System</title></html>"), (418, {}, b"")]
)
def test_a_wall_before_an_own_page_is_no_deletion_and_the_next_good_round_hears_the_post(
    listen: Callable[..., Any], wall: tuple[int, dict[str, str], bytes]
) -> None:
    young = {"created_at": f"{datetime.now(UTC):%a %b %d %H:%M:%S +0000 %Y}"}
    site: dict[str, Any] = {LIST: answer(9, 8, m9=young, m8=young)}
    listener = listen("microblog", LIST, site, **options())
    listener.round()
    site[LIST] = answer(9, m9=young)
    site["/detail/8"] = wall
    walled = listener.round()
    edited = [{"status": {"mid": "8", "text": "改过的第8条", **young}}]
    site["/detail/8"] = f"<script>$render_data = {json.dumps(edited)}[0]</script>"

    assert (walled["missing"], walled["vanished"], heard(walled)) == ([], [], {"9": "第9条"})
    assert walled["row"].outcome in ("login_required", "rate_limited")
    assert heard(listener.round())["8"] == "改过的第8条"


def test_a_source_whose_posts_have_no_readable_page_says_so(listen: Callable[..., Any]) -> None:
    young = {"created_at": f"{datetime.now(UTC):%a %b %d %H:%M:%S +0000 %Y}"}
    site = {LIST: answer(9, 8, m9=young, m8=young)}
    listener = listen("microblog", LIST, site, **options(own_pages=False))
    listener.round()
    site[LIST] = answer(9, m9=young)

    assert listener.round()["asked"] == [LIST]


def test_comments_go_with_their_post_and_a_repost_with_its_own_stays_when_its_original_is_gone(
    listen: Callable[..., Any],
) -> None:
    young = {"created_at": f"{datetime.now(UTC):%a %b %d %H:%M:%S +0000 %Y}", "comments_count": 1}
    repost = {**young, "retweeted_status": {"mid": "8", "user": {"screen_name": "半夏"}, "text": "第8条"}}
    site: dict[str, Any] = {LIST: answer(9, 8, m9=repost, m8=young)}
    for mid, comment in ((9, 90), (8, 80)):
        said = {"data": [{"id": str(comment), "text": "我也是"}], "max_id": 0}
        place = f"/comments/hotflow?id={mid}&mid={mid}&max_id_type=0"
        site[place] = (200, JSON, json.dumps({"ok": 1, "data": said}).encode())
    listener = listen("microblog", LIST, site, **options(comments=1))
    assert set(heard(listener.round())) == {"9", "c90", "8", "c80"}
    site[LIST] = answer(9, m9=repost)

    second = listener.round()

    assert (second["missing"], second["vanished"]) == (["s.example:8", "s.example:c80"], [])
    assert second["row"].counts["vanished"] == 2


@pytest.mark.parametrize(
    ("wall", "outcome"),
    [
        ((200, JSON, b'{"ok":-100,"url":"https://passport.example/sso/signin"}'), "login_required"),
        ((418, JSON, b""), "rate_limited"),
        ((432, JSON, b"{}"), "rate_limited"),
        ((200, {}, b"<html><title>Sina Visitor System</title></html>"), "login_required"),
    ],
)
def test_a_wall_is_told_and_nothing_is_stored(
    listen: Callable[..., Any], wall: tuple[int, dict[str, str], bytes], outcome: str
) -> None:
    result = listen("microblog", LIST, {LIST: wall}, **options()).round()

    assert (result["posts"], result["row"].outcome) == ([], outcome)


def test_a_back_fill_walks_as_far_as_its_days_ask_and_goes_on_where_it_was_stopped(listen: Callable[..., Any]) -> None:
    def of_day(*mids: int, since: str = "", **more: Any) -> tuple[int, dict[str, str], bytes]:
        days = {
            f"m{mid}": {"created_at": f"Fri Jan {mid:02} 10:00:00 +0800 2026", "user": {"screen_name": "小满"}}
            for mid in mids
        }
        return answer(*mids, since=since, **{name: {**day, **more.get(name, {})} for name, day in days.items()})

    pinned = {"m1": {"isTop": 1}}
    site: dict[str, Any] = {LIST: of_day(1, 20, 19, since="19", **pinned)}
    for newest in range(18, 0, -2):
        site[f"{LIST}&since_id={newest + 1}"] = of_day(newest, newest - 1, since=str(newest - 1))
    stops = f"{LIST}&since_id=9"
    whole, site[stops] = site[stops], (429, {}, b"slow down")
    listener = listen("microblog", LIST, site, **options(scrolls=1))
    days = ("--since", "2026-01-06", "--until", "2026-01-18")
    first = listener.round(*days)
    site[stops] = whole
    second = listener.round(*days)

    assert first["outcome"] == "rate_limited"
    assert first["asked"][-1] == stops
    assert second["asked"] == [f"{LIST}&since_id={newest}" for newest in (13, 11, 9, 7, 5, 3)]
    assert set(heard(first)) | set(heard(second)) == {str(mid) for mid in range(6, 19)}
    assert set(heard(first)) & set(heard(second)) == {"12", "11", "10", "9"}
    assert second["note"].startswith("补抓 2026-01-06 至 2026-01-18")
