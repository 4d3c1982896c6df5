"""A later word mutes an earlier one that still waits; an act that happened takes its reminders along."""

from sqlalchemy import select, update

from alerts.find_due import take_due_steps
from alerts.outbox import send_pending
from alerts.outbox_rows import Notice, put_in
from foundation.tables import outbox, timer


def _states(ledger):
    with ledger.read() as connection:
        return dict(connection.execute(select(outbox.c.kind, outbox.c.state)).all())


def test_a_supervision_mutes_the_waiting_urging_of_its_timer(ledger, school, new_case, move_clock, mail_server):
    new_case()
    mail_server.refuse_all = "421 busy"
    for hours in (2.1, 24):
        move_clock(hours=hours)
        with ledger.change() as work:
            take_due_steps(work, school)

    states = _states(ledger)
    assert (states["urge"], states["supervise"]) == ("skipped", "pending")


def test_a_reminder_of_a_timer_that_stopped_is_not_sent(ledger, school, new_case, move_clock, mail_server):
    new_case()
    move_clock(hours=1.1)
    with ledger.change() as work:
        take_due_steps(work, school)
        work.connection.execute(update(timer).values(state="satisfied"))
        put_in(
            work,
            [Notice("other", "HY-2026-0001", 1, "case_raised", "email", "xu", {"title": "题", "body": "", "link": ""})],
        )

    report = send_pending(ledger, school, "worker")

    assert (report.sent, report.moot) == (1, 2)
    assert _states(ledger)["remind"] == "skipped"
