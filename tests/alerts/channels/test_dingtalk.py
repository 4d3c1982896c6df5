"""DingTalk's robot against a server that verifies like DingTalk and refuses inside HTTP 200."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest

from alerts.channel_answers import ChannelDown, Dead, Message, Retry, Sent
from alerts.channels.dingtalk import (
    Channel,
    Options,
    build_body,
    options_for,
    read_answer,
    sign,
)
from alerts.post_request import HttpAnswer
from demo.dingtalk_server import ADDRESS, KEYWORDS, SIGN, Scripted
from foundation.errors import Stop

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
BLOCKED = b'{"status":1111,"wait":5,"source":"x5","punish":"deny"}'
CARD = Message(
    7, "HY-2026-0001", 2, "【重大】HY-2026-0001 舆情", "事由：食堂\n请做：核实", "http://127.0.0.1:8000/cases/1"
)


@pytest.fixture
def channel(school):
    return Channel(options_for(school, "safety"))


def test_the_signature_is_the_documented_one():
    """Vector computed with `openssl dgst -sha256 -hmac`, independent of this code."""
    assert sign(1577262236757, "this is secret") == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="


def test_a_signed_card_with_a_button_arrives(channel, dingtalk):
    answer = channel.send(CARD, NOW)

    (message,) = dingtalk.received
    assert answer == Sent()
    assert message["actionCard"]["singleURL"] == "http://127.0.0.1:8000/cases/1"


def test_the_body_is_exactly_this():
    golden = (
        '{"msgtype":"actionCard","actionCard":{"title":"【重大】HY-2026-0001 舆情",'
        '"text":"### 【重大】HY-2026-0001 舆情\\n\\n事由：食堂\\n\\n请做：核实",'
        '"singleTitle":"打开案件","singleURL":"http://127.0.0.1:8000/cases/1"}}'
    )

    assert build_body(CARD).decode() == golden


def test_people_are_called_in_a_markdown_message_whose_text_names_them():
    message = Message(7, "HY-1", 1, "题", "文", "http://127.0.0.1/1", ("user-bai",))
    body = json.loads(build_body(message))

    assert body["at"] == {"atUserIds": ["user-bai"], "isAtAll": False}
    assert "@user-bai" in body["markdown"]["text"]
    assert "[打开案件](http://127.0.0.1/1)" in body["markdown"]["text"]


def test_the_keyword_is_put_before_a_title_that_lacks_it():
    message = Message(7, "HY-1", 1, "题", "文")

    assert json.loads(build_body(message, "舆情"))["markdown"]["title"] == "舆情 题"


def test_a_title_from_a_public_post_cannot_make_links_or_headings():
    message = Message(7, "HY-1", 1, "# [点我](http://evil.example)", "*文*")
    text = json.loads(build_body(message))["markdown"]["text"]

    assert "[" not in text
    assert "*" not in text


def test_a_very_long_message_is_accepted_by_the_server(channel):
    message = Message(7, "HY-1", 1, "舆情", "汉" * 30_000, "http://127.0.0.1/1")

    assert channel.send(message, NOW) == Sent()


@pytest.mark.parametrize("code", [460101, 101002])
def test_a_message_too_long_even_in_link_form_is_dead(channel, dingtalk, code):
    dingtalk.script.extend([Scripted({"errcode": code, "errmsg": "message too long"})] * 2)

    answer = channel.send(CARD, NOW)

    assert isinstance(answer, Dead)
    assert "过长" in answer.reason
    assert len(dingtalk.requests) == 2


@pytest.mark.parametrize("code", [460101, 101002])
def test_a_message_too_long_for_the_server_is_sent_once_more_in_link_form(channel, dingtalk, code):
    dingtalk.script.append(Scripted({"errcode": code, "errmsg": "message too long"}))

    assert channel.send(CARD, NOW) == Sent()
    assert "事由" not in dingtalk.received[0]["actionCard"]["text"]


REFUSALS = [  # errcode, errmsg, fate, word that tells the technician what to do
    (310000, KEYWORDS, ChannelDown, "关键词"),
    (310000, SIGN, ChannelDown, "加签"),
    (310000, ADDRESS, ChannelDown, "IP 名单"),
    (310000, "sign not match", ChannelDown, "加签"),
    (310000, "keywords not in content", ChannelDown, "关键词"),
    (310000, "some new wording", ChannelDown, "安全设置"),
    (300001, "token is not exist", ChannelDown, "access_token"),
    (300005, "token is not exist", ChannelDown, "access_token"),
    (400101, "access_token not exist", ChannelDown, "access_token"),
    (400102, "robot is stopped", ChannelDown, "停用"),
    (40035, "不合法的参数", Dead, "格式"),
    (400105, "不支持的消息类型", Dead, "格式"),
    (400106, "robot not found", ChannelDown, "停用"),
    (400013, "群已被解散", ChannelDown, "解散"),
    (90030, "quota", ChannelDown, "额度"),
    (-1, "系统繁忙", Retry, "繁忙"),
    (130101, "send too fast, exceed 20 times per minute", Retry, "限流"),
    (410100, "发送速度太快而限流", Retry, "限流"),
    (88, "exceed 20 times per minute", Retry, "限流"),
    (400402, "miss param : title", Dead, "格式"),
    (43004, "wrong content type", Dead, "格式"),
    (999999, "never seen", Retry, "没有见过"),
]


@pytest.mark.parametrize(("code", "words", "fate", "hint"), REFUSALS)
def test_a_refusal_inside_200_has_its_own_fate(channel, dingtalk, code, words, fate, hint):
    dingtalk.script.append(Scripted({"errcode": code, "errmsg": words}))

    answer = channel.send(CARD, NOW)

    assert isinstance(answer, fate)
    assert hint in answer.reason


def test_busy_waits_half_a_minute(channel, dingtalk):
    dingtalk.script.append(Scripted({"errcode": -1, "errmsg": "busy"}))

    assert channel.send(CARD, NOW).after_seconds == 30


def test_a_used_up_quota_rests_until_next_month(channel, dingtalk):
    dingtalk.script.append(Scripted({"errcode": 90030, "errmsg": "quota"}))

    assert channel.send(CARD, datetime(2026, 12, 8, tzinfo=UTC)).until == datetime(2027, 1, 1, tzinfo=UTC)


ODD = [
    Scripted(b"<html>login</html>"),
    Scripted(b""),
    Scripted(b"null"),
    Scripted(b'{"errmsg":"ok"}'),
    Scripted(b'{"errcode":"x"}'),
    Scripted(b"\xff\xfe"),
    Scripted({"errcode": 0}, status=500),
    Scripted(b"busy", status=429, headers={"Retry-After": "7"}),
    Scripted(b"", status=302, headers={"Location": "/robot/send?access_token=token-safety"}),
    Scripted(reset=True),
]


@pytest.mark.parametrize("odd", ODD)
def test_what_is_not_dingtalks_word_of_success_is_a_retry(channel, dingtalk, odd):
    dingtalk.script.append(odd)

    assert isinstance(channel.send(CARD, NOW), Retry)
    assert len(dingtalk.requests) == 1


def test_a_slow_robot_is_given_up(channel, dingtalk, monkeypatch):
    monkeypatch.setattr("alerts.post_request.TIMEOUT_SECONDS", (0.2, 0.2))
    dingtalk.script.append(Scripted({"errcode": 0}, delay_seconds=1.0))

    assert isinstance(channel.send(CARD, NOW), Retry)


def test_a_message_that_waited_is_signed_when_it_is_sent(channel, dingtalk, move_clock):
    now = move_clock(hours=3)

    assert channel.send(CARD, now) == Sent()


def test_a_clock_that_is_two_hours_wrong_is_a_refused_signature(channel):
    answer = channel.send(CARD, NOW - timedelta(hours=2))

    assert isinstance(answer, ChannelDown)
    assert "加签" in answer.reason


def test_a_wrong_secret_is_a_refused_signature(dingtalk, school):
    url = options_for(school, "safety").url

    assert isinstance(Channel(Options(url, "SECwrong")).send(CARD, NOW), ChannelDown)


def test_the_twenty_first_message_of_a_minute_is_throttled(channel):
    answers = [channel.send(CARD, NOW) for _time in range(21)]

    assert answers[:20] == [Sent()] * 20
    assert answers[20].throttled


def test_address_token_and_sign_stand_in_no_log_and_no_answer(channel, dingtalk, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)
    for odd in ODD:
        dingtalk.script.append(odd)
    answers = [channel.send(CARD, NOW) for _odd in ODD]
    dingtalk.stop()
    answers.append(channel.send(CARD, NOW))
    dingtalk.stop = lambda: None

    for shown in (caplog.text, repr(answers), repr(channel.options)):
        assert "token-safety" not in shown
        assert "SECsafe" not in shown
        assert "sign=" not in shown


def test_a_missing_secret_says_which_variable(school, monkeypatch):
    monkeypatch.delenv("ROBOT_SECRET")

    with pytest.raises(Stop, match="ROBOT_SECRET"):
        options_for(school, "safety")


def test_robots_of_one_address_share_one_budget():
    assert Options("http://a/1", "x").budget == Options("http://a/1", "y").budget
    assert Options("http://a/1", "x").budget != Options("http://a/2", "x").budget


def test_success_needs_code_zero_and_status_200():
    assert read_answer(HttpAnswer(200, b'{"errcode":0,"errmsg":"ok"}')) == (0, Sent())


def test_a_blocked_robot_that_answers_without_errcode_pauses():
    _code, answer = read_answer(HttpAnswer(200, BLOCKED))

    assert isinstance(answer, Retry)
    assert answer.throttled


def test_a_status_of_zero_without_errcode_is_no_success():
    assert isinstance(read_answer(HttpAnswer(200, b'{"status":0}'))[1], Retry)
