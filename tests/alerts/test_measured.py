"""The measured list, with virtual time: storm, outage, crashes, two schedulers. Real ledger, real servers."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from alerts.find_due import take_due_steps
from alerts.outbox import send_pending
from alerts.outbox_rows import Notice, put_in
from bench.measure_crashes import play_crashes
from bench.measure_outbox import verdict
from bench.measure_schedulers import play_two
from bench.measure_storm import play_storm
from foundation import clock
from foundation.clock import at_school
from foundation.tables import fact, timer
from tests.alerts.conftest import ZERO, timer_values

HOUR = timedelta(hours=1)


@pytest.fixture
def virtual(monkeypatch, clock_file):
    """Leases, robots' budgets and the robots themselves live by the same virtual clock as everything else."""

    def seconds():
        return datetime.fromisoformat(clock_file.read_text()).timestamp()

    monkeypatch.setattr(clock, "real_seconds", seconds)
    monkeypatch.setattr(clock, "monotonic_seconds", seconds)


@pytest.mark.provision("Z8.5")
def test_a_storm_through_the_whole_pipeline_is_told_in_time_and_in_measure(tmp_path):
    """First 特别重大 within a minute, robots within their budget, every event told, nobody above 30 an hour.

    240 posts on 8 events in ten virtual minutes; 5,000 on 40: `python -m bench.measure_storm`.
    """
    storm = play_storm(tmp_path, posts=240, threads=8)

    assert (storm.posts, storm.cases, storm.gravest) == (240, 8, 1)
    assert storm.messages > 8
    assert storm.broken == []


def title_of(card):
    return next(part["title"] for part in card.values() if isinstance(part, dict) and "title" in part)


@pytest.mark.provision("Z9a.3.7")
def test_after_an_outage_of_a_weekend_there_is_one_message_for_each_overdue_timer(
    ledger, school, new_case, move_clock, virtual, mail_server, dingtalk
):
    """From Friday 16 October 2026, 18:00, to Sunday 18:00: nothing runs, then four ticks follow."""
    friday = datetime(2026, 10, 16, 10, 0, tzinfo=UTC)
    move_clock(seconds=(friday - ZERO).total_seconds())
    for number in range(1, 6):
        new_case(f"HY-2026-{number:04}", number)
    ladder = [
        {**step, "at": (datetime.fromisoformat(step["at"]) + (friday - ZERO)).isoformat()}
        for step in timer_values()["ladder"]
    ]
    with ledger.change() as work:
        moved = {"anchor_at": friday, "due_at": friday + 2 * HOUR, "next_step_at": friday + HOUR, "ladder": ladder}
        work.connection.execute(update(timer).values(moved))
    with ledger.change() as work:
        closed = timer.c.case_no == "HY-2026-0005"
        work.connection.execute(update(timer).where(closed).values(state="satisfied", next_step_at=None))
    move_clock(hours=48)
    for _tick in range(4):
        with ledger.change() as work:
            take_due_steps(work, school)
        send_pending(ledger, school, "leader", limit=500)
        move_clock(seconds=30)

    with ledger.read() as connection:
        steps = connection.execute(select(fact.c.subject, fact.c.data).where(fact.c.kind == "timer.step")).all()
    assert sorted(subject for subject, _data in steps) == [f"HY-2026-{number:04}" for number in range(1, 5)]
    assert {data["step"] for _subject, data in steps} == {"督办"}
    assert at_school(friday).strftime("%a") == "Fri"
    mails = Counter((str(mail.recipients), str(mail.message["Subject"])) for mail in mail_server.received)
    cards = Counter(("robot", title_of(message)) for message in dingtalk.received)
    heard = mails + cards
    assert set(heard.values()) == {1}
    for number in range(1, 5):  # the office by mail, the department by its robot: one each
        own = [to for to, words in heard if f"HY-2026-{number:04}" in words]
        assert sorted(own) == sorted(set(own))
        assert own.count("robot") == 1
    assert not any("HY-2026-0005" in words for _to, words in heard)


def test_killed_at_each_kind_of_point_nothing_is_lost_and_a_crash_repeats_one_message_at_most(tmp_path):
    """Before and after a statement, at a commit, before and after a sending; 200: `python -m bench.measure_crashes`."""
    crashes = play_crashes(tmp_path, crashes=12)

    assert crashes.died == 12
    assert crashes.broken == []


def test_twelve_vain_tries_tell_technicians_once_and_the_notice_is_tried_on(
    ledger, school, rows, mail_server, move_clock
):
    mail_server.refuse_all = "421 busy"
    payload = {"title": "题", "body": "文", "link": "", "mention": []}
    with ledger.change() as work:
        put_in(work, [Notice("k:email:safety", "HY-1", 1, "case_opened", "email", "safety", payload)])
    told_after = []
    for _attempt in range(14):
        send_pending(ledger, school, "worker", kind="case_opened")
        told_after.append([row.kind for row in rows()[1:]])
        move_clock(minutes=11)

    stuck = rows()[1:]
    assert told_after[:11] == [[]] * 11
    assert told_after[11] == told_after[13] == ["tech.notice_stuck"] * 2
    assert sorted((row.channel, row.recipient) for row in stuck) == [("dingtalk", "network"), ("email", "cheng")]
    assert (rows()[0].state, rows()[0].attempts) == ("pending", 14)
    with ledger.read() as connection:
        assert connection.execute(select(fact.c.kind).where(fact.c.kind == "notice.stuck")).scalars().all() == [
            "notice.stuck"
        ]


@pytest.mark.parametrize(("tick_ms", "a_second", "code"), [(250, 1000, 0), (251, 1000, 1), (72, 999, 1), (72, 6344, 0)])
def test_the_measurement_of_the_outbox_ends_with_one_when_a_promise_is_broken(tick_ms, a_second, code):
    assert verdict(tick_ms, a_second) == code


def test_two_schedulers_of_which_one_is_paused_now_and_then_send_nothing_twice(tmp_path):
    """The product's whole tick, 90 times each; 1,000 ticks: `python -m bench.measure_schedulers`."""
    together = play_two(tmp_path, ticks=90)

    assert together.put == 9
    assert together.broken == []
