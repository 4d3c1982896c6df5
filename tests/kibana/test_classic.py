import json

from kibana.classic import TYPES, render_note, render_panel
from kibana.panel import Note
from kibana.panels import PANELS


def test_every_panel_has_one_metric_and_its_buckets_and_says_its_data_view() -> None:
    for panel in PANELS:
        own = render_panel(panel)
        state = json.loads(own["attributes"]["visState"])

        assert state["type"] == TYPES[panel.kind]
        assert [agg["schema"] == "metric" for agg in state["aggs"]] == [True] + [False] * len(panel.buckets)
        assert own["references"][0]["id"] == f"huiyin-{panel.about}"
        assert "hits" not in own["attributes"]


def test_a_note_is_markdown_without_a_data_view() -> None:
    own = render_note(Note("n", "说明", "**字**"))

    assert json.loads(own["attributes"]["visState"])["params"]["markdown"] == "**字**"
    assert own["references"] == []
