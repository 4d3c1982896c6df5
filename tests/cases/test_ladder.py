"""Tests of the steps beside a clock."""

from datetime import UTC, datetime, timedelta

from cases.ladder import SKIPPED, is_waiting, next_step_at, overdue_step, reminders, step_at
from cases.policy_file import Remind
from cases.profile_file import OverdueStep
from foundation.tables import instant_text

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
DUE = AT + timedelta(hours=10)
REMIND = Remind(before=["50%", "20%"])


def test_reminders_fall_by_share_of_time_left_and_say_that_we_chose_them() -> None:
    steps = reminders(REMIND, AT, DUE, ["dept"])

    assert [(step["step"], datetime.fromisoformat(step["at"])) for step in steps] == [
        ("remind_50", AT + timedelta(hours=5)),
        ("remind_20", AT + timedelta(hours=8)),
        ("due", DUE),
    ]
    assert [step.get("basis") for step in steps] == ["step_default", "step_default", None]


def test_a_clock_that_is_past_when_it_starts_is_told_once() -> None:
    assert [step["step"] for step in reminders(REMIND, AT, AT - timedelta(hours=1), ["dept"])] == ["due"]


def test_a_school_may_leave_out_the_step_at_the_due_time() -> None:
    assert reminders(Remind(at_due=False), AT, DUE, ["dept"]) == []


def test_an_overdue_step_of_a_profile_is_the_statutes_and_the_others_ours() -> None:
    step = OverdueStep(at="0h", do="通报", unless="explained", needs_human="office")

    assert overdue_step(step, DUE, ["office"], default=False) == {
        "step": "通报", "at": instant_text(DUE), "to": ["office"], "unless": "explained", "needs_human": "office",
    }  # fmt: skip
    assert overdue_step(step, DUE, ["office"], default=True)["basis"] == "step_default"


def test_the_next_step_is_the_first_not_taken() -> None:
    ladder = [step_at("a", AT, ["dept"]), step_at("b", DUE, ["dept"])]

    assert next_step_at(ladder, {}) == AT
    assert next_step_at(ladder, {"a": instant_text(AT)}) == DUE
    assert next_step_at(ladder, {"a": SKIPPED, "b": instant_text(DUE)}) is None


def test_a_step_taken_for_an_earlier_due_time_is_due_again() -> None:
    assert is_waiting(DUE, instant_text(AT))
    assert not is_waiting(DUE, instant_text(DUE))
    assert not is_waiting(DUE, SKIPPED)
    assert is_waiting(DUE, None)
