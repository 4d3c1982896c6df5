from kibana.fault import Fault, name_of, panels_of, queries_of, unpacked


def test_an_object_is_named_by_type_and_chinese_title() -> None:
    assert name_of({"type": "dashboard", "id": "x", "attributes": {"title": "总览"}}) == "看板“总览”"
    assert name_of({"type": "search", "id": "huiyin-x"}) == "查询“huiyin-x”"
    assert str(Fault("看板“总览”", "空的")) == "看板“总览”：空的"


def test_every_query_of_both_flavours_is_found(lens, classic) -> None:
    newer = {query for own in lens for _, _, query in queries_of(own)}
    older = {query for own in classic for _, _, query in queries_of(own)}

    assert newer == older
    assert {"blocked: true", "level_code: 3", "vanished_at: *"} <= newer


def test_what_is_no_json_or_no_dashboard_gives_nothing() -> None:
    assert unpacked("{") is None
    assert unpacked(None) is None
    assert list(panels_of({"type": "search", "attributes": {}})) == []
