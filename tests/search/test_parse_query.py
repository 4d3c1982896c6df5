from datetime import UTC, datetime, timedelta

import pytest

from foundation.errors import Stop
from search.parse_query import parse_query
from search.query import Among, And, Between, Compare, Holds, Not, Or, Query, Text


def words(text: str, *, exact: bool = False) -> Text:
    return Text(text, exact)


PARSED = [
    ("食堂", words("食堂")),
    ("食堂 虫子", And((words("食堂"), words("虫子")))),
    ("食堂 AND 虫子", And((words("食堂"), words("虫子")))),
    ("a b OR c", Or((And((words("a"), words("b"))), words("c")))),
    ("a (b OR c)", And((words("a"), Or((words("b"), words("c")))))),
    ("NOT a", Not(words("a"))),
    ("a -b", And((words("a"), Not(words("b"))))),
    ('"食堂 虫子"', words("食堂 虫子", exact=True)),
    ("“食堂”", words("食堂", exact=True)),
    ("「食堂」", words("食堂", exact=True)),
    ("and or not", And((words("and"), words("or"), words("not")))),
    ("食堂与宿舍", words("食堂与宿舍")),
    ("12:30", words("12:30")),
    ("http://t.cn/a", words("http://t.cn/a")),
    ("title:虫子", Text("虫子", False, "title")),
    ("正文：“有 虫”", Text("有 虫", True, "content")),
    ("level:重大", Compare("level_code", "=", 2)),
    ("等级>=重大", Compare("level_code", ">=", 2)),
    ("level:>=1", Compare("level_code", ">=", 1)),
    ("level:一般,重大", Or((Compare("level_code", "=", 1), Compare("level_code", "=", 2)))),
    ("copies>=3", Compare("copies", ">=", 3)),
    ("score>2.5", Compare("score", ">", 2.5)),
    ("event:7", Compare("event_id", "=", 7)),
    ("类别:投诉，咨询", Among("category", ("投诉", "咨询"))),
    ("topic:校园安全", Among("topics", ("校园安全",), True)),
    ("部门:后勤处", Among("departments", ("hq",), True)),
    ("vanished:yes", Holds("vanished_at", True)),
    ("误报:否", Holds("false_alarm", False)),
]


@pytest.mark.parametrize(("text", "expected"), PARSED)
def test_a_query_is_read_as(text: str, expected: object) -> None:
    assert parse_query(text, {"后勤处": "hq"}) == Query(expected)


def midnight(month: int, day: int) -> datetime:
    """The school's midnight of a day of 2026 as UTC."""
    return datetime(2026, month, day, tzinfo=UTC) - timedelta(hours=8)


DATES = [
    ("发布:2026-11-01", Between(midnight(11, 1), midnight(11, 2))),
    ("published:2026-11-01..2026-11-05", Between(midnight(11, 1), midnight(11, 6))),
    ("published:2026-11-01..", Between(midnight(11, 1), None)),
    ("published:..2026-11-05", Between(None, midnight(11, 6))),
    ("published:2026-11", Between(midnight(11, 1), midnight(12, 1))),
    ("after:2026-11-01", Between(midnight(11, 1), None)),
    ("before:2026-11-01", Between(None, midnight(11, 2))),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_days_are_the_schools_days_both_ends_included(text: str, expected: Between) -> None:
    assert parse_query(text).root == expected


def test_a_month_at_the_end_of_the_year_ends_with_it() -> None:
    assert parse_query("发布:2026-12").root == parse_query("发布:2026-12-01..2026-12-31").root


def test_a_star_finds_everything() -> None:
    assert parse_query(" * ") == Query(None)


WRONG = [
    ("", 1, "应当有一个词"),
    ("食堂 AND", 7, "应当有一个词"),
    ("(食堂", 1, "少了右括号"),
    ("食堂)", 3, "多了一个右括号"),
    ('食堂 "虫子', 4, "引号没有成对"),
    ("食堂 levle:重大", 4, "没有 levle 这个字段"),
    ("level:严重", 7, "没有“严重”这个等级"),
    ("copies>=多", 9, "不是数字"),
    ("发布:2026-13-01", 4, "不是日期"),
    ("发布:昨天", 4, "不是日期"),
    ("发布:0001-01-01", 4, "不是日期"),
    ("食" * 1001, 1001, "太长"),
    ("发布:..", 4, "日期是空的"),
    ("发布:2026-11-05..2026-11-01", 4, "起始日期晚于结束日期"),
    ("after:2026-11-01..2026-11-02", 7, "只能写一个日期"),
    ("vanished:maybe", 10, "看不懂"),
    ("，。", 1, "没有可以检索的字"),
    ("(" * 30 + "食堂" + ")" * 30, 22, "套得太深"),
    (" ".join(["饭"] * 101), 201, "太长"),
]


@pytest.mark.parametrize(("text", "place", "what"), WRONG)
def test_a_mistake_is_named_with_its_place(text: str, place: int, what: str) -> None:
    with pytest.raises(Stop) as caught:
        parse_query(text)

    assert what in caught.value.what
    assert f"第 {place} 个字" in caught.value.thing
