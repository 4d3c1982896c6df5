"""Tests of clocks counted again when the calendar changed: G7, found on 2026-12-30 before 2027 was published."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from cases.act import perform
from cases.case import case_file, timers_of
from cases.import_year import read_year, with_year
from cases.recount_timers import recount_timers
from foundation.clock import SCHOOL_ZONE
from foundation.school import School, SchoolFiles, store_school
from foundation.tables import audit, fact

RESPONSE = "Z1.6.2-1b"
YEAR = "year: 2027\nnotice: 通知一号\nholidays: [{name: 元旦, from: 2027-01-01, to: 2027-01-01}]\n"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


def published(school: School) -> School:
    texts = school.files.texts
    calendar = with_year(texts["calendar.yaml"], read_year(YEAR, "2027.yaml"))
    return School.from_files(SchoolFiles({**texts, "calendar.yaml": calendar}), school.version)


def response(stage: Any, case_no: str, rule: str = RESPONSE) -> Any:
    with stage.ledger.read() as connection:
        return next(row for row in timers_of(connection, [case_no]) if row.rule == rule)


def recount(stage: Any, school: School) -> int:
    with stage.ledger.change() as work:
        return recount_timers(work, school)


def test_a_provisional_due_time_moves_when_the_year_arrives(stage: Any) -> None:
    case_no = stage.found("2026-12-30T09:00", 1)
    before = response(stage, case_no)
    moved = recount(stage, published(stage.school))
    after = response(stage, case_no)

    assert (before.due_at, bool(before.provisional)) == (at("2027-01-04T17:30"), True)
    assert (after.due_at, bool(after.provisional), moved) == (at("2027-01-05T17:30"), False, 1)
    assert after.timer_id == before.timer_id
    assert "01-01 法定假日 不计" in after.explanation
    assert after.next_step_at == min(datetime.fromisoformat(step["at"]) for step in after.ladder)


def test_old_value_new_value_and_cause_are_audited_and_the_owner_is_told(stage: Any) -> None:
    case_no = stage.found("2026-12-30T09:00", 1)
    recount(stage, published(stage.school))
    with stage.ledger.read() as connection:
        row = json.loads(
            connection.execute(select(audit.c.details).where(audit.c.act == "case.due_moved")).scalar_one()
        )
        told = connection.execute(select(fact.c.subject, fact.c.data).where(fact.c.kind == "timer.moved")).one()

    assert (row["rule"], row["cause"]) == (RESPONSE, "calendar")
    assert datetime.fromisoformat(row["old_due_at"]) == at("2027-01-04T17:30")
    assert datetime.fromisoformat(row["due_at"]) == at("2027-01-05T17:30")
    assert (told.subject, told.data["to"]) == (case_no, ["owner", "dept"])


def test_counting_again_twice_changes_nothing(stage: Any) -> None:
    case_no = stage.found("2026-12-30T09:00", 1)
    school = published(stage.school)
    recount(stage, school)
    once = response(stage, case_no)

    assert recount(stage, school) == 0
    assert response(stage, case_no) == once


def test_a_clock_that_ended_stays_as_it_ended(stage: Any) -> None:
    case_no = stage.found("2026-12-30T09:00", 1)
    with stage.ledger.change() as work:
        work.connection.exec_driver_sql("UPDATE timer SET state = 'satisfied' WHERE rule = ?", (RESPONSE,))
    ended = response(stage, case_no)

    assert recount(stage, published(stage.school)) == 0
    assert response(stage, case_no) == ended


def test_a_case_keeps_its_policy_and_only_its_days_are_counted_anew(stage: Any) -> None:
    """Z3.13: the policy that a case was opened under is not what changed."""
    with stage.ledger.change() as work:
        stage.school = School.from_files(stage.school.files, store_school(work, stage.school.files, "folder"))
    case_no = stage.found("2026-12-30T09:00", 1)
    texts = dict(published(stage.school).files.texts)
    texts["policy.yaml"] = texts["policy.yaml"].replace("version: 1\n", "version: 2\n").replace(": 3wd", ": 5wd")
    with stage.ledger.change() as work:
        newer = School.from_files(SchoolFiles(texts), store_school(work, SchoolFiles(texts), "folder"))
    recount(stage, newer)
    after = response(stage, case_no)
    with stage.ledger.read() as connection:
        version = connection.execute(select(case_file.c.school_version)).scalar_one()

    assert (version, newer.version) == (stage.school.version, stage.school.version + 1)
    assert (after.due_at, after.policy_version) == (at("2027-01-05T17:30"), "1")


def test_nothing_happens_while_the_calendar_stays(stage: Any) -> None:
    stage.found("2026-12-30T09:00", 1)

    assert recount(stage, stage.school) == 0


def test_the_clock_of_the_receipt_is_counted_again_too(stage: Any) -> None:
    """Handed over in the afternoon of 2026-12-31; what is left of the six hours counts from after the holiday."""
    case_no = stage.found("2026-12-31T15:00", 1)
    verdict = {"level": "一般", "opinion": "属实", "evidence": "http://bbs.yunlu.example/1"}
    with stage.ledger.change("tang_ruolan") as work:
        perform(work, stage.store, stage.school, case_no, "confirm", by="tang_ruolan", **verdict)
    with stage.ledger.change("gu_wenjing") as work:
        perform(
            work, stage.store, stage.school, case_no, "assign", by="gu_wenjing", lead="safety", opinion="请三日内答复"
        )
    before = response(stage, case_no, "receipt")
    recount(stage, published(stage.school))
    after = response(stage, case_no, "receipt")

    assert before.due_at.date() == date(2027, 1, 1)
    assert after.due_at.date() == date(2027, 1, 4)
    assert after.calendar_version != before.calendar_version
    assert after.next_step_at == min(datetime.fromisoformat(step["at"]) for step in after.ladder)
