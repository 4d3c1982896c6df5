"""Tests of the case's record, number, version and timeline."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cases.case import (
    CASE_FIELDS,
    Case,
    audit_act,
    case_file,
    change_case,
    insert_case,
    list_cases,
    load_case,
    note_act,
    timeline,
)
from foundation.audit import find_break
from foundation.errors import Refused

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CASE = Case(
    "HY-2026-0001", 1, "二食堂", "研判", 1, 1, "", True, False, False, False, "office", ["students"], NOW, None, NOW,
    None, None, None, None, None, None, None, "", "", "", "", 0, 1,
)  # fmt: skip


def test_a_case_is_read_as_it_was_stored(stage: Any) -> None:
    with stage.ledger.change() as work:
        insert_case(work, CASE)

    with stage.ledger.read() as connection:
        assert load_case(connection, CASE.case_no) == CASE


def test_the_record_and_the_table_have_the_same_fields() -> None:
    assert tuple(column.name for column in case_file.columns) == CASE_FIELDS


def test_an_unknown_number_is_refused_with_the_next_step(stage: Any) -> None:
    with stage.ledger.read() as connection, pytest.raises(Refused, match="huiyin case list"):
        load_case(connection, "HY-2026-0009")


def test_a_change_raises_the_version(stage: Any) -> None:
    with stage.ledger.change() as work:
        insert_case(work, CASE)
        changed = change_case(work, CASE, state="交办")

    assert (changed.state, changed.version) == ("交办", 2)


def test_a_change_on_a_stale_state_is_refused(stage: Any) -> None:
    with stage.ledger.change() as work:
        insert_case(work, CASE)
        change_case(work, CASE, state="交办")
        with pytest.raises(Refused, match="刚被别人改过"):
            change_case(work, CASE, state="归档")


def test_open_cases_are_those_not_archived(stage: Any) -> None:
    with stage.ledger.change() as work:
        insert_case(work, CASE)
        insert_case(work, replace(CASE, case_no="HY-2026-0002", event_id=2, state="归档"))

    with stage.ledger.read() as connection:
        assert [case.case_no for case in list_cases(connection)] == ["HY-2026-0001", "HY-2026-0002"]
        assert [case.case_no for case in list_cases(connection, only_open=True)] == ["HY-2026-0001"]


def test_the_timeline_keeps_what_people_wrote_and_the_chain_names_who(stage: Any) -> None:
    with stage.ledger.change("someone") as work:
        insert_case(work, CASE)
        note_act(work, CASE.case_no, "confirm", "tang_ruolan", {"opinion": "属实"})
        audit_act(work, CASE.case_no, "confirm", "tang_ruolan", {"written": ["opinion"]})

    with stage.ledger.read() as connection:
        assert [(act.act, act.actor, act.data) for act in timeline(connection, CASE.case_no)] == [
            ("confirm", "tang_ruolan", {"opinion": "属实", "version": 1})
        ]
        assert find_break(connection) is None
