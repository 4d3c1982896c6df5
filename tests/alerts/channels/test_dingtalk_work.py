"""Work notices: a token first, fetched anew when it runs out; the task number is what was accepted."""

from datetime import UTC, datetime

import pytest

from alerts.channel_answers import ChannelDown, Dead, Message, Retry, Sent
from alerts.channels.dingtalk_work import Channel, Options
from demo.dingtalk_server import Scripted
from tests.alerts.servers.robots import WorkNoticeServer

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
MESSAGE = Message(7, "HY-1", 3, "【特别重大】HY-1", "事由：食堂", "http://127.0.0.1/1")


@pytest.fixture
def server():
    with WorkNoticeServer(NOW.timestamp) as started:
        yield started


def _channel(server, secret="app-SECRET", users=("user-qin",)):
    return Channel(Options(f"http://127.0.0.1:{server.port}", "app-key", secret, 77, users))


def test_a_person_gets_a_card_with_a_button(server):
    assert _channel(server).send(MESSAGE, NOW) == Sent("1001")
    (found,) = server.received
    assert (found["userid_list"], found["msg"]["action_card"]["single_url"]) == ("user-qin", "http://127.0.0.1/1")


def test_the_token_is_asked_for_once_and_again_when_it_has_run_out(server):
    channel = _channel(server)
    channel.send(MESSAGE, NOW)
    channel.send(MESSAGE, NOW)
    asked = len(server.tokens)
    server.tokens = ("another",)

    assert channel.send(MESSAGE, NOW) == Sent("1003")
    assert (asked, len(server.tokens)) == (1, 2)


def test_a_wrong_secret_takes_the_channel_down(server):
    assert isinstance(_channel(server, "WRONG").send(MESSAGE, NOW), ChannelDown)


def test_a_person_who_left_is_a_dead_letter(server):
    answer = _channel(server, users=("user-gone",)).send(MESSAGE, NOW)

    assert isinstance(answer, Dead)
    assert "离职" in answer.reason


def test_a_message_without_a_link_is_markdown(server):
    _channel(server).send(Message(7, "", 0, "题", "文"), NOW)

    assert server.received[0]["msg"]["msgtype"] == "markdown"


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (Scripted({"errcode": 88, "sub_code": "60011", "sub_msg": "no permission"}), ChannelDown),
        (Scripted({"errcode": 90018, "errmsg": "您的服务器调用钉钉开放平台所有接口的请求都被暂时禁用了"}), Retry),
        (Scripted({"errcode": 0}), Retry),
        (Scripted({"task_id": 5}), Retry),
    ],
)
def test_only_a_task_number_is_success(server, answer, fate):
    channel = _channel(server)
    channel.send(MESSAGE, NOW)
    server.script.append(answer)

    assert isinstance(channel.send(MESSAGE, NOW), fate)


def test_whom_a_task_reached_is_said_by_place(server):
    channel = _channel(server, users=("user-qin", "user-bai"))
    server.done = False
    task = channel.send(MESSAGE, NOW).provider_id
    early = channel.result(task)
    server.done, all_reached = True, Sent()
    answers = [channel.result(task)]
    for server.unreached in (("user-bai",), ("user-qin", "user-bai")):
        answers.append(channel.result(task))

    assert isinstance(early, Retry)
    assert answers[0] == all_reached
    assert [refusal.place for refusal in answers[1].refused] == [2]
    assert isinstance(answers[2], Dead)


def test_a_long_message_is_cut_to_what_a_work_notice_holds(server):
    answer = _channel(server).send(
        Message(7, "HY-1", 3, "【特别重大】HY-1", "很长的说明，𠮷😀。" * 3000, "http://127.0.0.1/1"), NOW
    )

    assert answer == Sent("1001")
