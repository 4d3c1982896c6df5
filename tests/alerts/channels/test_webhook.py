"""The webhook: signed over time and body, equal key for a repeat, refusals by status and inside 200."""

from datetime import UTC, datetime

import pytest

from alerts.channel_answers import ChannelDown, Dead, Message, Retry, Sent
from alerts.channels.webhook import Channel, Options, sign
from demo.dingtalk_server import Scripted
from tests.alerts.servers.robots import WebhookServer

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
MESSAGE = Message(7, "HY-1", 2, "【重大】HY-1", "事由：食堂", "http://127.0.0.1/1")


@pytest.fixture
def server():
    with WebhookServer(NOW.timestamp) as started:
        yield started


@pytest.fixture
def channel(server):
    return Channel(Options(server.add_robot("in", "SEC"), "SEC"))


def test_the_signature_is_a_known_one():
    """Vector computed with `printf '1700000000.{}' | openssl dgst -sha256 -hmac secret`."""
    assert sign(1700000000, b"{}", "secret") == "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"


def test_number_level_words_and_link_arrive_with_an_idempotency_key(channel, server):
    assert channel.send(MESSAGE, NOW) == Sent("ticket-1")
    assert server.received == [
        {"number": 7, "case_no": "HY-1", "level_code": 2, "title": "【重大】HY-1", "body": "事由：食堂",
         "link": "http://127.0.0.1/1", "key": "huiyin-7"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (Scripted(b"", status=204), Sent),
        (Scripted({"code": 200}), Sent),
        (Scripted({"code": 5}), Retry),
        (Scripted({"success": False}), Retry),
        (Scripted(b"no", status=401), ChannelDown),
        (Scripted(b"gone", status=410), ChannelDown),
        (Scripted(b"large", status=413), Dead),
        (Scripted(b"later", status=503), Retry),
    ],
)
def test_every_status_and_refusal_has_its_fate(channel, server, answer, fate):
    server.script.append(answer)

    assert isinstance(channel.send(MESSAGE, NOW), fate)


def test_a_wrong_secret_takes_the_channel_down(channel):
    assert isinstance(Channel(Options(channel.options.url, "WRONG")).send(MESSAGE, NOW), ChannelDown)
