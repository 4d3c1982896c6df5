"""The golden table was made by the parser of a real Kibana 7.10.2."""

import pytest

from kibana.kql import KqlError, leaves, parse, to_search


def s(*parts: object) -> dict:
    return {"bool": {"should": list(parts), "minimum_should_match": 1}}


def match(field: str, value: object) -> dict:
    return s({"match": {field: value}})


GOLDEN = {
    "": {"match_all": {}},
    "level_code >= 2": s({"range": {"level_code": {"gte": 2}}}),
    'due_at < now and not status: "closed"': {
        "bool": {
            "filter": [
                s({"range": {"due_at": {"lt": "now"}}}),
                {"bool": {"must_not": s({"match_phrase": {"status": "closed"}})}},
            ]
        }
    },
    "due_at < now+2d and due_at >= now": {
        "bool": {"filter": [s({"range": {"due_at": {"lt": "now+2d"}}}), s({"range": {"due_at": {"gte": "now"}}})]}
    },
    "title: 食堂 涨价": match("title", "食堂 涨价"),
    'title: "食堂涨价"': s({"match_phrase": {"title": "食堂涨价"}}),
    "status: (open or doing)": s(match("status", "open"), match("status", "doing")),
    "tags: (安全 and 消防)": {"bool": {"filter": [match("tags", "安全"), match("tags", "消防")]}},
    "department: *": s({"exists": {"field": "department"}}),
    "content: *涨价*": s({"query_string": {"fields": ["content"], "query": "*涨价*"}}),
    "食堂": {"multi_match": {"type": "best_fields", "query": "食堂", "lenient": True}},
    "not": {"multi_match": {"type": "best_fields", "query": "not", "lenient": True}},
    "a: b or": match("a", "b or"),
    "is_open: true": match("is_open", True),
    'a: "x" or (b: 1 and c: 2.5)': s(
        s({"match_phrase": {"a": "x"}}), {"bool": {"filter": [match("b", 1), match("c", 2.5)]}}
    ),
    r'title: "他说\"好\""': s({"match_phrase": {"title": '他说"好"'}}),
}


@pytest.mark.parametrize("query", GOLDEN)
def test_a_query_becomes_what_kibana_sends(query: str) -> None:
    assert to_search(parse(query)) == GOLDEN[query]


@pytest.mark.parametrize("query", ["title: (食堂", "a:b:c", '"未闭合', "level_code >=", ")", "a: ()"])
def test_what_kibana_refuses_is_refused(query: str) -> None:
    with pytest.raises(KqlError):
        parse(query)


def test_every_comparison_of_a_query_is_found() -> None:
    assert [leaf.field for leaf in leaves(parse("a: 1 and not (b > 2 or c: (x or y))"))] == ["a", "b", "c", "c"]
    assert list(leaves(None)) == []
