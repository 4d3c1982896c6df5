"""Tests of duties that come back."""

from datetime import date, datetime

import pytest

from cases.policy import Policy, load_policy
from cases.profile_file import Recurring
from cases.recurring import period_of
from foundation.clock import SCHOOL_ZONE
from foundation.school import School


@pytest.fixture
def policy(example_school: School) -> Policy:
    return load_policy(example_school)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


@pytest.mark.parametrize(("every", "now", "first", "ends"), [
    ("1d", "2026-10-03T23:59", "2026-10-03", "2026-10-04T00:00"),  # a Saturday in the holiday: 每天 is a calendar day
    ("1w", "2026-11-29T23:59", "2026-11-23", "2026-11-30T00:00"),
    ("1w", "2026-11-30T00:00", "2026-11-30", "2026-12-07T00:00"),
    ("1w", "2026-12-31T12:00", "2026-12-28", "2027-01-04T00:00"),
    ("定期", "2026-11-25T12:00", "2026-10-01", "2027-01-01T00:00"),
    ("1mo", "2026-11-25T12:00", "2026-11-01", "2026-12-01T00:00"),
])  # fmt: skip
def test_every_instant_lies_in_one_period(policy: Policy, every: str, now: str, first: str, ends: str) -> None:
    duty = Recurring.model_validate({"id": "x", "what": "patrol_log", "every": every, "min": 2})
    period = period_of(policy, duty, at(now))

    assert (period.first, period.ends_at, period.times) == (date.fromisoformat(first), at(ends), 2)


def test_an_interval_in_working_days_is_no_duty(policy: Policy) -> None:
    with pytest.raises(ValueError, match="天、周或月"):
        period_of(policy, Recurring(id="x", what="bulletin", every="1wd"), at("2026-11-25T12:00"))
