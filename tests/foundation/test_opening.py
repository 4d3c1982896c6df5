"""Tests of opening: ledger and active school together, clear words when nothing was applied."""

from pathlib import Path

import pytest

from foundation.errors import LedgerUnusable
from foundation.opening import open_school
from foundation.school import SchoolFiles, store_school

ROOT = Path(__file__).parents[2]


def test_the_active_version_is_opened(ledger):
    with ledger.change("lin") as work:
        store_school(work, SchoolFiles.from_folder(ROOT / "school"), "folder")

    assert open_school().school.version == 1


def test_nothing_applied_yet_says_what_to_run(ledger):
    with pytest.raises(LedgerUnusable, match="先运行 huiyin apply"):
        open_school()
