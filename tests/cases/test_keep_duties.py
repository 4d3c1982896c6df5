"""Tests of duties that come back: opened, reminded once, shown when missed, made up for after an outage."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from cases.keep_duties import OWED_BY, duties_between, duty_period, expected_duties, keep_duties, sign_duty
from cases.policy import load_policy
from cases.recurring import TITLES
from foundation.errors import Refused
from foundation.school import School, SchoolFiles
from foundation.tables import fact


def under(school: School, *profiles: str) -> School:
    text = school.files.texts["policy.yaml"].replace("enabled: [z1-school]", f"enabled: [{', '.join(profiles)}]")
    return School.from_files(SchoolFiles({**school.files.texts, "policy.yaml": text}))


def keep(stage: Any, text: str) -> int:
    stage.at(text)
    with stage.ledger.change() as work:
        return keep_duties(work, stage.school)


def told(stage: Any) -> list[tuple[str, str]]:
    with stage.ledger.read() as connection:
        rows = connection.execute(select(fact).where(fact.c.kind.startswith("duty.")).order_by(fact.c.fact_id))
        return [(row.kind, row.subject) for row in rows]


def test_every_duty_of_a_profile_is_owed_by_somebody(example_school: School) -> None:
    assert set(TITLES) <= set(OWED_BY)
    school = under(example_school, "z1-school", "z7-township", "z8-outline", "z10-school")
    expected = expected_duties(load_policy(school), school)
    assert {each.what for each in expected} == set(OWED_BY)
    assert len([each for each in expected if each.unit]) == len(school.organisation.departments)


def test_a_duty_is_reminded_of_once_in_the_evening_and_its_gap_shown_the_next_morning(stage: Any) -> None:
    counts = [keep(stage, text) for text in ("2026-11-21T09:00", "2026-11-21T19:59", "2026-11-21T20:00",
              "2026-11-21T20:01", "2026-11-22T00:30", "2026-11-22T08:00", "2026-11-22T08:01")]  # fmt: skip

    assert counts == [0, 0, 1, 0, 0, 1, 0]
    assert told(stage) == [("duty.due", "Z1.6.1-4a::2026-11-21"), ("duty.missed", "Z1.6.1-4a::2026-11-21")]


def test_days_on_which_nothing_ran_are_made_up_for(stage: Any) -> None:
    keep(stage, "2026-11-21T09:00")
    keep(stage, "2026-11-24T09:00")
    with stage.ledger.read() as connection:
        rows = duties_between(connection, date(2026, 11, 16), date(2026, 11, 24))

    assert [(row.first_on, row.state) for row in rows if row.what == "patrol_log"] == [
        ("2026-11-21", "missed"), ("2026-11-22", "missed"), ("2026-11-23", "missed"), ("2026-11-24", "open"),
    ]  # fmt: skip
    assert [(row.first_on, row.state) for row in rows if row.what == "bulletin"] == [
        ("2026-11-16", "missed"), ("2026-11-23", "open"),
    ]  # fmt: skip


def test_a_signed_duty_is_quiet_and_is_signed_once(stage: Any) -> None:
    keep(stage, "2026-11-21T09:00")
    with stage.ledger.change("tang_ruolan") as work:
        row = sign_duty(work, stage.school, "patrol_log", by="tang_ruolan", note="无异常")
        with pytest.raises(Refused, match="已经签过"):
            sign_duty(work, stage.school, "patrol_log", by="tang_ruolan")
        with pytest.raises(Refused, match="不能签巡查记录"):
            sign_duty(work, stage.school, "patrol_log", by="shen_mingde")
        with pytest.raises(Refused, match="现在没有要签的督查评估"):
            sign_duty(work, stage.school, "evaluation", by="gu_wenjing")

    assert (row.state, row.signed[0]["note"], row.next_at) == ("done", "无异常", None)
    assert keep(stage, "2026-11-21T20:00") == 0


def test_departments_patrol_on_working_days_only(stage: Any) -> None:
    stage.school = under(stage.school, "z7-township")
    days = ("2026-09-30T09:00", "2026-10-02T20:00", "2026-10-10T20:00")
    for text in days:
        keep(stage, text)
    with stage.ledger.read() as connection:
        query = select(duty_period.c.first_on).where(duty_period.c.unit == "safety").order_by(duty_period.c.first_on)
        found = list(connection.execute(query).scalars())

    assert found == ["2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"]
