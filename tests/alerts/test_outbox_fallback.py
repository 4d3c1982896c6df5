"""Grave notices take the other channel, whatever keeps them from the first; private ones never a robot."""

import pytest

from alerts.outbox import send_pending
from demo.dingtalk_server import Scripted
from tests.alerts.test_outbox import BUSY, SIGN, notice


def test_a_grave_notice_takes_the_other_channel_after_the_first_failure(
    ledger, school, put, rows, dingtalk, mail_server
):
    dingtalk.script.append(BUSY)
    put(notice(level=2))

    send_pending(ledger, school, "worker")
    send_pending(ledger, school, "worker")

    assert [(row.channel, row.state) for row in rows()] == [("dingtalk", "pending"), ("email", "sent")]


@pytest.mark.parametrize("code", [310000, 130101, 400402, 90030])
def test_whatever_keeps_a_grave_notice_from_its_robot_it_takes_the_mail(
    ledger, school, put, rows, dingtalk, mail_server, code
):
    dingtalk.script.append(Scripted({"errcode": code, "errmsg": "refused"}))
    put(notice(level=2))

    for _pass in range(2):
        send_pending(ledger, school, "worker")

    assert [row.state for row in rows() if (row.kind, row.channel) == ("case_opened", "email")] == ["sent"]


def test_a_grave_notice_that_finds_its_robot_down_takes_the_mail_too(ledger, school, put, rows, dingtalk, mail_server):
    dingtalk.script.append(SIGN)
    put(notice(key="a"))
    send_pending(ledger, school, "worker")
    put(notice(level=2, key="b"))

    for _pass in range(2):
        send_pending(ledger, school, "worker")

    assert [row.state for row in rows() if row.dedupe_key == "b:email:safety"] == ["sent"]
    assert sum("token-safety" in request["path"] for request in dingtalk.requests) == 1  # the other is technicians' own


def test_a_fallback_to_a_channel_that_was_told_anyway_creates_nothing(ledger, school, put, rows, dingtalk):
    dingtalk.script.append(BUSY)
    put(notice(level=2), notice("email", level=2))

    send_pending(ledger, school, "worker")

    assert len(rows()) == 2


def test_a_private_notice_never_takes_a_robot(ledger, school, put, rows, mail_server):
    mail_server.refuse_all = "421 busy"
    put(notice("email", "safety", level=3, private=True))

    send_pending(ledger, school, "worker")

    assert [row.channel for row in rows()] == ["email"]
