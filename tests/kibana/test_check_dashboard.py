from kibana.check_dashboard import check_dashboard


def test_our_own_dashboards_are_all_right(lens, classic) -> None:
    assert [fault for own in lens for fault in check_dashboard(own, "lens")] == []
    assert [fault for own in classic for fault in check_dashboard(own, "classic")] == []


def test_what_is_no_dashboard_has_no_such_faults() -> None:
    assert list(check_dashboard({"type": "search", "attributes": {}}, "lens")) == []
