"""apprise: best effort, said so, and never louder than its answer."""

from datetime import UTC, datetime

import pytest

from alerts.channel_answers import ChannelDown, Message, Retry, Sent
from alerts.channels.apprise import BEST_EFFORT, Channel, Options
from demo.dingtalk_server import Scripted
from tests.alerts.servers.robots import PlainServer

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
MESSAGE = Message(7, "HY-1", 2, "【重大】HY-1", "事由：食堂", "http://127.0.0.1/1")


@pytest.fixture
def server():
    with PlainServer(NOW.timestamp) as started:
        yield started


def test_title_text_and_link_arrive(server):
    answer = Channel(Options(f"json://127.0.0.1:{server.port}/hook")).send(MESSAGE, NOW)

    assert answer == Sent()
    assert (server.received[0]["title"], server.received[0]["message"]) == (
        MESSAGE.title,
        "事由：食堂\nhttp://127.0.0.1/1",
    )
    assert BEST_EFFORT


def test_a_server_error_is_a_retry(server):
    server.script.append(Scripted(b"", status=500))

    assert isinstance(Channel(Options(f"json://127.0.0.1:{server.port}/hook")).send(MESSAGE, NOW), Retry)


FATES = {
    "redirect": (Scripted(b"", status=302, headers={"Location": "/elsewhere"}), "", Retry),
    "redirect that the address allows": (
        Scripted(b"", status=302, headers={"Location": "/elsewhere"}), "?redirect=yes", Retry,
    ),
    "slow": (Scripted(b"", delay_seconds=3.0), "?cto=0.3&rto=0.3", Retry),
    "reset": (Scripted(reset=True), "", Retry),
    "too many": (Scripted(b"slow down", status=429, headers={"Retry-After": "77"}), "", Retry),
    "login page": (Scripted(b"<html>login</html>", headers={"Content-Type": "text/html"}), "", Sent),  # docs/alerts.md
}  # fmt: skip


@pytest.mark.parametrize("fate", FATES)
def test_each_odd_answer_has_its_fate_and_no_redirect_is_followed(server, fate):
    answer, more, expected = FATES[fate]
    server.script.append(answer)

    assert isinstance(Channel(Options(f"json://127.0.0.1:{server.port}/hook{more}")).send(MESSAGE, NOW), expected)
    assert len(server.requests) == 1


def test_an_address_that_apprise_does_not_know_is_down_without_being_shown():
    answer = Channel(Options("nonsense://token-1")).send(MESSAGE, NOW)

    assert isinstance(answer, ChannelDown)
    assert "token-1" not in answer.reason
