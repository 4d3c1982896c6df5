"""The morning message: once a day at its time, made up for after an outage, without anything help-first."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from foundation import clock
from foundation.tables import meta, outbox
from huiyin.morning_facts import NEXT_MORNING, next_morning, note_next, patrol_lines, tell_morning
from huiyin.schedule import Schedule
from huiyin.worker import Worker


@pytest.fixture(autouse=True)
def mornings(folder):
    folder.settings(alerts={"patrol_at": "08:00"})


@pytest.fixture
def at(clock_file):
    def move(text):
        instant = datetime.fromisoformat(text).replace(tzinfo=clock.SCHOOL_ZONE)
        clock_file.write_text(instant.isoformat())
        return instant

    return move


@pytest.fixture
def schedule(parts, tmp_path):
    return Schedule(parts, Worker(parts.ledger, tmp_path / "log"))


def told(parts):
    with parts.ledger.read() as connection:
        asked = select(outbox.c.payload).where(outbox.c.kind == "tech.patrol_daily", outbox.c.channel == "email")
        return [payload["title"] for payload in connection.execute(asked).scalars()]


def test_it_comes_once_a_day_at_its_time_and_once_after_an_outage(schedule, at):
    counts = []
    for instant in ("2026-10-13T07:59", "2026-10-13T08:00", "2026-10-13T20:00", "2026-10-16T11:00", "2026-10-16T12:00"):
        at(instant)
        schedule._morning()
        counts.append(len(told(schedule.parts)))

    people = counts[1]
    assert people >= 1
    assert counts == [0, people, people, 2 * people, 2 * people]
    assert told(schedule.parts)[0].startswith("巡查简况：逾期 0，在办 0")


def test_who_asks_what_comes_next_is_told(parts, at):
    now = at("2026-10-13T09:00")
    with parts.ledger.change() as work:
        note_next(work, parts.school)
        value = work.connection.execute(select(meta.c.value).where(meta.c.name == NEXT_MORNING)).scalar()

    assert datetime.fromisoformat(value) == now - timedelta(hours=1)
    assert next_morning(parts.school, now, now) == now + timedelta(hours=23)


def test_a_school_may_want_none(parts, folder):
    school = parts.school
    alerts = school.settings.alerts.model_copy(update={"patrol_at": ""})
    quiet = type(school)(school.files, school.settings.model_copy(update={"alerts": alerts}), school.organisation)
    with parts.ledger.change() as work:
        assert tell_morning(work, quiet) == 0
    assert next_morning(quiet, clock.now(), None) is None


def test_the_facts_name_sources_cases_notices_and_the_chain(parts):
    with parts.ledger.read() as connection:
        lines = patrol_lines(connection, clock.now())

    assert [line.partition("：")[0] for line in lines[1:]] == ["信源", "案件", "通知", "审计链"]
