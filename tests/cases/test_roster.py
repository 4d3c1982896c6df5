"""Tests of the duty roster: days that need a name, swaps, warnings. By the command line: tests/huiyin/commands."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from cases.policy import Policy, load_policy
from cases.roster import ask_swap, decide_swap, fill_roster, on_duty_at, people_on, uncovered, warn_gaps, why_named
from foundation.errors import Refused
from foundation.school import School, SchoolFiles
from foundation.tables import fact

EVE, FIRST = date(2026, 9, 30), date(2026, 10, 1)
SPECIAL = 'special: [{name: 招生季, from: "2026-11-24", to: "2026-11-25"}]\n'


@pytest.fixture(scope="module")
def watched(example_school: School) -> School:
    texts = dict(example_school.files.texts)
    texts["policy.yaml"] = texts["policy.yaml"].replace("enabled: [z1-school]", "enabled: [z1-school, z7-township]")
    texts["calendar.yaml"] += SPECIAL
    return School.from_files(SchoolFiles(texts))


@pytest.fixture(scope="module")
def policy(watched: School) -> Policy:
    return load_policy(watched)


def test_holidays_and_special_days_need_a_name_and_others_do_not(policy: Policy, example_school: School) -> None:
    assert why_named(policy, FIRST).startswith("节假日")
    assert why_named(policy, date(2026, 11, 24)) == "特殊时期 招生季"
    assert why_named(policy, EVE) == why_named(policy, date(2026, 10, 10)) == ""
    assert why_named(load_policy(example_school), FIRST) == ""


def test_a_filled_day_is_covered_and_its_people_are_on_duty(stage: Any, watched: School, policy: Policy) -> None:
    with stage.ledger.change("gu_wenjing") as work:
        fill_roster(work, watched, FIRST, FIRST, ["qin_weiguo", "bai_shouping"], by="gu_wenjing")
        fill_roster(work, watched, FIRST, FIRST, ["bai_shouping"], by="gu_wenjing")
        gaps = [day for day, _ in uncovered(work.connection, policy, EVE, date(2026, 10, 3))]

        assert gaps == [date(2026, 10, 2), date(2026, 10, 3)]
        assert on_duty_at(work.connection, stage.at("2026-10-01T02:10")) == ["bai_shouping"]


def test_a_gap_is_warned_of_once_and_seven_days_before(stage: Any, watched: School) -> None:
    """The Mid-Autumn days 09-25 to 09-27 come first, then 10-01."""

    def warned(text: str) -> int:
        stage.at(text)
        with stage.ledger.change() as work:
            return warn_gaps(work, watched)

    assert [warned("2026-09-23T09:00"), warned("2026-09-24T09:00"), warned("2026-09-24T09:30")] == [3, 1, 0]
    with stage.ledger.read() as connection:
        query = select(func.count()).where(fact.c.kind == "roster.gap")
        assert connection.execute(query).scalar() == 4


@pytest.mark.parametrize(
    ("day", "taker", "by", "says"),
    [
        (FIRST, "bai_shouping", "tang_ruolan", "不是 tang_ruolan 值班"),
        (FIRST, "qin_weiguo", "qin_weiguo", "换班写得不对"),
        (FIRST, "nobody", "qin_weiguo", "没有这个人"),
    ],
)
def test_a_swap_is_asked_by_who_is_on_duty_for_somebody_else(
    stage: Any, day: date, taker: str, by: str, says: str
) -> None:
    with stage.ledger.change(by) as work:
        fill_roster(work, stage.school, FIRST, FIRST, ["qin_weiguo"], by="gu_wenjing")
        with pytest.raises(Refused, match=says):
            ask_swap(work, stage.school, day, taker, "家中有事", by=by)


def test_a_refused_swap_changes_nothing_and_is_not_decided_again(stage: Any) -> None:
    with stage.ledger.change("qin_weiguo") as work:
        fill_roster(work, stage.school, FIRST, FIRST, ["qin_weiguo"], by="gu_wenjing")
        number = ask_swap(work, stage.school, FIRST, "bai_shouping", "家中有事", by="qin_weiguo")
        row = decide_swap(work, stage.school, number, agree=False, by="gu_wenjing")

        assert (row.state, people_on(work.connection, FIRST)) == ("refused", ["qin_weiguo"])
        with pytest.raises(Refused, match="没有这个等着批的换班"):
            decide_swap(work, stage.school, number, agree=True, by="gu_wenjing")


def test_only_the_office_and_leaders_fill_it(stage: Any) -> None:
    with stage.ledger.change("tang_ruolan") as work:
        with pytest.raises(Refused, match="不能排值班表"):
            fill_roster(work, stage.school, FIRST, FIRST, ["qin_weiguo"], by="tang_ruolan")
        with pytest.raises(Refused, match="日子不对"):
            fill_roster(work, stage.school, FIRST, EVE, ["qin_weiguo"], by="gu_wenjing")


def test_two_who_ask_the_same_person_do_not_both_get_it_agreed(stage: Any) -> None:
    with stage.ledger.change("gu_wenjing") as work:
        fill_roster(work, stage.school, FIRST, FIRST, ["qin_weiguo", "bai_shouping"], by="gu_wenjing")
        pair = [
            ask_swap(work, stage.school, FIRST, "tang_ruolan", "家中有事", by=by)
            for by in ("qin_weiguo", "bai_shouping")
        ]
        decide_swap(work, stage.school, pair[0], agree=True, by="gu_wenjing")
    with stage.ledger.change("gu_wenjing") as work, pytest.raises(Refused, match="tang_ruolan 那天已经值班"):
        decide_swap(work, stage.school, pair[1], agree=True, by="gu_wenjing")

    with stage.ledger.read() as connection:
        assert sorted(people_on(connection, FIRST)) == ["bai_shouping", "tang_ruolan"]


def test_a_swap_of_who_is_no_longer_on_that_day_is_not_agreed_and_can_be_refused(stage: Any) -> None:
    with stage.ledger.change("gu_wenjing") as work:
        fill_roster(work, stage.school, FIRST, FIRST, ["qin_weiguo"], by="gu_wenjing")
        first, second = (
            ask_swap(work, stage.school, FIRST, taker, "家中有事", by="qin_weiguo")
            for taker in ("tang_ruolan", "bai_shouping")
        )
        decide_swap(work, stage.school, first, agree=True, by="gu_wenjing")
    with stage.ledger.change("gu_wenjing") as work, pytest.raises(Refused, match="qin_weiguo 那天已经不值班"):
        decide_swap(work, stage.school, second, agree=True, by="gu_wenjing")
    with stage.ledger.change("gu_wenjing") as work:
        refused = decide_swap(work, stage.school, second, agree=False, by="gu_wenjing")

        assert (refused.state, people_on(work.connection, FIRST)) == ("refused", ["tang_ruolan"])


def test_a_day_is_not_filled_anew_while_a_swap_of_it_waits(stage: Any) -> None:
    with stage.ledger.change("gu_wenjing") as work:
        fill_roster(work, stage.school, EVE, FIRST, ["qin_weiguo"], by="gu_wenjing")
        number = ask_swap(work, stage.school, FIRST, "bai_shouping", "家中有事", by="qin_weiguo")
        with pytest.raises(Refused, match="等着批的换班") as refusal:
            fill_roster(work, stage.school, EVE, FIRST, ["tang_ruolan"], by="gu_wenjing")
        fill_roster(work, stage.school, EVE, EVE, ["tang_ruolan"], by="gu_wenjing")
        decide_swap(work, stage.school, number, agree=False, by="gu_wenjing")
        fill_roster(work, stage.school, FIRST, FIRST, ["tang_ruolan"], by="gu_wenjing")

        assert f"{number}（2026-10-01 qin_weiguo → bai_shouping）" in str(refusal.value)
        assert people_on(work.connection, EVE) == people_on(work.connection, FIRST) == ["tang_ruolan"]
