import json

from kibana.check_visualization import check_visualization


def test_our_own_visualizations_are_all_right(classic) -> None:
    assert [fault for own in classic for fault in check_visualization(own)] == []


def test_a_number_that_is_divided_is_told(classic) -> None:
    number = json.loads(json.dumps(next(own for own in classic if own["id"] == "huiyin-vis-heard")))
    state = json.loads(number["attributes"]["visState"])
    state["aggs"].append({"id": "2", "schema": "segment", "type": "terms", "params": {"field": "site", "orderBy": "1"}})
    number["attributes"]["visState"] = json.dumps(state)

    assert ["分组的 schema 应当是 没有" in str(fault) for fault in check_visualization(number)] == [True]
