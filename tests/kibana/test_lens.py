from kibana.lens import METRIC, VISUALIZATIONS, lifted_reference, render_panel
from kibana.panels import PANELS


def state_of(panel) -> dict:
    return render_panel(panel)["embeddableConfig"]["attributes"]["state"]


def test_every_kind_of_panel_is_drawn_and_used() -> None:
    assert {panel.kind for panel in PANELS} == set(VISUALIZATIONS)


def test_buckets_stand_before_the_metric_in_the_order_of_the_list() -> None:
    for panel in PANELS:
        layer = state_of(panel)["datasourceStates"]["formBased"]["layers"]["layer"]

        assert layer["columnOrder"][-1] == METRIC
        assert [layer["columns"][name]["label"] for name in layer["columnOrder"]] == [
            *(bucket.label for bucket in panel.buckets), panel.metric.label
        ]  # fmt: skip


def test_a_panels_data_view_is_lifted_to_the_dashboard_under_the_panels_name() -> None:
    panel = PANELS[0]
    own = render_panel(panel)["embeddableConfig"]["attributes"]["references"][0]

    assert lifted_reference(panel) == {**own, "name": f"{panel.id}:{own['name']}"}
