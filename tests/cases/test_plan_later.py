"""Tests of 续报 and of what is owed after the archive."""

from datetime import UTC, datetime, timedelta

from cases.deadline import Deadline
from cases.plan_later import CLOSING, after_close_plans, follow_up_plans
from cases.profile_file import FollowUp
from cases.situation import Situation

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
RULE = FollowUp(every={"day": "6h", "night": "12h"}, by=["dept", "co_depts"])


def test_each_side_owes_its_own_follow_up_and_the_night_is_longer() -> None:
    night = NOON + timedelta(hours=9)
    plans = list(follow_up_plans([RULE], Situation(2, {}, follow_ups={"dept": NOON, "co_depts": night})))

    assert [(plan.rule, plan.addressees) for plan in plans] == [("Z9b.5.2-4", ("dept",)), ("Z9b.5.2-4", ("co_depts",))]
    assert [plan.deadline.due_at for plan in plans] == [NOON + timedelta(hours=6), night + timedelta(hours=12)]
    assert "夜间每 12 小时 一次" in plans[1].deadline.days[0]


def test_before_the_assignment_nobody_owes_one() -> None:
    assert list(follow_up_plans([RULE], Situation(2, {}))) == []


def test_an_archived_case_owes_report_and_library_once_in_our_lengths() -> None:
    def count(at: datetime, within: str) -> Deadline:
        return Deadline(at + timedelta(days=int(within.removesuffix("wd"))), False, (within,))

    asked = ["case_library", "review_report", "review_report"]
    plans = list(after_close_plans(asked, Situation(1, {"closed_at": NOON}), {"总结": "8wd"}, count))

    assert [(plan.rule, plan.done_by, plan.addressees) for plan in plans] == [
        (CLOSING, "review_report", ("dept",)), (CLOSING, "case_library", ("office",)),
    ]  # fmt: skip
    assert [plan.deadline.due_at for plan in plans] == [NOON + timedelta(days=8), NOON + timedelta(days=5)]
    assert "产品默认" in plans[0].deadline.days[-1]
    assert list(after_close_plans(asked, Situation(1, {}), {}, count)) == []
