"""Only letters to a message board get a receipt."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from cases.receipt_text import receipt_text
from tests.cases.test_case import CASE

LETTER = replace(CASE, source_kind="message_board", state="研判", restricted=False)
CLOCK = SimpleNamespace(due_at=datetime(2026, 10, 3, 14, tzinfo=UTC), state="open", done_by="reply_published")


def test_the_receipt_names_number_and_promise():
    assert receipt_text(LETTER, [CLOCK]) == f"您的留言已受理，受理号 {CASE.case_no}，将于 2026-10-03 22:00 前答复。"


def test_without_a_clock_there_is_no_date():
    assert "尽快" in receipt_text(LETTER, [])


@pytest.mark.parametrize("other", [{"source_kind": "forum"}, {"restricted": True}, {"state": "归档"}])
def test_others_get_none(other):
    assert receipt_text(replace(LETTER, **other), [CLOCK]) == ""
