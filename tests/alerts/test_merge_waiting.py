"""Storm control: at most 30 messages an hour for each recipient, one summary that names every case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from alerts.merge_waiting import PER_HOUR, describe, merge_waiting, plan_for, told_at
from alerts.outbox import send_pending
from alerts.outbox_rows import Notice, put_in
from foundation.tables import outbox

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)


def sent(count, minutes=30):
    return [NOW - timedelta(minutes=minutes)] * count


TABLE = [  # waiting, sent in the last hour, merge, minutes until the summary may go
    (1, sent(0), False, None),
    (19, sent(0), False, None),
    (20, sent(0), True, None),  # 20 would be the last; one place is kept for the summary, ten for 特别重大
    (5, sent(14), False, None),
    (5, sent(15), True, None),
    (5, sent(19), True, None),
    (5, sent(20), True, 30),  # full: the summary waits for the oldest to leave the hour
    (5, sent(30), True, 30),
    (5, sent(30, minutes=61), False, None),
    (0, sent(30), False, None),
]


def test_what_is_longer_than_two_minutes_of_a_slow_robot_is_merged():
    assert [plan_for(waiting, [], 4, NOW).merge for waiting in (8, 9)] == [False, True]


@pytest.mark.parametrize(("waiting", "recent", "merge", "minutes"), TABLE)
def test_the_plan(waiting, recent, merge, minutes):
    plan = plan_for(waiting, recent, 15, NOW)

    assert plan.merge is merge
    assert plan.not_before == (None if minutes is None else NOW + timedelta(minutes=minutes, seconds=1))


def notice(number, level=1, recipient="xu", kind="remind", **payload):
    case_no, known = f"HY-{number:04}", {"title": f"第 {number} 件", "body": "文", "link": "", "mention": []}
    return Notice(f"k{number}", case_no, level, kind, "email", recipient, known | payload)


@pytest.fixture
def put(ledger):
    def put_notices(notices):
        with ledger.change() as work:
            put_in(work, notices)

    return put_notices


@pytest.mark.provision("Z3.5")
def test_a_burst_of_two_hundred_is_one_mail_that_names_them(ledger, school, put, mail_server, rows):
    put([notice(number) for number in range(200)])

    send_pending(ledger, school, "worker", limit=500)

    assert len(mail_server.received) == 1
    assert "还有 200 条提醒：一般 200 条" in mail_server.received[0].message["Subject"]
    assert "第 0 件" in mail_server.received[0].text
    with ledger.read() as connection:
        assert told_at(connection, 1) == rows()[-1].sent_at is not None
        assert told_at(connection, 9999) is None


def test_the_gravest_and_the_help_first_are_never_merged(ledger, school, put, mail_server):
    put([notice(number) for number in range(50)])
    put([notice(100, level=3), *(notice(200 + number, private=True) for number in range(3))])

    send_pending(ledger, school, "worker", limit=500)

    assert len(mail_server.received) == 1 + 1 + 3


def test_nobody_gets_more_than_thirty_messages_in_any_hour(ledger, school, put, mail_server, move_clock, rows):
    for minute in range(150):
        put([notice(minute * 10 + number) for number in range(3)])
        send_pending(ledger, school, "worker", limit=500)
        move_clock(minutes=1)
    move_clock(hours=2)
    send_pending(ledger, school, "worker", limit=500)

    with ledger.read() as connection:
        instants = sorted(connection.execute(select(outbox.c.sent_at).where(outbox.c.sent_at.is_not(None))).scalars())
        told = [told_at(connection, row.outbox_id) for row in rows()]
    hours = [sum(at <= each < at + timedelta(hours=1) for each in instants) for at in instants]
    assert max(hours) <= PER_HOUR
    assert all(told)


def test_a_summary_says_the_gravest_first_and_every_case_once():
    words = describe([[1, "HY-1", "一"], [2, "HY-2", "二"], [1, "HY-1", "一又"], [0, "5", "苗头"]])

    assert words["title"] == "还有 4 条提醒：重大 1 条、一般 2 条、其他 1 条"
    assert words["body"].splitlines()[1:4] == ["二", "一又", "苗头"]


def test_technical_rows_stay_technical(ledger, put):
    put([notice(number, level=0, kind="tech.round_failed") for number in range(40)])
    with ledger.change() as work:
        assert merge_waiting(work, 15) == (40, True)

    with ledger.read() as connection:
        waiting = connection.execute(select(outbox.c.kind).where(outbox.c.state == "pending")).scalars().all()
    assert waiting == ["tech.digest"]


def test_a_long_queue_is_merged_pass_by_pass_and_meanwhile_only_the_gravest_go_out(ledger, school, put, mail_server):
    for person in ("xu", "gu", "tang"):
        put([replace(notice(number, recipient=person), dedupe_key=f"{person}{number}") for number in range(400)])
    put([notice(9000, level=3)])

    send_pending(ledger, school, "worker")
    first = len(mail_server.received)
    send_pending(ledger, school, "worker")

    assert (first, len(mail_server.received)) == (1, 4)
