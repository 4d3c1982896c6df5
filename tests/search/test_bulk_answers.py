import pytest

from search.bulk_answers import Sorted, advice, sort_answers

REFUSED = {"type": "mapper_parsing_exception", "reason": "failed to parse field [level] of type [long] in document"}


@pytest.mark.parametrize(
    ("answer", "sorted_to"),
    [
        ({"status": 201}, Sorted({})),
        ({"status": 409, "error": {"type": "version_conflict_engine_exception"}}, Sorted({})),
        ({"status": 404}, Sorted({})),
        ({"status": 404, "error": {"type": "index_not_found_exception"}}, Sorted({}, "index_not_found_exception")),
        ({"status": 429, "error": {"type": "es_rejected_execution"}}, Sorted({}, "es_rejected_execution")),
        ({"status": 403, "error": {"type": "cluster_block_exception"}}, Sorted({}, "cluster_block_exception")),
        ({"status": 400, "error": REFUSED}, Sorted({0: "mapper_parsing_exception level"})),
    ],
)
def test_each_answer_means_done_later_or_never(answer: dict, sorted_to: Sorted) -> None:
    assert sort_answers([answer]) == sorted_to


def test_a_full_disk_has_its_own_advice() -> None:
    assert "磁盘" in advice("cluster_block_exception")
    assert "磁盘" not in advice("429")


def test_a_red_index_has_its_own_advice() -> None:
    assert "变红了怎么办" in advice("unavailable_shards_exception")
