from kibana.check_fields import check_fields


def test_fields_of_our_own_objects_are_all_right(lens, classic) -> None:
    assert [fault for own in [*lens, *classic] for fault in check_fields(own, "huiyin-")] == []


def test_a_person_in_a_column_of_a_saved_search_is_named() -> None:
    reference = {"type": "index-pattern", "id": "huiyin-cases", "name": "n"}
    own = {"type": "search", "attributes": {"title": "我的", "columns": ["tracker", "lead"]}, "references": [reference]}

    assert [str(fault) for fault in check_fields(own, "huiyin-")] == ["查询“我的”：字段 tracker 与人有关，不许出现"]
