"""What is left is said when a message leaves, not when it was written."""

from datetime import timedelta

from alerts.outbox import send_pending
from alerts.outbox_rows import Notice, put_in
from alerts.refresh_left import remember_left


def put(ledger, hours):
    with ledger.change() as work:
        kept = remember_left(work.at + timedelta(hours=hours), work.at)
        words = {"title": f"【一般】HY-2026-0001 {kept['left']}，请按时报告", "body": f"时限：…（{kept['left']}）"}
        put_in(work, [Notice("k", "HY-2026-0001", 1, "remind", "email", "qin", {**words, "link": "", **kept})])


def test_a_notice_that_waited_says_what_is_left_now_and_the_row_what_was_sent(
    ledger, school, mail_server, rows, move_clock
):
    put(ledger, hours=20)
    before = rows()[0].payload["title"]
    move_clock(hours=9, minutes=30)
    send_pending(ledger, school, "me")

    [row] = rows()
    assert "剩 20 小时，" in before
    assert row.payload["title"] == "【一般】HY-2026-0001 剩 10 小时 30 分，请按时报告"
    assert row.payload["body"] == "时限：…（剩 10 小时 30 分）"
    [mail] = mail_server.received
    assert "剩 10 小时 30 分" in mail.message["Subject"]


def test_a_due_time_that_passed_meanwhile_is_said(ledger, school, mail_server, rows, move_clock):
    put(ledger, hours=1)
    move_clock(hours=3)
    send_pending(ledger, school, "me")

    assert "已超 2 小时" in rows()[0].payload["body"]


def test_a_notice_without_a_due_time_stays_as_it_is(ledger, school, mail_server, rows, move_clock):
    assert remember_left(None, move_clock()) == {}
    with ledger.change() as work:
        put_in(work, [Notice("k", "", 0, "tech.x", "email", "qin", {"title": "剩 1 天", "body": "b", "link": ""})])
    move_clock(hours=5)
    send_pending(ledger, school, "me")

    assert rows()[0].payload["title"] == "剩 1 天"
