"""Which ladder steps are due: a table of states and instants, then the recording."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from alerts.find_due import next_step_at, steps_due, take_due_steps
from foundation.tables import fact, timer

ZERO = datetime.fromisoformat("2026-10-08T01:00:00+00:00")
LADDER = [
    {"step": "remind_50", "at": (ZERO + timedelta(hours=1)).isoformat(), "to": ["dept"]},
    {"step": "remind_20", "at": (ZERO + timedelta(hours=2)).isoformat(), "to": ["dept"]},
    {"step": "due", "at": (ZERO + timedelta(hours=3)).isoformat(), "to": ["dept"]},
    {"step": "催办", "at": (ZERO + timedelta(hours=3)).isoformat(), "to": ["liaison"]},
    {"step": "督办", "at": (ZERO + timedelta(hours=27)).isoformat(), "to": ["dept", "office"]},
]
AT_1H, AT_2H = (ZERO + timedelta(hours=1)).isoformat(), (ZERO + timedelta(hours=2)).isoformat()
TABLE = [  # steps taken, hours after ZERO, told, skipped
    ({}, 0.5, [], []),
    ({}, 1.0, ["remind_50"], []),
    ({"remind_50": AT_1H}, 1.5, [], []),
    ({"remind_50": AT_1H}, 2.1, ["remind_20"], []),
    ({}, 2.1, ["remind_20"], ["remind_50"]),
    ({"remind_50": AT_1H, "remind_20": AT_2H}, 3.0, ["due", "催办"], []),
    ({"remind_50": AT_1H}, 3.0, ["催办"], ["remind_20", "due"]),
    ({"remind_50": AT_1H}, 51.0, ["督办"], ["remind_20", "due", "催办"]),
    ({"remind_50": "skipped", "remind_20": AT_2H}, 2.5, [], []),
    ({"remind_50": ZERO.isoformat()}, 1.0, ["remind_50"], []),  # taken for an earlier due time: extended since
]


@pytest.mark.parametrize(("taken", "hours", "told", "skipped"), TABLE)
def test_the_highest_missed_step_is_told_and_lower_ones_are_skipped(taken, hours, told, skipped):
    due = steps_due({"state": "open", "ladder": LADDER, "steps_taken": taken}, ZERO + timedelta(hours=hours))

    assert [step.step for step in due if not step.skipped] == told
    assert [step.step for step in due if step.skipped] == skipped


@pytest.mark.parametrize("state", ["satisfied", "cancelled"])
def test_a_timer_that_ended_asks_for_nothing(state):
    row = {"state": state, "ladder": LADDER, "steps_taken": {}}

    assert steps_due(row, ZERO + timedelta(days=9)) == []
    assert next_step_at(row) is None


def test_the_next_step_is_the_first_not_taken():
    row = {"state": "open", "ladder": LADDER, "steps_taken": {"remind_50": AT_1H}}

    assert next_step_at(row) == ZERO + timedelta(hours=2)


def test_a_ladder_without_steps_left_sleeps():
    taken = {step["step"]: "skipped" for step in LADDER}

    assert next_step_at({"state": "open", "ladder": LADDER, "steps_taken": taken}) is None


def _facts(ledger):
    with ledger.read() as connection:
        return [row.data for row in connection.execute(select(fact).where(fact.c.kind == "timer.step"))]


def test_each_step_is_taken_once_and_recorded(ledger, school, new_case, move_clock):
    new_case()
    move_clock(hours=1)
    told = []
    for _time in range(2):
        with ledger.change() as work:
            told.append(take_due_steps(work, school))

    with ledger.read() as connection:
        row = connection.execute(select(timer)).one()
    assert told == [1, 0]
    assert list(row.steps_taken) == ["remind_50"]
    assert row.next_step_at == ZERO + timedelta(minutes=96)
    assert [data["step"] for data in _facts(ledger)] == ["remind_50"]


@pytest.mark.provision("Z9a.3.4")
def test_the_whole_ladder_is_climbed_in_time_each_step_once(ledger, school, new_case, move_clock):
    new_case()
    for minutes in (60, 36, 24, 1440, 1440, 1440):
        move_clock(minutes=minutes)
        with ledger.change() as work:
            take_due_steps(work, school)

    steps = [data["step"] for data in _facts(ledger)]
    assert steps == ["remind_50", "remind_20", "due", "催办", "督办", "通报"]


def test_after_two_days_of_silence_one_step_is_told(ledger, school, new_case, move_clock):
    new_case()
    move_clock(hours=48)
    with ledger.change() as work:
        take_due_steps(work, school)

    (data,) = _facts(ledger)
    assert data["step"] == "督办"
    assert data["skipped"] == ["remind_50", "remind_20", "due", "催办"]


def test_a_satisfied_timer_is_left_alone(ledger, school, new_case, move_clock):
    new_case()
    move_clock(hours=48)
    with ledger.change() as work:
        work.connection.execute(update(timer).values(state="satisfied"))
        told = take_due_steps(work, school)

    assert told == 0


@pytest.mark.provision("Z9a.3.4")
def test_the_second_step_is_a_numbered_supervision_to_department_and_office_once_for_each_due_time(
    ledger, school, new_case, move_clock, rows
):
    for number in (1, 2):
        new_case(f"HY-2026-000{number}", number)
    move_clock(hours=27)
    for _tick in range(3):
        with ledger.change() as work:
            take_due_steps(work, school)
    with ledger.change() as work:  # an extension: a new due time
        due_at = work.at + timedelta(hours=1)
        ladder = [{"step": "督办", "at": due_at.isoformat(), "to": ["dept", "office"]}]
        values = {"due_at": due_at, "ladder": ladder, "next_step_at": due_at}
        work.connection.execute(update(timer).where(timer.c.case_no == "HY-2026-0001").values(**values))
    move_clock(hours=2)
    with ledger.change() as work:
        take_due_steps(work, school)

    told = [row for row in rows() if row.kind == "supervise"]
    documents = sorted({row.payload["body"].splitlines()[0] for row in told})
    assert documents == ["督办单：DB-2026-0001", "督办单：DB-2026-0002", "督办单：DB-2026-0003"]
    assert sorted(row.recipient for row in told if row.case_no == "HY-2026-0002") == ["gu", "safety", "safety"]
