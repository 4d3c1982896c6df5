"""The contract of every channel, found by file: a new channel without a line in SERVERS fails here by name."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.channel_answers import ChannelDown, Dead, Message, Retry, Sent
from alerts.channels import channel_module, channel_names
from demo.dingtalk_server import Scripted
from foundation.errors import Stop

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
MESSAGE = Message(
    7, "HY-2026-0001", 2, "【重大】HY-2026-0001 舆情待研判", "事由：食堂\n请做：核实", "http://127.0.0.1:8000/c/1"
)
SERVERS = {"dingtalk": "dingtalk", "email": "mail_server"}  # channel → fixture of the server that behaves like it


@pytest.fixture(params=channel_names())
def name(request):
    return request.param


@pytest.fixture
def channel(name, school, request):
    request.getfixturevalue(SERVERS[name])
    module = channel_module(name)
    return module.Channel(module.options_for(school, "safety"))


def _requests(name, request):
    server = request.getfixturevalue(SERVERS[name])
    if name == "dingtalk":
        return [(found["path"], found["body"]) for found in server.requests]
    boundary = re.compile(rb"={10,}\d+==")  # chosen by chance for each mail
    return [(mail.recipients, boundary.sub(b"", mail.raw)) for mail in server.received]


def test_every_channel_has_its_own_test_file(name):
    assert (Path(__file__).parent / "channels" / f"test_{name}.py").is_file()


def test_the_same_message_twice_is_the_same_request_twice(name, channel, request):
    answers = [channel.send(MESSAGE, NOW) for _time in range(2)]

    first, second = _requests(name, request)
    assert [type(answer) for answer in answers] == [Sent, Sent]
    assert first == second


def test_a_server_that_is_gone_is_a_retry_without_its_address(name, channel, request):
    request.getfixturevalue(SERVERS[name]).stop()

    answer = channel.send(MESSAGE, NOW)

    request.getfixturevalue(SERVERS[name]).stop = lambda: None
    assert isinstance(answer, Retry)
    assert "127.0.0.1" not in answer.reason
    assert "token" not in answer.reason


def test_a_refusal_is_never_sent(name, channel, request):
    server = request.getfixturevalue(SERVERS[name])
    if name == "dingtalk":
        server.script.append(Scripted({"errcode": 310000, "errmsg": "sign not match"}))
    else:
        server.refuse_all = "554 not allowed"

    assert isinstance(channel.send(MESSAGE, NOW), ChannelDown | Dead | Retry)


def test_options_show_no_credential(name, channel):
    shown = repr(channel.options)

    assert "masked" in shown
    assert "SEC" not in shown
    assert "token" not in shown


def test_an_unknown_recipient_has_no_options(name, school):
    assert channel_module(name).options_for(school, "nobody") is None


def test_an_unknown_channel_names_the_nearest_one():
    with pytest.raises(Stop, match="dingtalk"):
        channel_module("dingtalkk")
