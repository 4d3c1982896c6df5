"""What notices know of a case."""

from datetime import timedelta

import pytest

from alerts.case_view import read_case_view
from foundation.errors import Refused


def test_a_view_holds_title_reasons_and_the_earliest_due_time(ledger, new_case, move_clock):
    new_case()
    now = move_clock()
    with ledger.read() as connection:
        view = read_case_view(connection, "HY-2026-0001", now)

    assert (view.title, view.score, view.lead) == ("二食堂晚餐有同学肚子疼", 6.0, "safety")
    assert view.reasons[0].words == ("肚子疼",)
    assert view.due_at == now + timedelta(hours=2)


@pytest.mark.parametrize("flag", ["restricted", "confidential"])
def test_a_restricted_or_confidential_view_holds_no_words(ledger, new_case, move_clock, flag):
    new_case(**{flag: True})
    with ledger.read() as connection:
        view = read_case_view(connection, "HY-2026-0001", move_clock())

    assert (view.title, view.reasons, view.score) == ("", (), 0.0)
    assert view.due_at is not None


def test_an_unknown_case_is_said(ledger, move_clock):
    with ledger.read() as connection, pytest.raises(Refused, match="HY-2026-0999"):
        read_case_view(connection, "HY-2026-0999", move_clock())
