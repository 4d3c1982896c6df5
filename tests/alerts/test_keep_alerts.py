"""Findings become one open alert for each rule and subject; a person takes it."""

import pytest
from sqlalchemy import select, update

from alerts.keep_alerts import acknowledge, keep_alert
from alerts.load_rules import load_rules
from alerts.rule import Finding
from alerts.tables import alert
from foundation.errors import Refused


@pytest.fixture
def find(ledger, school, move_clock):
    def one(key="event:1", level=1, says="三帖"):
        at = move_clock(minutes=1)
        with ledger.change() as work:
            keep_alert(work, load_rules(school).running[0], Finding(key, at, says, 1, "食堂", level, 3))

    return one


def _rows(ledger):
    with ledger.read() as connection:
        return connection.execute(select(alert).order_by(alert.c.alert_id)).all()


def test_the_same_subject_is_one_alert_that_grows(ledger, find):
    find()
    find(level=2, says="六帖")
    find("event:2")

    assert [(row.key, row.found, row.level_code, row.says) for row in _rows(ledger)] == [
        ("event:1", 2, 2, "六帖"),
        ("event:2", 1, 1, "三帖"),
    ]


def test_after_it_is_over_a_finding_opens_another_one(ledger, find):
    find()
    with ledger.change() as work:
        work.connection.execute(update(alert).values(look_at=None))
    find()

    assert [row.found for row in _rows(ledger)] == [1, 1]


def test_a_person_takes_it_once_it_exists_and_runs(ledger, find):
    find()
    with ledger.change("xu") as work:
        acknowledge(work, 1, "xu")
        with pytest.raises(Refused):
            acknowledge(work, 99, "xu")
        work.connection.execute(update(alert).values(look_at=None))
        with pytest.raises(Refused):
            acknowledge(work, 1, "xu")

    assert _rows(ledger)[0].acknowledged_by == "xu"
