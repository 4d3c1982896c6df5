"""The sender against real servers: accepted, refused, throttled, down, dead; and the words that mark each row."""

from datetime import timedelta

from sqlalchemy import select, update

from alerts.channel_health import TRY_AGAIN
from alerts.outbox import as_message, backoff_seconds, send_pending
from alerts.outbox_rows import Notice, put_in
from alerts.tables import bucket, channel_state
from demo.dingtalk_server import Scripted
from foundation.ledger import open_ledger
from foundation.tables import outbox

BUSY = Scripted({"errcode": -1, "errmsg": "busy"})
SIGN = Scripted({"errcode": 310000, "errmsg": "sign not match"})


def notice(channel="dingtalk", recipient="safety", level=1, key="k", **payload):
    known = {"title": "【一般】HY-2026-0001 舆情", "body": "请做：核实", "link": "http://127.0.0.1/1", "mention": []}
    return Notice(
        f"{key}:{channel}:{recipient}", "HY-2026-0001", level, "case_opened", channel, recipient, known | payload
    )


def test_a_notice_is_sent_and_marked_with_the_instant(ledger, school, put, rows, dingtalk):
    put(notice())

    report = send_pending(ledger, school, "worker")

    (row,) = rows()
    assert (report.sent, row.state, row.attempts) == (1, "sent", 1)
    assert row.sent_at is not None
    assert len(dingtalk.received) == 1


def test_what_was_sent_is_not_sent_again(ledger, school, put, dingtalk):
    put(notice())
    for _pass in range(3):
        send_pending(ledger, school, "worker")

    assert len(dingtalk.received) == 1


def test_the_same_dedupe_key_creates_nothing(put):
    assert [put(notice()), put(notice())] == [1, 0]


def test_a_refusal_leaves_the_row_unsent_and_waits(ledger, school, put, rows, dingtalk, move_clock):
    dingtalk.script.append(BUSY)
    put(notice())

    first, at_once = (send_pending(ledger, school, "worker") for _pass in range(2))
    (waiting,) = rows()
    move_clock(seconds=40)
    later = send_pending(ledger, school, "worker")

    assert (first.retried, at_once.sent, later.sent) == (1, 0, 1)
    assert waiting.sent_at is None
    assert waiting.not_before - waiting.created_at >= timedelta(seconds=30)


def test_the_wait_doubles_up_to_ten_minutes():
    waits = [backoff_seconds(attempts) for attempts in (1, 2, 3, 9, 10, 40)]

    assert all(low <= wait <= low + 1 for wait, low in zip(waits[:4], (2, 4, 8, 512), strict=True))
    assert waits[4:] == [600, 600]


def test_a_refused_security_setting_closes_the_robot_and_tells_technicians_once(
    ledger, school, put, rows, dingtalk, mail_server
):
    dingtalk.script.append(SIGN)
    put(notice(key="a"), notice(key="b"))

    report = send_pending(ledger, school, "worker")
    send_pending(ledger, school, "worker")

    told = [row for row in rows() if row.kind == "tech.channel_down"]
    assert report.down == 2
    assert len(dingtalk.requests) == 1 + 1  # one try, and the technicians' own robot
    assert sorted((row.channel, row.recipient) for row in told) == [("dingtalk", "network"), ("email", "cheng")]
    assert "加签" in mail_server.received[0].text


def test_other_robots_and_mail_go_on_while_one_robot_is_down(ledger, school, put, dingtalk, mail_server):
    dingtalk.script.append(SIGN)
    put(notice(key="a"))
    send_pending(ledger, school, "worker")
    put(notice(key="b", recipient="network"), notice("email", key="b"))

    assert send_pending(ledger, school, "worker").sent >= 2


def test_a_repaired_robot_gets_what_waited(ledger, school, put, rows, dingtalk, move_clock):
    dingtalk.script.append(SIGN)
    put(notice())
    send_pending(ledger, school, "worker")
    move_clock(seconds=TRY_AGAIN.total_seconds() + 1)

    send_pending(ledger, school, "worker")

    with ledger.read() as connection:
        assert connection.execute(select(channel_state)).all() == []
    assert rows()[0].state == "sent"


def test_after_three_tries_the_usual_curve_counts_not_what_was_asked_for(ledger, school, put, rows, dingtalk):
    dingtalk.script.append(BUSY)
    put(notice())
    with ledger.change() as work:
        work.connection.execute(update(outbox).values(attempts=3))
        tried_at = work.at

    send_pending(ledger, school, "worker")

    assert timedelta(seconds=16) <= rows()[0].not_before - tried_at < timedelta(seconds=30)


def test_an_ordinary_notice_waits_for_its_own_channel(ledger, school, put, rows, dingtalk):
    dingtalk.script.append(BUSY)
    put(notice(level=1))

    send_pending(ledger, school, "worker")

    assert len(rows()) == 1


def test_throttling_silences_the_robot_for_everyone(ledger, school, put, rows, dingtalk):
    dingtalk.script.append(Scripted({"errcode": 130101, "errmsg": "send too fast"}))
    put(notice(key="a"), notice(key="b"))

    report = send_pending(ledger, school, "worker")

    assert (report.retried, report.waiting) == (1, 1)
    assert len(dingtalk.requests) == 1
    with ledger.read() as connection:
        assert connection.execute(select(bucket.c.pauses)).scalar_one() == 1


def test_a_robot_never_gets_more_than_its_budget(ledger, school, put, dingtalk):
    put(
        *(notice(key=f"n{number}") for number in range(14)), *(notice(key=f"g{number}", level=2) for number in range(3))
    )

    report = send_pending(ledger, school, "worker")

    assert len(dingtalk.requests) == 10  # 15 a minute, of which 5 are kept for grave ones: 3 of these were used
    assert report.waiting == 7


def test_a_queue_too_long_for_an_hour_becomes_the_grave_ones_and_one_summary(ledger, school, put, dingtalk):
    put(
        *(notice(key=f"n{number}") for number in range(30)), *(notice(key=f"g{number}", level=2) for number in range(9))
    )

    report = send_pending(ledger, school, "worker")

    assert (len(dingtalk.requests), report.sent, report.waiting) == (10, 10, 0)


def test_the_gravest_goes_first(ledger, school, put, dingtalk):
    put(notice(key="a", level=1, title="舆情一"), notice(key="b", level=3, title="舆情三"))
    send_pending(ledger, school, "worker")

    assert [message["actionCard"]["title"] for message in dingtalk.received] == ["舆情三", "舆情一"]


def test_a_malformed_request_is_a_dead_letter_told_to_technicians(ledger, school, put, rows, dingtalk):
    dingtalk.script.append(Scripted({"errcode": 400402, "errmsg": "miss param"}))
    put(notice())

    send_pending(ledger, school, "worker")

    first, *told = rows()
    assert first.state == "dead"
    assert "400402" in first.error
    assert {row.kind for row in told} == {"tech.notice_dead"}


def test_a_dead_technical_notice_tells_nobody(ledger, school, put, rows, dingtalk):
    dingtalk.script.append(Scripted({"errcode": 400402, "errmsg": "miss param"}))
    with ledger.change() as work:
        put_in(
            work, [Notice("t:dingtalk:network", "", 0, "tech.round_failed", "dingtalk", "network", notice().payload)]
        )

    send_pending(ledger, school, "worker")

    assert len(rows()) == 1


def test_a_recipient_without_address_is_a_dead_letter(ledger, school, put, rows):
    put(notice(recipient="left-the-school"))
    send_pending(ledger, school, "worker")

    assert rows()[0].state == "dead"


def test_a_missing_secret_closes_the_channel_and_names_the_variable(ledger, school, put, rows, monkeypatch):
    monkeypatch.delenv("ROBOT_SAFETY")
    put(notice())
    report = send_pending(ledger, school, "worker")

    assert report.down == 1
    assert "ROBOT_SAFETY" in rows()[0].error


def test_one_refused_address_of_three_gets_its_own_row(ledger, school, put, rows, mail_server):
    mail_server.refusals["net2@yunlu.example"] = ["450 later", "250 OK"]
    put(notice("email", "network"))

    send_pending(ledger, school, "worker")
    send_pending(ledger, school, "worker")

    assert [(row.recipient, row.state) for row in rows()] == [("network", "sent"), ("network#2", "sent")]
    assert [mail.recipients for mail in mail_server.received][1] == ("net2@yunlu.example",)


def test_an_address_that_does_not_exist_is_dead_and_the_others_are_told(ledger, school, put, rows, mail_server):
    mail_server.refusals["net2@yunlu.example"] = ["550 no such user"]
    put(notice("email", "network"))

    send_pending(ledger, school, "worker")
    send_pending(ledger, school, "worker")

    assert [(row.recipient, row.state) for row in rows()[:2]] == [("network", "sent"), ("network#2", "dead")]


def test_a_broken_row_does_not_stop_the_others(ledger, school, put, rows, dingtalk):
    put(notice(key="a"), notice(key="b"))
    with ledger.change() as work:
        work.connection.execute(update(outbox).where(outbox.c.outbox_id == 1).values(payload={}))

    report = send_pending(ledger, school, "worker")

    assert (report.retried, report.sent) == (1, 1)


def test_after_a_day_of_failures_the_row_is_dead(ledger, school, put, rows, mail_server, move_clock):
    mail_server.refuse_all = "421 busy"
    put(notice("email"))
    for _hour in range(26):
        send_pending(ledger, school, "worker")
        move_clock(hours=1)

    assert rows()[0].state == "dead"


def test_user_ids_are_looked_up_when_sending(ledger, school, put, rows):
    put(notice(mention=["bai", "gu", "gone"]))

    assert as_message(rows()[0], school).mention == ("user-bai",)


def test_every_message_shows_its_number(ledger, school, put, rows):
    put(notice())

    assert as_message(rows()[0], school).body == "请做：核实\n通知编号：1"


def test_two_workers_with_one_ledger_send_each_row_once(ledger, school, put, dingtalk, tmp_path):
    put(*(notice(key=f"n{number}") for number in range(8)))
    other = open_ledger(tmp_path / "var")

    sent = send_pending(ledger, school, "a", limit=4).sent + send_pending(other, school, "b").sent

    other.close()
    assert (sent, len(dingtalk.received)) == (8, 8)
