import pytest

from search.elastic_query import compile_body
from search.parse_query import parse_query
from search.segment import Segmenter


def both(kind: str, how: str, value: object) -> dict:
    parts = [{how: {f"{name}_{kind}": value}} for name in ("title", "content")]
    return {"bool": {"should": parts, "minimum_should_match": 1}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", {"match_all": {}}),
        ("食堂", {"bool": {"filter": [both("words", "term", "食堂")]}}),
        ('"食堂的饭"', both("grams", "match_phrase", "食堂 堂的 的饭")),
        ("title:饭", {"bool": {"filter": [{"prefix": {"title_grams": "饭"}}]}}),
        ("level>=重大", {"range": {"level_code": {"gte": 2}}}),
        ("event:7", {"term": {"event_id": 7}}),
        ("部门:hq", {"terms": {"departments": ["hq"]}}),
        ("vanished:no", {"bool": {"must_not": [{"exists": {"field": "vanished_at"}}]}}),
        ("误报:是", {"term": {"false_alarm": True}}),
    ],
)
def test_a_query_becomes_filters(text: str, expected: dict, segmenter: Segmenter) -> None:
    assert compile_body(parse_query(text), segmenter) == expected


def test_a_day_is_a_range_of_post_numbers(segmenter: Segmenter) -> None:
    body = compile_body(parse_query("发布:2026-11-03"), segmenter)

    assert body == {"range": {"post_id": {"gte": 1_793_635_200 << 20, "lt": 1_793_721_600 << 20}}}
