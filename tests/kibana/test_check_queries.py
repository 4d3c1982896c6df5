import pytest

from kibana.check_queries import check_queries, check_query


def test_queries_of_our_own_objects_are_all_right(lens, classic) -> None:
    assert [fault for own in [*lens, *classic] for fault in check_queries(own)] == []


@pytest.mark.parametrize(
    ("query", "what"),
    [("level_code: (2", "读不懂"), ("clan: 1", "不存在"), ("title: 食堂", "没有加引号"), ("level > 1", "比大小")],
)
def test_a_query_that_cannot_mean_what_it_says_is_told(query: str, what: str) -> None:
    assert [what in str(fault) for fault in check_query("某处", "posts", query)] == [True]
