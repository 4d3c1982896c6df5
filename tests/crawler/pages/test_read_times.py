"""The times of real pages, all against Thursday 2026-03-05 10:30 school time."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.items import Post
from crawler.pages.read_times import future_words, read_first, read_time, stamp_post

NOW = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
FORMS = [
    ("刚刚", "2026-03-05T10:30:00", "minute"),
    ("3 秒前", "2026-03-05T10:29:57", "second"),
    ("5分钟前", "2026-03-05T10:25:00", "minute"),
    ("7\xa0分钟前", "2026-03-05T10:23:00", "minute"),
    ("半小时前", "2026-03-05T10:00:00", "hour"),
    ("3小时前", "2026-03-05T07:30:00", "hour"),
    ("8&nbsp;小时前", "2026-03-05T02:30:00", "hour"),
    ("2个小时之前", "2026-03-05T08:30:00", "hour"),
    ("3 天前", "2026-03-02T10:30:00", "day"),
    ("昨天 12:01", "2026-03-04T12:01:00", "minute"),
    ("昨天", "2026-03-04T00:00:00", "day"),
    ("前天 10:21", "2026-03-03T10:21:00", "minute"),
    ("大前天 23:59", "2026-03-02T23:59:00", "minute"),
    ("今天 09:30", "2026-03-05T09:30:00", "minute"),
    ("今天10:21", "2026-03-05T10:21:00", "minute"),
    ("星期一", "2026-03-02T00:00:00", "day"),
    ("周四 08:00", "2026-03-05T08:00:00", "minute"),
    ("上周三", "2026-02-25T00:00:00", "day"),
    ("上星期日 21:05", "2026-03-01T21:05:00", "minute"),
    ("下午3:20", "2026-03-04T15:20:00", "minute"),
    ("10:21", "2026-03-05T10:21:00", "minute"),
    ("凌晨12:05", "2026-03-05T00:05:00", "minute"),
    ("11-05", "2025-11-05T00:00:00", "day"),
    ("11-05 13:20", "2025-11-05T13:20:00", "minute"),
    ("03-06", "2026-03-06T00:00:00", "day"),
    ("03-07", "2025-03-07T00:00:00", "day"),
    ("02-29", "2024-02-29T00:00:00", "day"),
    ("3月1日 12:00", "2026-03-01T12:00:00", "minute"),
    ("06月17日 18:12 来自 网页", "2025-06-17T18:12:00", "minute"),
    ("2025年11月5日", "2025-11-05T00:00:00", "day"),
    ("2026年1月22日 下午5:37", "2026-01-22T17:37:00", "minute"),
    ("2026年1月5日 星期一 12:30", "2026-01-05T12:30:00", "minute"),
    ("2025-11-5", "2025-11-05T00:00:00", "day"),
    ("2025-11-5 05:13", "2025-11-05T05:13:00", "minute"),
    ("发表于 2025-11-5 13:20:01", "2025-11-05T13:20:01", "second"),
    ("发布时间：2026-01-26", "2026-01-26T00:00:00", "day"),
    ("网友 匿名 于 2024-11-5 10:21:33 发表", "2024-11-05T10:21:33", "second"),
    ("2025/11/5 10:21", "2025-11-05T10:21:00", "minute"),
    ("2025.11.05", "2025-11-05T00:00:00", "day"),
    ("Wed Nov 05 13:20:00 +0800 2025", "2025-11-05T13:20:00", "second"),
    ("Mon, 02 Feb 2026 09:37:00 +0000", "2026-02-02T17:37:00", "second"),
    ("Mon, 02 Feb 2026 09:37:00 GMT", "2026-02-02T17:37:00", "second"),
    ("2026-01-02T03:04:05+00:00", "2026-01-02T11:04:05", "second"),
    ("2026-01-02T03:04:05.123Z", "2026-01-02T11:04:05", "second"),
    ("2026-01-02T11:04:05", "2026-01-02T11:04:05", "second"),
]


@pytest.mark.parametrize(("text", "expected", "precision"), FORMS)
def test_a_form_that_pages_use_is_read(text: str, expected: str, precision: str) -> None:
    found = read_time(text, NOW)

    assert found is not None
    assert found.instant == datetime.fromisoformat(expected + "+08:00")
    assert found.instant.tzinfo is UTC
    assert found.precision == precision


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "很久以前",
        "2020-05",
        "13-45",
        "2026-02-30",
        "26-11-5",
        "20260305",
        "3个月前",
        "25:61",
        "几天前",
        "x" * 200,
    ],
)
def test_what_is_no_time_is_never_guessed(text: str) -> None:
    assert read_time(text, NOW) is None


def test_an_instant_more_than_a_day_ahead_is_not_believed() -> None:
    assert read_time("2026-11-05 10:21", NOW) is None
    assert read_time("2026-03-06 10:29", NOW) is not None


def test_a_time_that_has_not_come_yet_leaves_its_words_and_no_others() -> None:
    post = Post()

    assert stamp_post(post, ["阿柒 Thu, 02 Jan 2099 10:00:00 GMT"], NOW) is None
    assert post.published_text == future_words("于 02 Jan 2099 10:00:00 GMT", NOW) == "02 Jan 2099 10:00:00 GMT"
    assert future_words("2020-01-02 10:00", NOW) == future_words("不是时间", NOW) == ""


def test_a_month_and_day_in_january_belongs_to_last_year() -> None:
    found = read_time("12-30 08:00", datetime(2026, 1, 2, tzinfo=UTC))

    assert found is not None
    assert found.instant == datetime(2025, 12, 30, 0, 0, tzinfo=UTC)


def test_leap_day_looks_back_over_a_century_year() -> None:
    found = read_time("02-29", datetime(2103, 6, 1, tzinfo=UTC))

    assert found is not None
    assert found.instant.year == 2096


def test_only_the_words_of_the_time_are_kept_not_the_name_beside_it() -> None:
    found = read_time("网友 石榴 于 2024-11-5 10:21:33 发表", NOW)

    assert found is not None
    assert found.text == "2024-11-5 10:21:33"


def test_an_absolute_time_wins_over_relative_words_before_it() -> None:
    found = read_first(["3小时前", "2026-03-05 07:12:33"], NOW)

    assert found is not None
    assert (found.precision, found.is_relative) == ("second", False)


def test_relative_words_are_taken_when_nothing_else_is_there() -> None:
    found = read_first(["", "来自网页", "3小时前"], NOW)

    assert found is not None
    assert found.instant == NOW - timedelta(hours=3)
    assert found.is_relative


def test_an_unreadable_time_leaves_the_post_without_one_but_keeps_its_text() -> None:
    post = Post()

    assert stamp_post(post, ["", "很久以前"], NOW) is None
    assert (post.published_at, post.time_precision, post.published_text) == (None, "unknown", "很久以前")


@pytest.mark.parametrize(
    ("text", "kept"),
    [("凌霄子墨 发表于 2036-11-20 10:00", "2036-11-20 10:00"), ("夜雨于昨日夜里发", "昨日"), ("橘子99", "")],
)
def test_beside_a_time_that_is_refused_no_name_is_kept(text, kept):
    post = Post()
    stamp_post(post, [text], datetime(2026, 11, 22, tzinfo=UTC))

    assert post.published_text == kept
