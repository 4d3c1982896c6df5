"""Tests of opening and raising cases: clocks on real working days, once per event, nothing after a crash."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, select

from cases.act import perform
from cases.case import case_of_event, list_cases, load_case, timers_of
from cases.open_case import policy_of
from foundation.audit import find_break
from foundation.clock import SCHOOL_ZONE
from foundation.school import School, SchoolFiles, store_school
from foundation.tables import audit, fact, timer
from search.posts import load_posts


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


def dues(stage: Any, case_no: str) -> dict[str, datetime]:
    with stage.ledger.read() as connection:
        return {row.rule: row.due_at for row in timers_of(connection, [case_no]) if row.state == "open"}


def facts(stage: Any) -> list[tuple[str, str, dict[str, Any]]]:
    with stage.ledger.read() as connection:
        return [(row.kind, row.subject, row.data) for row in connection.execute(select(fact).order_by(fact.c.fact_id))]


def audited(stage: Any) -> list[str]:
    with stage.ledger.read() as connection:
        assert find_break(connection) is None
        return list(connection.execute(select(audit.c.act).order_by(audit.c.seq)).scalars())


@pytest.mark.parametrize(
    ("found", "level_code", "expected"),
    [
        pytest.param(
            "2026-09-30T16:00",
            1,
            {"a": "2026-10-08T17:30", "b": "2026-10-10T17:30"},
            id="G1",
            marks=pytest.mark.provision("Z1.6.2-1"),
        ),
        pytest.param(
            "2026-02-14T10:00",
            2,
            {"a": "2026-02-15T10:00", "b": "2026-02-25T17:30"},
            id="G2",
            marks=pytest.mark.provision("Z1.6.2-2"),
        ),
        pytest.param(
            "2026-10-01T02:10",
            3,
            {"a": "2026-10-01T05:10", "b": "2026-10-02T02:10"},
            id="G3",
            marks=pytest.mark.provision("Z1.6.2-3"),
        ),
        pytest.param(
            "2026-12-30T09:00",
            1,
            {"a": "2026-12-31T17:30", "b": "2027-01-04T17:30"},
            id="G7",
            marks=pytest.mark.provision("Z1.6.2-1"),
        ),
        pytest.param(
            "2026-01-04T11:00",
            1,
            {"a": "2026-01-05T17:30", "b": "2026-01-07T17:30"},
            id="G9",
            marks=pytest.mark.provision("Z1.6.2-1"),
        ),
        pytest.param(
            "2026-11-20T18:30",
            1,
            {"a": "2026-11-23T17:30", "b": "2026-11-25T17:30"},
            id="G10",
            marks=pytest.mark.provision("Z1.6.2-1"),
        ),
    ],
)
def test_the_six_timers_run_on_real_working_days(
    stage: Any, found: str, level_code: int, expected: dict[str, str]
) -> None:
    case_no = stage.found(found, level_code)

    due = dues(stage, case_no)
    del due["triage"]
    assert due == {f"Z1.6.2-{level_code}{letter}": at(text) for letter, text in expected.items()}


def test_g7_is_provisional_and_g6_is_not(stage: Any) -> None:
    stage.found("2026-12-30T09:00", 1)

    with stage.ledger.read() as connection:
        marks = dict(connection.execute(select(timer.c.rule, timer.c.provisional)).all())
    assert marks == {"Z1.6.2-1a": 0, "Z1.6.2-1b": 1, "triage": 0}


def test_an_event_opens_one_provisional_case_in_triage(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)

    with stage.ledger.read() as connection:
        case = load_case(connection, case_no)
    assert case_no == "HY-2026-0001"
    assert (case.state, case.provisional, case.level_code, case.lead) == ("研判", True, 1, "safety")
    assert case.discovered_at == at("2026-11-23T09:00")
    assert facts(stage) == [
        (
            "case.opened",
            case_no,
            {
                "event_id": 1,
                "level_code": 1,
                "lead": "safety",
                "late": False,
                "restricted": False,
                "title": "二食堂的汤里有异物 1",
            },
        )
    ]
    assert audited(stage) == ["case.open"]


def test_an_event_without_level_opens_nothing(stage: Any, hear_change: Any) -> None:
    stage.at("2026-11-23T09:00")
    stage.hear(1, 0)

    assert stage.open(hear_change(1, 0)) == []


def test_a_second_call_changes_nothing(stage: Any, hear_change: Any) -> None:
    stage.found("2026-11-23T09:00", 2)
    before = facts(stage), audited(stage), dues(stage, "HY-2026-0001")

    assert stage.open(hear_change(1, 2), hear_change(1, 2, kind="grown")) == []
    assert (facts(stage), audited(stage), dues(stage, "HY-2026-0001")) == before


def test_numbers_go_on_by_year_of_the_school(stage: Any) -> None:
    stage.found("2026-12-31T23:00", 1)
    stage.found("2026-12-31T23:30", 1, event_id=2)
    third = stage.found("2027-01-01T00:30", 1, event_id=3)

    assert third == "HY-2027-0001"


def test_the_posts_of_the_event_learn_their_case_number(stage: Any, hear_change: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    later = stage.hear(1, 1)
    stage.open(hear_change(1, 1, kind="grown", post_ids=[later]))

    with stage.ledger.read() as connection:
        assert load_posts(connection, [later])[0].case_no == case_no


def test_the_clock_runs_from_hearing_the_first_post_that_justified_the_level(stage: Any, hear_change: Any) -> None:
    stage.at("2026-11-23T09:00")
    stage.hear(1, 0)
    stage.at("2026-11-23T10:00")
    stage.hear(1, 2)
    stage.at("2026-11-23T11:00")
    stage.hear(1, 2)
    stage.open(hear_change(1, 2))

    with stage.ledger.read() as connection:
        assert load_case(connection, "HY-2026-0001").discovered_at == at("2026-11-23T10:00")


def test_a_level_made_by_growth_is_discovered_when_it_is_seen(stage: Any, hear_change: Any) -> None:
    stage.at("2026-11-23T09:00")
    stage.hear(1, 1)
    stage.at("2026-11-23T12:00")
    stage.open(hear_change(1, 2, kind="raised"))

    with stage.ledger.read() as connection:
        assert load_case(connection, "HY-2026-0001").discovered_at == at("2026-11-23T12:00")


def test_a_post_older_than_its_promise_opens_late_with_one_notice_and_no_ladder(stage: Any) -> None:
    """C2: the first crawl of an old board must not be a storm."""
    case_no = stage.found("2026-11-23T09:00", 1, published_at=at("2026-11-02T09:00"))

    assert [data["late"] for _, _, data in facts(stage)] == [True]
    with stage.ledger.read() as connection:
        assert [row.next_step_at for row in timers_of(connection, [case_no])] == [None, None, None]


def test_a_fresh_post_is_not_late(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1, published_at=at("2026-11-20T09:00"))

    with stage.ledger.read() as connection:
        assert not load_case(connection, case_no).late
        assert all(row.next_step_at for row in timers_of(connection, [case_no]))


def test_a_raised_event_owes_a_new_report_from_that_moment(stage: Any, hear_change: Any) -> None:
    """C17: three hours from discovery would be past already."""
    case_no = stage.found("2026-11-23T09:00", 1)
    stage.at("2026-11-24T10:00")
    stage.open(hear_change(1, 3, kind="raised"))

    due = dues(stage, case_no)
    assert due == {
        "Z1.6.2-3a": at("2026-11-24T13:00"),
        "Z1.6.2-3b": at("2026-11-24T09:00"),
        "triage": at("2026-11-24T10:15"),
    }
    assert facts(stage)[-1] == ("case.raised", case_no, {"level_code": 3, "by": "system", "restricted": False})
    assert audited(stage) == ["case.open", "case.raise"]


def test_raising_twice_changes_nothing_the_second_time(stage: Any, hear_change: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    stage.at("2026-11-24T10:00")
    stage.open(hear_change(1, 3, kind="raised"))
    before = dues(stage, case_no), audited(stage)
    stage.at("2026-11-24T11:00")
    stage.open(hear_change(1, 3, kind="raised"))

    assert (dues(stage, case_no), audited(stage)) == before


def test_no_post_text_enters_the_audit_chain(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)

    with stage.ledger.read() as connection:
        assert not any("食堂" in details for details in connection.execute(select(audit.c.details)).scalars())


class Crash(Exception):
    pass


def test_a_crash_between_any_two_statements_leaves_nothing(stage: Any, hear_change: Any) -> None:
    stage.at("2026-11-23T09:00")
    stage.hear(1, 2)
    left: list[int] = []

    def count_down(*_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Crash

    event.listen(stage.ledger.engine, "before_cursor_execute", count_down)
    crashes = 0
    for allowed in range(200):
        left[:] = [allowed]
        try:
            stage.open(hear_change(1, 2))
        except Crash:
            crashes += 1
            left[:] = [1000]
            with stage.ledger.read() as connection:
                assert list_cases(connection) == []
                assert connection.execute(select(timer)).all() == []
                assert connection.execute(select(fact)).all() == []
                assert connection.execute(select(audit)).all() == []
        else:
            break
    left[:] = [1000]
    assert crashes > 8
    assert audited(stage) == ["case.open"]


@pytest.mark.provision("Z3.13")
def test_an_open_case_keeps_the_policy_it_started_under(stage: Any, example_school: School) -> None:
    with stage.ledger.change() as work:
        version = store_school(work, example_school.files, "folder")
    stage.school = School.from_files(example_school.files, version)
    texts = dict(example_school.files.texts)
    texts["policy.yaml"] = (
        texts["policy.yaml"].replace("version: 1\n", "version: 2\n").replace("within: 3wd", "within: 5wd")
    )
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.change() as work:
        newer = School.from_files(SchoolFiles(texts), store_school(work, SchoolFiles(texts), "folder"))
        verdict = {"level": "一般", "opinion": "属实", "evidence": "http://bbs.yunlu.example/1"}
        perform(work, stage.store, newer, case_no, "confirm", by="tang_ruolan", **verdict)

    with stage.ledger.read() as connection:
        case = case_of_event(connection, 1)
        response = next(row for row in timers_of(connection, [case_no]) if row.rule == "Z1.6.2-1b")
        assert (response.due_at, response.policy_version) == (stage.at("2026-11-26T17:30"), "1")
        assert policy_of(connection, newer, case.school_version).version == 1
        assert policy_of(connection, newer, newer.version).version == 2
