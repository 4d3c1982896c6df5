"""Tests of what of a case decides its clocks."""

from datetime import UTC, datetime
from typing import Any

from cases.case import load_case
from cases.situation import Situation

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def test_a_case_is_read_whole(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 2, site_kind="message_board")
    with stage.ledger.read() as connection:
        case = load_case(connection, case_no)
    situation = Situation.of(case)

    assert (situation.level_code, situation.source_kind, situation.restricted) == (2, "message_board", False)
    assert situation.anchors["discovered_at"] == AT
    assert (situation.marks, situation.extensions, situation.external_due_at) == (frozenset(), {}, None)


def test_a_preview_is_posted_and_found_at_one_instant() -> None:
    assert Situation.found(1, AT, nature="诉求") == Situation(1, {"discovered_at": AT, "posted_at": AT}, nature="诉求")
