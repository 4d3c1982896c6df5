"""Tests of the patrol: every round is a row, and a day tells the four kinds of silence apart."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crawler.patrol import PATROL_DAYS, patrol_of_day, tell_stale
from crawler.report import RoundReport
from crawler.rounds import finish_round, start_round, sync_sources
from crawler.source import Source
from crawler.tables import patrol, source_state
from foundation import clock
from foundation.outcome import SourceOutcome
from foundation.tables import fact


def source(name, **values):
    whole = {"id": name, "title": f"信源{name}", "spider": "plain", "owner": "lin", "interval_minutes": 60}
    return Source(**whole | {"url": f"http://{name}.example/", "expected_posts_per_day": (0, 9)} | values)


@pytest.fixture
def four(ledger):
    search = {"url": "http://find.example/?q={term}", "terms": ["云麓学院", "一食堂"]}
    known = [source("calm"), source("find", **search), source("fresh"), source("off", enabled=False)]
    by_id = {each.id: each for each in known}
    with ledger.change() as work:
        sync_sources(work, by_id)
    return by_id


def finish(ledger, one, report):
    with ledger.change() as work:
        finish_round(work, one.id, report, start_round(work, one, "", 0, 60))


def walled():
    report = RoundReport()
    report.hit(SourceOutcome.BLOCKED_BY_ROBOTS, "robots.txt 不允许 /")
    return report


def day(ledger):
    with ledger.read() as connection:
        return {line.source_id: line for line in patrol_of_day(connection, clock.at_school(clock.now()).date())}


@pytest.mark.provision("Z1.6.1-4c")
def test_a_day_lists_every_source_with_its_terms_and_tells_the_four_silences_apart(ledger, four):
    finish(ledger, four["calm"], RoundReport())
    finish(ledger, four["find"], walled())
    lines = day(ledger)

    assert {name: line.outcome for name, line in lines.items()} == {
        "calm": "nothing_new", "find": "blocked_by_robots", "fresh": "never_run", "off": "not_enabled",
    }  # fmt: skip
    assert lines["find"].terms == ("云麓学院", "一食堂")
    assert (lines["find"].blocked, lines["calm"].blocked, lines["calm"].rounds) == (1, 0, 1)
    assert lines["calm"].owner == "lin"


def test_a_row_outlives_its_source_and_is_dropped_after_its_days(ledger, four):
    finish(ledger, four["calm"], RoundReport())
    with ledger.change() as work:
        old = work.at - timedelta(days=PATROL_DAYS + 1)
        work.connection.execute(update(patrol).values(finished_at=old))
        sync_sources(work, {})
        sync_sources(work, {"calm": four["calm"]})
        assert work.connection.execute(select(patrol.c.title)).scalar() == "信源calm"
    finish(ledger, four["calm"], RoundReport())
    with ledger.read() as connection:
        rows = connection.execute(select(patrol)).all()

    assert len(rows) == 1


@pytest.mark.provision("Z1.1-1")
def test_a_source_that_nobody_comes_to_hear_is_told_once(ledger, four):
    with ledger.change() as work:
        late = work.at - timedelta(hours=3)
        work.connection.execute(update(source_state).where(source_state.c.source_id == "calm").values(due_at=late))
        told = [tell_stale(work), tell_stale(work)]
        facts = work.connection.execute(select(fact)).all()

    assert told == [1, 0]
    assert [(row.kind, row.subject, row.data) for row in facts] == [("source.alarm", "calm", {"alarm": "stale"})]
    finish(ledger, four["calm"], RoundReport())
    assert day(ledger)["calm"].alarm == ""
