from kibana.fault import panels_of
from kibana.panels import PANELS
from kibana.translate import figures_of, search_of_classic, search_of_lens, search_of_saved


def test_both_flavours_ask_the_server_the_same(lens, classic) -> None:
    newer = {each["panelIndex"]: each for own in lens for each in panels_of(own) if each["type"] == "lens"}
    older = {own["id"]: own for own in classic}

    assert len(newer) == len(PANELS)
    for panel in PANELS:
        asked = search_of_lens(newer[panel.id]["embeddableConfig"]["attributes"])
        assert search_of_classic(older[f"huiyin-vis-{panel.id}"]["attributes"]) == asked


def test_a_count_needs_no_aggregation_and_buckets_are_nested_in_order(lens) -> None:
    asked = {
        each["title"]: search_of_lens(each["embeddableConfig"]["attributes"])
        for own in lens
        for each in panels_of(own)
        if each["type"] == "lens"
    }

    assert "aggs" not in asked["新听到的帖文"]
    assert asked["主题与类别"]["aggs"]["by"]["aggs"]["by"] == {"terms": {"field": "category", "size": 20}}
    assert asked["答复用时中位数（小时）"]["aggs"] == {
        "measured": {"percentiles": {"field": "answer_hours", "percents": [50]}}
    }
    assert asked["退办次数"]["aggs"]["by"]["terms"]["order"] == {"measured": "desc"}


def test_figures_are_read_from_answers_of_every_shape() -> None:
    total = {"hits": {"total": {"value": 7}}}
    levels = {
        "重大": {"doc_count": 2, "measured": {"value": 5}},
        "无": {"doc_count": 0, "measured": {"value": 0}},
    }
    day = {"key": 1, "key_as_string": "2026-11-02", "doc_count": 2, "by": {"buckets": levels}}
    nested = {"buckets": [day]}

    assert figures_of(total) == {(): 7.0}
    assert figures_of({"aggregations": {"measured": {"values": {"50.0": 3}}}}) == {(): 3.0}
    assert figures_of({"aggregations": {"by": nested}}) == {("2026-11-02", "重大"): 5.0}


def test_a_saved_search_is_asked_for_newest_first(lens) -> None:
    own = next(each for each in lens if each["id"] == "huiyin-search-grave")

    assert search_of_saved(own["attributes"])["sort"] == [
        {"first_seen_at": {"order": "desc", "unmapped_type": "boolean"}}
    ]
