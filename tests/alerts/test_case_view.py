"""What notices know of a case."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from alerts.case_view import read_case_view
from cases.case import note_act
from foundation.errors import Refused
from search.posts import post


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


@pytest.mark.parametrize(
    ("level_code", "rule", "in_danger"),
    [(3, "self_harm", True), (2, "missing_child", True), (2, "weapon", True), (2, "self_harm", False)],
)
def test_a_restricted_case_is_in_danger_when_gravest_or_when_a_child_is_missing(
    ledger, new_case, move_clock, level_code, rule, in_danger
):
    new_case(restricted=True, level_code=level_code)
    with ledger.change() as work:
        reasons = [{"rule": rule, "title": "", "points": 3.0, "words": []}]
        work.connection.execute(update(post).values(reasons=reasons))
    with ledger.read() as connection:
        view = read_case_view(connection, "HY-2026-0001", move_clock())

    assert (view.in_danger, view.reasons) == (in_danger, ())


def test_what_the_counsellor_last_wrote_to_a_department_is_known(ledger, new_case, move_clock):
    new_case(restricted=True)
    with ledger.change() as work:
        for words in ("先说的", "后说的"):
            note_act(work, "HY-2026-0001", "tell", "wen", {"words": words})
    with ledger.read() as connection:
        view = read_case_view(connection, "HY-2026-0001", move_clock())

    assert view.told_words == "后说的"


def test_an_unknown_case_is_said(ledger, move_clock):
    with ledger.read() as connection, pytest.raises(Refused, match="HY-2026-0999"):
        read_case_view(connection, "HY-2026-0999", move_clock())
