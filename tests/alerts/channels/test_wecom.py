"""WeCom's robot: markdown below its own limit, people called by id, refusals inside 200."""

import json
from datetime import UTC, datetime

import pytest

from alerts.channel_answers import ChannelDown, Dead, Message, Retry, Sent
from alerts.channels.wecom import Channel, Options, build_body
from demo.dingtalk_server import Scripted
from tests.alerts.servers.robots import WecomServer

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
MESSAGE = Message(7, "HY-1", 2, "【重大】HY-1 [舆情]", "事由：食堂\n请做：核实", "http://127.0.0.1/1", ("bai",))


@pytest.fixture
def server():
    with WecomServer(NOW.timestamp) as started:
        yield started


@pytest.fixture
def channel(server):
    return Channel(Options(server.add_robot("key-1")))


def test_the_body_is_exactly_this():
    golden = (
        '{"msgtype":"markdown","markdown":{"content":"**【重大】HY-1 ［舆情］**\\n事由：食堂\\n请做：核实'
        '\\n[打开案件](http://127.0.0.1/1)\\n<@bai>"}}'
    )

    assert build_body(MESSAGE).decode() == golden


def test_four_kilobytes_are_kept_with_the_link_and_the_call():
    long = Message(7, "HY-1", 2, "题", "汉" * 9000, "http://127.0.0.1/1", ("bai",))
    content = json.loads(build_body(long))["markdown"]["content"]

    assert len(content.encode()) <= 4096
    assert content.endswith("[打开案件](http://127.0.0.1/1)\n<@bai>")


def test_too_long_for_the_service_is_sent_once_more_in_link_form(channel, server):
    server.script.append(Scripted({"errcode": 45002, "errmsg": "content size out of limit"}))

    assert channel.send(MESSAGE, NOW) == Sent()
    assert "事由" not in server.received[0]["markdown"]["content"]


@pytest.mark.parametrize(
    ("code", "fate", "hint"),
    [
        (93000, ChannelDown, "移出群"),
        (93008, ChannelDown, "不在群"),
        (40058, Dead, "格式"),
        (-1, Retry, "繁忙"),
        (5, Retry, "没有见过"),
    ],
)
def test_a_refusal_inside_200_has_its_own_fate(channel, server, code, fate, hint):
    server.script.append(Scripted({"errcode": code, "errmsg": "no"}))

    answer = channel.send(MESSAGE, NOW)

    assert isinstance(answer, fate)
    assert hint in answer.reason


def test_the_twenty_first_message_of_a_minute_is_throttled(channel):
    answers = [channel.send(MESSAGE, NOW) for _time in range(21)]

    assert answers[:20] == [Sent()] * 20
    assert answers[20].throttled


def test_a_wrong_key_is_a_channel_that_is_down(channel, server):
    assert isinstance(Channel(Options(channel.options.url + "x")).send(MESSAGE, NOW), ChannelDown)
