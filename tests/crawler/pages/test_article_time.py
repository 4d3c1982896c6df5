"""The time of an article: labels beside its title, the day under a notice, never the day of an event in its text."""

from datetime import UTC, datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.items import Post
from crawler.pages.article_time import refine_time, signed_on
from foundation.clock import SCHOOL_ZONE

NOW = datetime(2026, 4, 2, 2, tzinfo=UTC)
DAY = datetime(2026, 3, 26, tzinfo=SCHOOL_ZONE)


def refined(html: str, words: str = "", **given: object) -> Post:
    post = Post(**given)
    refine_time(post, LexborHTMLParser(html), words, NOW, SCHOOL_ZONE)
    return post


@pytest.mark.parametrize(
    "line",
    ["发布时间：2026-03-26 16:40", "时间：2026-03-26 16:40　来源：宣传部", "作者 日期: 2026/3/26 16:40:00 浏览 7 次"],
)
def test_the_page_names_the_minute_of_a_day_that_the_list_gave(line: str) -> None:
    post = refined(f"<div><p>{line}</p></div>", published_at=DAY, time_precision="day")

    assert post.published_at == DAY + timedelta(hours=16, minutes=40)
    assert post.time_precision != "day"


@pytest.mark.parametrize(
    "line", ["活动时间：2026-03-26 08:00", "发布时间：2026-03-30 08:00", "截止日期：2026-03-26 17:00", "时间：待定"]
)
def test_other_times_of_the_text_are_not_the_articles(line: str) -> None:
    post = refined(f"<p>{line}</p>", published_at=DAY, time_precision="day")

    assert (post.published_at, post.time_precision) == (DAY, "day")


def test_a_time_that_a_feed_gave_to_the_second_stays() -> None:
    post = refined("<p>发布时间：2026-03-26 16:40</p>", published_at=DAY, time_precision="second")

    assert post.published_at == DAY


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("各学院：\n四月六日起调整。\n学生工作部\n2026年4月1日", (4, 1)),
        ("调整。\n学生工作部\n二〇二六年三月二十六日\n附件：时间表", (3, 26)),
        ("调整。\n二○二六年三月十日", (3, 10)),
        ("调整。\n二零二六年三月二十日", (3, 20)),
        ("调整。\n2026 年 3 月 9 日", (3, 9)),
    ],
)
def test_a_notice_is_of_the_day_under_it(words: str, day: tuple[int, int]) -> None:
    signed = signed_on(words, NOW, SCHOOL_ZONE)

    assert signed is not None
    assert signed.instant == datetime(2026, *day, tzinfo=SCHOOL_ZONE)
    assert signed.precision == "day"


@pytest.mark.parametrize(
    "words", ["2026年4月1日起浴室延长开放。", "", "2026年4月1日\n" + "后面还有很多行\n" * 8, "二〇二六年十三月一日"]
)
def test_a_day_inside_the_text_signs_nothing(words: str) -> None:
    assert signed_on(words, NOW, SCHOOL_ZONE) is None


def test_the_day_under_a_notice_is_taken_only_when_nothing_else_names_one() -> None:
    words = "停业三天。\n后勤管理处\n2026年3月20日"

    assert refined("<p>x</p>", words).published_text == "2026年3月20日"
    assert refined("<p>x</p>", words, published_at=DAY, time_precision="day").published_at == DAY
