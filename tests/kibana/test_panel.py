from dataclasses import FrozenInstanceError

import pytest

from kibana.panel import Metric, Panel


def test_a_panel_counts_unless_told_otherwise_and_never_changes() -> None:
    panel = Panel("heard", "新听到的帖文", "number", "posts", Metric("帖文"))

    assert (panel.metric.operation, panel.query, panel.buckets) == ("count", "", ())
    with pytest.raises(FrozenInstanceError):
        panel.title = "x"  # type: ignore[misc]
