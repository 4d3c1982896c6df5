"""Whom a work notice reached: asked afterwards; what reached nobody was not sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.ask_results import ASKED, REACHED, ask_results, asking_channels
from alerts.outbox import send_pending
from alerts.outbox_rows import Notice, put_in
from demo.dingtalk_server import Scripted
from foundation.settings import DingTalkApp
from foundation.tables import fact
from tests.alerts.servers.robots import WorkNoticeServer

PAYLOAD = {"title": "【重大】HY-2026-0001 时限已到", "body": "请做：办理", "link": "", "mention": []}


@pytest.fixture
def app(school, monkeypatch, clock_file):
    """The school with an app for work notices, and the server behind it."""
    monkeypatch.setenv("APP_KEY", "app-key")
    monkeypatch.setenv("APP_SECRET", "app-SECRET")
    with WorkNoticeServer() as server:
        api = f"http://127.0.0.1:{server.port}"
        named = DingTalkApp(app_key="env:APP_KEY", app_secret="env:APP_SECRET", agent_id=77, api=api)
        settings = school.settings.model_copy(
            update={"alerts": school.settings.alerts.model_copy(update={"dingtalk_app": named})}
        )
        server.school = replace(school, settings=settings)
        yield server


@pytest.fixture
def told(ledger, app):
    """One notice of level 重大 that DingTalk took."""
    with ledger.change() as work:
        put_in(work, [Notice("k:dingtalk_work:qin", "HY-2026-0001", 2, "due", "dingtalk_work", "qin", PAYLOAD)])
    assert send_pending(ledger, app.school, "me").sent == 1


def results(ledger):
    with ledger.read() as connection:
        rows = connection.execute(select(fact.c.data).where(fact.c.kind == ASKED).order_by(fact.c.fact_id)).scalars()
        return [(data["words"], data["final"]) for data in rows]


def test_only_work_notices_are_asked_about():
    assert asking_channels() == {"dingtalk_work": timedelta(hours=24)}


def test_a_minute_later_it_is_known_that_it_arrived_and_nobody_asks_again(ledger, app, told, rows, move_clock):
    early, asked = ask_results(ledger, app.school), len(app.requests)
    move_clock(minutes=2)
    lost = [ask_results(ledger, app.school) for _tick in range(2)]

    assert (early, asked) == (0, 2)  # token and message
    assert lost == [0, 0]
    assert len(app.requests) == asked + 2  # one more token, one question
    assert results(ledger) == [(REACHED, True)]
    assert rows()[0].state == "sent"


def test_what_reached_nobody_was_not_sent_goes_by_mail_and_is_told_to_technicians(ledger, app, told, rows, move_clock):
    app.unreached = ("user-qin",)
    move_clock(minutes=2)

    assert ask_results(ledger, app.school) == 1
    first, *others = rows()
    assert (first.state, first.sent_at) == ("dead", None)
    assert "没有送到" in first.error
    assert [(row.channel, row.recipient) for row in others if row.kind == "due"] == [("email", "qin")]
    assert {row.recipient for row in others if row.kind == "tech.notice_dead"} >= {"cheng"}
    assert ask_results(ledger, app.school) == 0


def test_an_unknown_result_is_asked_for_again_until_the_provider_has_forgotten_it(ledger, app, told, rows, move_clock):
    app.done = False
    for _quarter in range(2):
        move_clock(minutes=16)
        for _tick in range(2):
            ask_results(ledger, app.school)
    between = results(ledger)
    move_clock(hours=24)
    ask_results(ledger, app.school)

    assert between == [("钉钉还没有给出送达结果", False)] * 2
    assert results(ledger) == between
    assert rows()[0].state == "sent"


def test_a_provider_that_answers_nonsense_loses_nothing(ledger, app, told, rows, move_clock):
    app.script.append(Scripted(b"<html>login</html>"))
    move_clock(minutes=2)

    assert ask_results(ledger, app.school) == 0
    assert rows()[0].state == "sent"
    assert results(ledger)[0][1] is False
