"""Options are checked by spider: unknown ones get the nearest name, wrong values say what is expected."""

from pathlib import Path

import pytest

from crawler.source_options import OPTIONS, check_options

ROOT = Path(__file__).parents[2]
SPIDERS = {path.stem for path in (ROOT / "crawler" / "spiders").glob("*.py")} - {"__init__"}


def complaints(spider, **options):
    return [str(mistake) for mistake in check_options(spider, options)]


@pytest.mark.parametrize("name", ["method", "post", "formdata", "data"])
def test_an_option_that_would_post_is_refused_with_what_to_do_instead(name):
    complaint = complaints("message_board", **{name: "POST"})[0]

    assert "回音只读网页，不向网站提交任何东西" in complaint
    assert "huiyin import" in complaint


def test_a_row_is_of_a_spider_that_there_is():
    assert set(OPTIONS) <= SPIDERS  # a kind without options of its own needs none


@pytest.mark.parametrize("spider", sorted(OPTIONS))
def test_every_option_is_documented(spider):
    row = next(line for line in (ROOT / "docs" / "parts.md").read_text().splitlines()
               if line.startswith("|") and f"`{spider}`" in line.split("|")[1] and "`zone`" in line)  # fmt: skip

    assert [name for name in OPTIONS[spider] if f"`{name}`" not in row] == []


@pytest.mark.parametrize(
    ("spider", "options"),
    [
        ("discuz", {"list_pages": 3, "thread_pages": 5, "recheck_hours": 0.5, "zone": "UTC"}),
        ("forum", {}),
        ("message_board", {"list_pages": 0, "recheck_hours": 24}),
        ("feed", {"article": "#main", "full_text": True, "recheck_hours": 0}),
        ("microblog", {"scrolls": 0, "wait_seconds": 1.5, "selectors": {"card": "article"}, "hosts": ["a.example"]}),
        ("forum", {"selectors": {"row": "li.topic:has(a)", "post_id": "data-id"}}),
        ("message_board", {"labels": {"reply": ["部门意见"]}, "states": {"退件": "不予受理"}, "encoding": "gb18030"}),
        ("message_board", {"list_object": {"rows": "result", "number": "id"}, "letter_address": "v?id={number}"}),
        ("message_board", {"list_address": "l?p={page}", "list_selectors": {"row": "li"}}),
        ("plain", {"zone": "UTC", "recheck_hours": 24, "browser": True}),
    ],
)
def test_right_options_are_taken(spider, options):
    assert complaints(spider, **options) == []


@pytest.mark.parametrize(
    ("spider", "options", "words"),
    [
        ("plain", {"recheck_hours": "三天"}, "options.recheck_hours 应当是不小于 0 的数字"),
        ("discuz", {"list_page": 3}, "discuz 没有选项 list_page。是不是 list_pages？"),
        (
            "feed",
            {"qqq": 1},
            "feed 没有选项 qqq。可用的选项：article、comments、full_text、list_pages、recheck_hours、zone",
        ),
        ("feed", {"scrolls": 1}, "feed 没有选项 scrolls"),
        ("discuz", {"list_pages": "3"}, "options.list_pages 应当是不小于 0 的整数"),
        ("discuz", {"list_pages": True}, "options.list_pages 应当是不小于 0 的整数"),
        ("discuz", {"thread_pages": -1}, "options.thread_pages 应当是不小于 0 的整数"),
        ("feed", {"recheck_hours": "三天"}, "options.recheck_hours 应当是不小于 0 的数字"),
        ("feed", {"full_text": "yes"}, "options.full_text 应当是 true 或 false"),
        ("feed", {"article": ""}, "options.article 应当是文字"),
        ("feed", {"zone": "北京"}, "options.zone 应当是时区名"),
        ("feed", {"zone": "../etc"}, "options.zone 应当是时区名"),
        ("microblog", {"selectors": {"crad": "x"}}, "options.selectors 应当是一组 名字: CSS 选择器"),
        ("microblog", {"selectors": {"card": "p["}}, "options.selectors 应当是一组 名字: CSS 选择器"),
        ("forum", {"selectors": {"raw": ".x"}}, "名字见 docs/parts.md 的规则表"),
        ("discuz", {"selectors": {"row": "p["}}, "名字见 docs/parts.md 的规则表"),
        ("microblog", {"selectors": "article"}, "options.selectors 应当是一组 名字: CSS 选择器"),
        ("message_board", {"labels": {"answer": ["部门意见"]}}, "应当是 字段: [说法]"),
        ("message_board", {"states": {"退件": "没了"}}, "应当是 网站的状态: 本系统的状态"),
        ("message_board", {"list_selectors": {"title": "a"}}, "其中有 row"),
        ("message_board", {"letter_selectors": {"content": "p["}}, "options.letter_selectors 应当是 字段: CSS 选择器"),
        ("message_board", {"list_object": {"rows": "result"}}, "其中有 rows 和 number"),
        ("message_board", {"list_address": "list_2.htm"}, "应当是含 {page} 的地址"),
        ("message_board", {"letter_address": 7}, "应当是含 {number} 的地址"),
        ("message_board", {"encoding": "idna"}, "options.encoding 应当是编码名"),
        ("microblog", {"hosts": "a.example"}, "options.hosts 应当是域名的列表"),
    ],
)
def test_a_wrong_option_is_told(spider, options, words):
    assert words in complaints(spider, **options)[0]
