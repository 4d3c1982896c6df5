"""`huiyin outbox list|show|retry` on a real ledger."""

import argparse
import json

import pytest
from sqlalchemy import select, update

import alerts.tables  # noqa: F401
from alerts.outbox_rows import Notice, put_in
from foundation.errors import Stop
from foundation.tables import outbox
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
