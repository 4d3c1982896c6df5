"""Feishu's robot: its own signer, a card with a button, refusals inside 200 and inside 400."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.channel_answers import ChannelDown, Dead, Message, Retry, Sent
from alerts.channels import dingtalk
from alerts.channels.feishu import Channel, Options, build_card, sign
from demo.dingtalk_server import Scripted
from tests.alerts.servers.robots import FeishuServer

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
MESSAGE = Message(7, "HY-1", 3, "【特别重大】HY-1 舆情", "事由：食堂", "http://127.0.0.1/1", ("ou_1",))


@pytest.fixture
def server():
    with FeishuServer(NOW.timestamp) as started:
        yield started


@pytest.fixture
def channel(server):
    return Channel(Options(server.add_robot("hook-1", "SEC", "督办"), "SEC", "督办"))


def test_the_signature_is_the_documented_one_and_not_dingtalks():
    """Vector computed with openssl (HMAC-SHA256 over nothing, key as hex), independent of this code."""
    assert sign(1599360473, "this is secret") == "/eYKrXQBzTjUZJ3s6NX16VxGbTwmK7AEs8/FnvC1CSw="
    assert sign(1599360473, "this is secret") != dingtalk.sign(1599360473, "this is secret")


def test_a_signed_card_with_a_button_and_the_keyword_arrives(channel, server):
    answer = channel.send(MESSAGE, NOW)

    card = server.received[0]["card"]
    assert answer == Sent()
    assert card["header"] == {
        "title": {"tag": "plain_text", "content": "督办 【特别重大】HY-1 舆情"},
        "template": "red",
    }
    assert card["elements"][1]["actions"][0]["url"] == "http://127.0.0.1/1"
    assert "<at id=ou_1></at>" in card["elements"][0]["text"]["content"]


def test_a_message_without_a_link_has_no_button():
    assert len(build_card(Message(1, "", 0, "题", "文"))["elements"]) == 1


@pytest.mark.parametrize(
    ("answer", "fate", "hint"),
    [
        (Scripted({"code": 19021, "msg": "sign match fail"}), ChannelDown, "签名"),
        (Scripted({"code": 19022, "msg": "Ip Not Allowed"}), ChannelDown, "IP 名单"),
        (Scripted({"code": 19024, "msg": "Key Words Not Found"}), ChannelDown, "关键词"),
        (Scripted({"code": 9499, "msg": "too many requests"}, status=400), Retry, "限流"),
        (Scripted({"code": 9499, "msg": "Bad Request"}, status=400), Dead, "格式"),
        (Scripted({"code": 11232, "msg": "frequency limited"}), Retry, "限流"),
        (Scripted({"msg": "ok"}), Retry, "JSON"),
        (Scripted({"code": 0}, status=500), Retry, "500"),
    ],
)
def test_a_refusal_has_its_own_fate(channel, server, answer, fate, hint):
    server.script.append(answer)

    found = channel.send(MESSAGE, NOW)

    assert isinstance(found, fate)
    assert hint in found.reason


def test_a_clock_that_is_two_hours_wrong_is_a_refused_signature(channel):
    assert isinstance(channel.send(MESSAGE, NOW - timedelta(hours=2)), ChannelDown)


def test_too_long_for_the_service_is_sent_once_more_in_link_form(channel, server):
    server.script.append(Scripted({"code": 230025, "msg": "too long"}, status=400))

    assert channel.send(MESSAGE, NOW) == Sent()
    assert "事由" not in str(server.received[0]["card"])
