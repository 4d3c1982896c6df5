"""Tests of the numbers of 督办单."""

from typing import Any

from cases.document_no import next_document_no
from tests.cases.test_act import do, walk_to


def test_documents_by_hand_and_overdue_ones_share_one_sequence_a_year(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    walk_to(stage, "承办")
    do(stage, "supervise", "gu_wenjing", reason="没有到现场")
    with stage.ledger.change() as work:
        work.tell("timer.step", "HY-2026-0001", step="督办", document=next_document_no(work))

        assert next_document_no(work) == "DB-2026-0003"
    stage.at("2027-01-01T00:00")
    with stage.ledger.change() as work:
        assert next_document_no(work) == "DB-2027-0001"
