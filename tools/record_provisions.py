"""Pytest plugin: which requirement rows a test claims and how it ended, as JSON. Loaded with `-p` by `make matrix`.

Each test takes its rows along as a user property, so that they also come back from the processes of xdist.
"""

import json
import os
from pathlib import Path

import pytest

RESULTS_VARIABLE = "HUIYIN_PROVISION_RESULTS"
PROPERTY = "provision"
OUTCOMES: dict[str, tuple[list[str], bool]] = {}  # test → rows that it claims, whether all of its phases passed


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note the rows of each test."""
    for item in items:
        rows = [row for marker in item.iter_markers(PROPERTY) for row in marker.args]
        item.user_properties.append((PROPERTY, list(dict.fromkeys(rows))))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the result; a test passed when its set-up, call and clean-up all did."""
    rows = dict(report.user_properties).get(PROPERTY)
    if rows:
        before = OUTCOMES.get(report.nodeid, (rows, True))[1]
        OUTCOMES[report.nodeid] = (rows, before and report.passed)


def pytest_sessionfinish() -> None:
    """Write what was kept; only the process that the user started does."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        found = [{"test": test, "rows": rows, "passed": passed} for test, (rows, passed) in sorted(OUTCOMES.items())]
        Path(os.environ[RESULTS_VARIABLE]).write_text(json.dumps(found), encoding="utf-8")
