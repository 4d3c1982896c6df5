"""Tests of help-first cases: no title, no other readers, nothing left behind; with the real clustering."""

from typing import Any

from sqlalchemy import select

from cases.case import list_cases, load_case, timeline, timers_of
from cases.open_case import open_cases
from events.cluster_posts import cluster_new_posts
from foundation.tables import fact
from search.posts import change_posts, number_posts, posts_after


def facts(stage: Any) -> list[tuple[str, str, dict[str, Any]]]:
    with stage.ledger.read() as connection:
        return [(row.kind, row.subject, row.data) for row in connection.execute(select(fact).order_by(fact.c.fact_id))]


def tick(stage: Any, after: int) -> int:
    """Number, cluster and open cases as the schedule does; return the last ingest number."""
    with stage.ledger.change() as work:
        number_posts(work)
        numbered = posts_after(work.connection, after, 100)
        changes = cluster_new_posts(work, stage.store, stage.school, numbered)
        open_cases(work, stage.store, stage.school, changes)
        return max((seq for seq, _ in numbered), default=after)


def test_a_restricted_event_opens_a_case_without_title_for_counsellors_only(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 0, restricted=True)

    with stage.ledger.read() as connection:
        rows = timers_of(connection, [case_no])
        case = load_case(connection, case_no)
    assert (case.restricted, case.title, case.level_code) == (True, "", 1)
    assert {role for row in rows for step in row.ladder for role in step["to"]} == {"counsellor", "principal"}
    assert facts(stage)[0][2]["title"] == ""


def test_a_case_that_becomes_restricted_loses_its_title_and_its_other_readers(stage: Any, hear_change: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    stage.open(hear_change(1, 1, restricted=True, kind="grown"))

    with stage.ledger.read() as connection:
        rows = [row for row in timers_of(connection, [case_no]) if row.state == "open"]
        case = load_case(connection, case_no)
        acts = [act.act for act in timeline(connection, case_no)]
    assert (case.restricted, case.title) == (True, "")
    assert {role for row in rows for step in row.ladder for role in step["to"]} == {"counsellor", "principal"}
    assert acts == ["open", "restrict"]
    assert facts(stage)[-1][0] == "case.opened"
    assert facts(stage)[-1][2]["restricted"] is True


def test_a_real_event_opens_its_case_once(stage: Any) -> None:
    stage.at("2026-11-23T09:00")
    stage.hear(None, 2)
    last = tick(stage, 0)
    tick(stage, 0)
    stage.hear(None, 2)
    tick(stage, last)

    with stage.ledger.read() as connection:
        cases = list_cases(connection)
    assert [(case.case_no, case.level_code, case.title) for case in cases] == [
        ("HY-2026-0001", 2, "二食堂的汤里有异物 1")
    ]


def test_a_case_whose_only_post_turned_help_first_becomes_restricted(stage: Any) -> None:
    stage.at("2026-11-23T09:00")
    post_id = stage.hear(None, 1)
    tick(stage, 0)
    with stage.ledger.change() as work:
        change_posts(work, stage.store, [post_id], restricted=True)
    tick(stage, 1)

    with stage.ledger.read() as connection:
        cases = list_cases(connection)
    assert [(case.restricted, case.title) for case in cases] == [(True, ""), (True, "")]


def test_a_case_named_by_a_post_that_left_is_named_anew(stage: Any) -> None:
    stage.at("2026-11-23T09:00")
    first = stage.hear(None, 1)
    stage.hear(None, 1)
    tick(stage, 0)
    with stage.ledger.change() as work:
        change_posts(work, stage.store, [first], restricted=True)
    tick(stage, 2)

    with stage.ledger.read() as connection:
        cases = list_cases(connection)
        acts = [act.act for act in timeline(connection, "HY-2026-0001")]
    assert [(case.restricted, case.title) for case in cases] == [(False, "二食堂的汤里有异物 2"), (True, "")]
    assert acts == ["open", "retitle"]
    assert ("case.retitled", "HY-2026-0001", {"restricted": False}) in facts(stage)
