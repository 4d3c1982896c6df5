"""One post against a search: the same words and fields as `huiyin search`."""

from datetime import UTC, datetime

import pytest

from alerts.match_query import matches
from alerts.rule import Heard
from search.parse_query import parse_query
from search.segment import Segmenter

POST = Heard(
    1, datetime(2026, 10, 8, 1, 0, tzinfo=UTC), event_id=5, source_id="forum", site="bbs", title="二食堂的价格",
    content="又涨了，没有通知", topics=("学生管理",), category="投诉", departments=("safety",), level_code=2,
)  # fmt: skip
SEGMENTER = Segmenter()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("*", True),
        ("价格", True),
        ("价格通知", True),
        ('"价格通知"', False),
        ("价格 宿舍", False),
        ("宿舍 OR 通知", True),
        ("价格 -通知", False),
        ("NOT 宿舍", True),
        ("标题:通知", False),
        ("正文:通知", True),
        ("主题:学生管理", True),
        ("类别:建议", False),
        ("等级:>=重大", True),
        ("等级:特别重大", False),
        ("信源:forum", True),
        ("消失:是", False),
        ("after:2026-10-08", True),
        ("before:2026-10-07", False),
        ("部门:safety", True),
        ("回复:>3", False),
    ],
)
def test_words_and_fields_hold_as_in_a_search(query, found):
    assert matches(parse_query(query), POST, SEGMENTER) is found
