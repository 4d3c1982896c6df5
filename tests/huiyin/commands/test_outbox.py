"""`huiyin outbox list|show|retry` on a real ledger."""

import argparse
import json
import os

import pytest
from sqlalchemy import select, update

import alerts.tables  # noqa: F401
from alerts.outbox_rows import Notice, put_in
from foundation.errors import Stop
from foundation.tables import audit, outbox
from huiyin.cli import ChineseParser
from huiyin.commands import outbox as command


@pytest.fixture
def three_rows(ledger):
    """One waiting, one sent, one dead."""
    payload = {"title": "【一般】HY-2026-0001 待研判", "body": "请做：核实", "link": "http://127.0.0.1:8000/cases/1"}
    with ledger.change() as work:
        notices = [Notice(f"k{n}", "HY-2026-0001", 1, "due", "email", "safety", payload) for n in range(3)]
        put_in(work, notices)
        for number, values in ((2, {"state": "sent", "sent_at": work.at}), (3, {"state": "dead", "error": "550"})):
            work.connection.execute(update(outbox).where(outbox.c.outbox_id == number).values(**values))
    return ledger


def _run(*words):
    parser = ChineseParser(prog="huiyin outbox")
    command.add_arguments(parser)
    arguments: argparse.Namespace = parser.parse_args(list(words))
    return command.run(arguments)


def test_the_list_shows_state_recipient_title_and_reason(three_rows, capsys):
    assert _run("list") == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "无法送达" in lines[0]
    assert "email:safety" in lines[0]
    assert "（550）" in lines[0]


def test_the_list_can_be_limited_to_a_state_and_is_json_lines(three_rows, capsys):
    _run("list", "--state", "sent", "--json")

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["outbox_id"] == 2
    assert json.loads(line)["sent_at"]


def test_an_empty_list_says_so(ledger, capsys):
    _run("list")

    assert capsys.readouterr().out == "没有这样的通知。\n"


def test_one_notice_is_shown_whole(three_rows, capsys):
    _run("show", "1")

    shown = capsys.readouterr().out
    assert "请做：核实" in shown
    assert "http://127.0.0.1:8000/cases/1" in shown


def test_retry_queues_one_dead_notice(three_rows, capsys):
    _run("retry", "3")

    with three_rows.read() as connection:
        states = connection.execute(select(outbox.c.state).order_by(outbox.c.outbox_id)).scalars().all()
    assert states == ["pending", "sent", "pending"]
    assert "1 条通知已排队重发" in capsys.readouterr().out


def test_retry_of_everything_leaves_what_was_sent(three_rows, capsys):
    _run("retry")

    assert "2 条通知已排队重发" in capsys.readouterr().out


@pytest.mark.parametrize("act", ["show", "retry"])
def test_an_unknown_number_is_explained(three_rows, act):
    with pytest.raises(Stop, match="huiyin outbox list"):
        _run(act, "99")


@pytest.fixture
def private_row(parts):
    """A dead notice about a help-first case beside a waiting ordinary one."""
    words = {"title": "【重大】HY-2026-0002 请尽快处理", "body": "等级：重大", "link": "", "private": True}
    plain = {"title": "【一般】HY-2026-0001 待研判", "body": "请做：核实", "link": ""}
    with parts.ledger.change() as work:
        put_in(work, [Notice("a", "HY-2026-0002", 2, "restricted", "email", "wen_ruxin", words)])
        put_in(work, [Notice("b", "HY-2026-0001", 1, "due", "email", "safety", plain)])
        work.connection.execute(update(outbox).where(outbox.c.outbox_id == 1).values(state="dead", error="550"))
    return parts.ledger


@pytest.mark.parametrize("words", [["list"], ["list", "--json"], ["show", "1"], ["list", "--as", "gu_wenjing"]])
def test_a_notice_about_a_help_first_case_is_a_number_and_a_state_for_everybody(private_row, capsys, words):
    assert _run(*words) == 0

    shown = capsys.readouterr().out
    assert "先救助，只有心理老师可看" in shown
    assert not any(word in shown for word in ("wen_ruxin", "HY-2026-0002", "重大", "550"))


def test_a_counsellor_sees_her_notices_and_that_is_audited(private_row, capsys):
    _run("list", "--as", "wen_ruxin")
    _run("show", "1", "--as", "wen_ruxin")

    shown = capsys.readouterr().out
    assert "HY-2026-0002　email:wen_ruxin" in shown
    assert "等级：重大" in shown
    with private_row.read() as connection:
        acts = connection.execute(select(audit.c.act, audit.c.actor).where(audit.c.act == "outbox.read")).all()
        details = connection.execute(select(audit.c.details).where(audit.c.act == "outbox.read")).scalars().all()
    assert [tuple(row) for row in acts] == [("outbox.read", "wen_ruxin")] * 2
    assert [json.loads(each)["os_user"] for each in details] == [os.getuid()] * 2


def test_anybody_may_send_a_hidden_notice_again_by_its_number(private_row, capsys):
    _run("retry", "1")

    assert "1 条通知已排队重发" in capsys.readouterr().out


@pytest.mark.parametrize("words", [("show", "1" + "0" * 20), ("retry", "1" + "0" * 20), ("show", "0")])
def test_a_number_that_the_ledger_cannot_hold_is_no_notice(three_rows, words):
    with pytest.raises(Stop, match="没有这条通知"):
        _run(*words)


@pytest.mark.parametrize("limit", ["0", "-5", "1" + "0" * 20])
def test_a_limit_out_of_range_is_said_in_chinese(three_rows, limit):
    with pytest.raises(Stop, match="条数不对"):
        _run("list", f"--limit={limit}")
