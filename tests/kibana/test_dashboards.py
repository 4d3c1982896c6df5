import json

from kibana.dashboards import places, render_dashboard, render_search
from kibana.panel import Note
from kibana.panels import DASHBOARDS, GRAVE, OVERVIEW


def test_panels_flow_from_left_to_right_and_never_over_the_edge() -> None:
    parts = [Note("a", "一", "", 12, 6), Note("b", "二", "", 36, 4), Note("c", "三", "", 24, 5)]

    assert places(parts) == [
        {"x": 0, "y": 0, "w": 12, "h": 6}, {"x": 12, "y": 0, "w": 36, "h": 4}, {"x": 0, "y": 6, "w": 24, "h": 5}
    ]  # fmt: skip


def test_a_dashboard_restores_its_time_range_and_shows_every_part_in_both_flavours() -> None:
    for board in DASHBOARDS:
        for flavour in ("lens", "classic"):
            own = render_dashboard(flavour, board)
            panels = json.loads(own["attributes"]["panelsJSON"])

            assert own["attributes"]["timeRestore"] is True
            assert [panel["title"] for panel in panels] == [part.title for part in board.parts]


def test_older_kibana_gets_bare_names_of_panels() -> None:
    own = render_dashboard("classic", OVERVIEW)

    assert [reference["name"] for reference in own["references"]] == [
        f"panel_{number}" for number in range(len(OVERVIEW.parts))
    ]


def test_a_saved_search_lists_newest_first() -> None:
    own = render_search("lens", GRAVE)

    assert own["attributes"]["sort"] == [["first_seen_at", "desc"]]
    assert own["attributes"]["columns"][0] == "title"
