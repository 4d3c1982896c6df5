"""Tests of rounds: who is due, who may crawl, and that only the holder of the lease writes the end."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crawler.report import RoundReport
from crawler.rounds import (
    ABORTED,
    Lease,
    abandon_round,
    abort_round,
    finish_round,
    is_catching_up,
    release_group,
    start_round,
    sync_sources,
    take_due_group,
    take_group,
)
from crawler.source import Source
from crawler.tables import source_state
from foundation import clock
from foundation.errors import Refused, Retry
from foundation.outcome import SourceOutcome
from foundation.tables import fact, lease

ELSEWHERE = "other-host/1/1"


def source(name: str, **values) -> Source:
    whole = {"id": name, "title": name, "spider": "plain", "owner": "lin", "interval_minutes": 60}
    return Source(**whole | {"url": f"http://{name}.example/", "expected_posts_per_day": (0, 9)} | values)


@pytest.fixture
def three(ledger):
    sources = [
        source("forum", group="campus", weight=2),
        source("news", group="campus", weight=5),
        source("letters"),
        source("old", enabled=False),
    ]
    by_id = {each.id: each for each in sources}
    with ledger.change() as work:
        sync_sources(work, by_id)
    return by_id


def state(ledger, name):
    with ledger.read() as connection:
        return connection.execute(select(source_state).where(source_state.c.source_id == name)).first()


def take(ledger, holder=ELSEWHERE):
    with ledger.change() as work:
        return take_due_group(work, work.at, holder, 60)


def finish(ledger, three, name="forum", report=None, complete=True):
    with ledger.change() as work:
        own = start_round(work, three[name], "", 0, 60)
        finish_round(work, name, report or RoundReport(), own, complete=complete)


def test_new_sources_are_due_at_once_and_disabled_ones_never(ledger, three):
    assert state(ledger, "forum").outcome == SourceOutcome.NEVER_RUN
    assert state(ledger, "old").outcome == SourceOutcome.NOT_ENABLED
    taken = {take(ledger).group, take(ledger).group}
    assert taken == {"campus", "letters.example"}
    assert take(ledger) is None


def test_a_group_is_leased_whole_most_important_source_first(ledger, three):
    with ledger.change() as work:
        work.connection.execute(update(source_state).where(source_state.c.source_id == "letters").values(weight=0))

    assert take(ledger).sources == ("news", "forum")


def test_a_leased_group_is_refused_to_everybody_even_to_its_holder(ledger, three):
    take(ledger)
    take(ledger)

    assert take(ledger) is None
    assert take(ledger, "another-host/2/2") is None


@pytest.mark.provision("Z1.6.1-4a")
def test_an_expired_lease_is_taken_over_with_a_higher_fence(ledger, three):
    first = take(ledger)
    with ledger.change() as work:
        work.connection.execute(update(lease).values(until=0.0))

    assert take(ledger).fence == first.fence + 1


def test_a_finished_source_is_due_after_its_interval(ledger, three):
    finish(ledger, three)
    row = state(ledger, "forum")

    assert row.due_at - row.finished_at == timedelta(minutes=60)
    assert take(ledger).sources != ("news", "forum")


def test_the_site_may_ask_for_a_longer_pause(ledger, three):
    finish(ledger, three, report=RoundReport(retry_after_seconds=7200))
    row = state(ledger, "forum")

    assert row.due_at - row.finished_at == timedelta(hours=2)


def test_a_site_that_says_too_fast_and_not_how_long_is_asked_after_twice_the_pause_each_time_at_most_a_day(
    ledger, three
):
    limited = RoundReport()
    limited.hit(SourceOutcome.RATE_LIMITED, "too_fast")
    pauses = []
    for report in (*[limited] * 6, RoundReport(), limited):
        finish(ledger, three, report=report)
        row = state(ledger, "forum")
        pauses.append((row.due_at - row.finished_at) / timedelta(hours=1))

    assert pauses == [2, 4, 8, 16, 24, 24, 1, 2]


def test_whoever_lost_the_lease_cannot_write_the_end(ledger, three):
    leased = take(ledger)
    with ledger.change() as work:
        work.connection.execute(update(lease).values(until=0.0))
    take(ledger, "another-host/2/2")

    with pytest.raises(Refused, match="租约已失效"), ledger.change() as work:
        finish_round(work, "forum", RoundReport(), Lease(leased.group, ELSEWHERE, leased.fence))
    assert state(ledger, "forum").finished_at is None


def test_a_round_of_its_own_is_refused_while_the_group_is_crawled(ledger, three):
    take(ledger)
    take(ledger)

    with pytest.raises(Retry, match="正由另一个程序抓取"), ledger.change() as work:
        start_round(work, three["forum"], "", 0, 60)


def test_a_round_under_a_lost_lease_does_not_begin(ledger, three):
    with pytest.raises(Retry), ledger.change() as work:
        start_round(work, three["forum"], ELSEWHERE, "7", 60)


def test_a_group_given_back_can_be_taken_again(ledger, three):
    leased = take(ledger)
    with ledger.change() as work:
        release_group(work, leased.group, ELSEWHERE)
        assert take_group(work, leased.group, "another-host/2/2", 60) == leased.fence + 1


def test_an_abandoned_round_leaves_the_source_due(ledger, three):
    before = state(ledger, "forum").due_at
    with ledger.change() as work:
        abandon_round(work, start_round(work, three["forum"], "", 0, 60))

    assert state(ledger, "forum").due_at == before
    with ledger.change() as work:
        assert take_group(work, "campus", ELSEWHERE, 60) is not None


def test_a_source_catches_up_until_one_round_was_complete(ledger, three):
    with ledger.read() as connection:
        assert is_catching_up(connection, "forum")
    finish(ledger, three, complete=True)
    with ledger.read() as connection:
        assert not is_catching_up(connection, "forum")
    finish(ledger, three, complete=False)
    with ledger.read() as connection:
        assert is_catching_up(connection, "forum")


def test_the_end_of_a_round_is_a_fact(ledger, three):
    report = RoundReport(vanished=2)
    for change in ("new", "new", "edited", "known", "recounted"):
        report.kept(change)
    finish(ledger, three, report=report)
    with ledger.read() as connection:
        told = connection.execute(select(fact)).one()

    assert (told.kind, told.subject) == ("round.finished", "forum")
    assert {**told.data, "seconds": 0} == {
        "outcome": "ok", "new": 2, "edited": 1, "known": 2, "vanished": 2, "seconds": 0,
    }  # fmt: skip


def test_an_unusual_volume_is_told_when_it_begins_and_not_again(ledger, three):
    flood = RoundReport()
    for _ in range(10):
        flood.kept("new")
    for _ in range(2):
        finish(ledger, three, report=flood)
    with ledger.read() as connection:
        told = connection.execute(select(fact).where(fact.c.kind == "source.alarm")).all()

    assert [(row.subject, row.data) for row in told] == [("forum", {"alarm": "too_many", "new": 10})]
    assert state(ledger, "forum").alarm == "too_many"


def test_the_end_of_an_unusual_volume_is_told_once(ledger, three):
    with ledger.change() as work:
        work.connection.execute(source_state.update().values(alarm="stale"))
    for _ in range(2):
        finish(ledger, three, report=RoundReport())
    with ledger.read() as connection:
        told = connection.execute(select(fact).where(fact.c.kind == "source.calm")).all()

    assert [(row.subject, row.data) for row in told] == [("forum", {"alarm": "stale"})]


def test_a_source_that_left_the_folder_is_no_longer_due(ledger, three):
    with ledger.change() as work:
        sync_sources(work, {"letters": three["letters"]})

    assert state(ledger, "forum") is None


def test_a_source_that_is_switched_on_again_is_due_at_once(ledger, three):
    with ledger.change() as work:
        sync_sources(work, three | {"old": source("old")})

    assert state(ledger, "old").outcome == SourceOutcome.NEVER_RUN


def test_applying_the_same_folder_again_forgets_no_outcome(ledger, three):
    finish(ledger, three)
    before = state(ledger, "forum")
    with ledger.change() as work:
        sync_sources(work, three)

    assert state(ledger, "forum") == before


def test_a_round_whose_process_had_to_be_ended_is_unreachable_and_not_due_at_once(ledger, three):
    with ledger.change() as work:
        under = start_round(work, three["forum"], "", 0, 60)
    with ledger.change() as work:
        abort_round(work, "forum", under)
    row = state(ledger, "forum")

    assert (row.outcome, row.note) == (SourceOutcome.UNREACHABLE, ABORTED)
    assert row.due_at == row.finished_at + timedelta(minutes=60)


def test_a_round_that_another_process_took_over_cannot_be_aborted(ledger, three):
    with ledger.change() as work:
        start_round(work, three["forum"], "", 0, 60)
    with ledger.change() as work, pytest.raises(Refused, match="租约已失效"):
        abort_round(work, "forum", Lease("campus", ELSEWHERE, 1))


def test_the_interval_moves_within_the_range_of_the_school_and_a_new_range_begins_anew(ledger):
    def listened(known, **values):
        one = source("forum", interval_range=(30, 120), **values)
        with ledger.change() as work:
            sync_sources(work, {"forum": one})
        finish(ledger, {"forum": one}, report=RoundReport(listed=10, known=known))
        return state(ledger, "forum").interval_minutes

    assert [listened(10), listened(10), listened(0)] == [90, 120, 80]
    assert listened(5, interval_minutes=40) == 40


def test_a_round_that_would_fall_into_quiet_hours_waits(ledger):
    one = source("forum", quiet_hours=("00:00", "23:59"))
    with ledger.change() as work:
        sync_sources(work, {"forum": one})
    finish(ledger, {"forum": one})

    assert clock.at_school(state(ledger, "forum").due_at).strftime("%H:%M") == "23:59"
