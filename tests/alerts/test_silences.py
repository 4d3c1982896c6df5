"""Silences: who, reason and end; never for 特别重大; audited, lifted, counted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.silences import Subject, count_held_back, lift_silence, make_silence, silence_for, silences_at
from foundation.errors import Refused
from foundation.tables import audit


@pytest.fixture
def make(ledger):
    def one(field="rule", value="一小时三帖", reason="已知", **delta):
        with ledger.change("xu") as work:
            ends_at = work.at + timedelta(**(delta or {"hours": 8}))
            return make_silence(work, field, value, made_by="xu", reason=reason, ends_at=ends_at)

    return one


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"field": "person"}, {"value": ""}, {"hours": -1}, {"days": 31}])
def test_a_silence_without_reason_end_or_subject_is_refused(make, wrong):
    with pytest.raises(Refused):
        make(**wrong)


def test_it_holds_back_what_it_names_until_its_end_and_never_the_gravest(make, ledger, move_clock):
    make()
    with ledger.change() as work:
        rows = silences_at(work.connection, work.at)
    subject = Subject(rule="一小时三帖")

    assert silence_for(rows, subject, 2).made_by == "xu"
    assert silence_for(rows, subject, 3) is None
    assert silence_for(rows, Subject(rule="别的"), 1) is None
    with ledger.read() as connection:
        assert silences_at(connection, move_clock(hours=9)) == []


def test_it_is_audited_lifted_and_counted(make, ledger):
    number = make("case", "HY-1")
    with ledger.change("gu") as work:
        count_held_back(work, number)
        assert [row.held_back for row in silences_at(work.connection, work.at)] == [1]
        lift_silence(work, number, "gu")
        assert silences_at(work.connection, work.at) == []
        with pytest.raises(Refused):
            lift_silence(work, number, "gu")

    with ledger.read() as connection:
        acts = connection.execute(select(audit.c.act)).scalars().all()
    assert acts[-2:] == ["silence.make", "silence.lift"]
