"""What group robots share: the frame around an answer, the keyword in a title, the name of a budget."""

import pytest

from alerts.channel_answers import ChannelDown, Retry, Sent
from alerts.error_map import Rule
from alerts.group_robot import budget_name, fate_in, title_with
from alerts.post_request import HttpAnswer

TABLE = (Rule((19021,), (), ChannelDown, "签名不符"),)


@pytest.mark.parametrize(
    ("status", "body", "fate"),
    [
        (200, b'{"code": 0}', (0, Sent())),
        (200, b'{"StatusCode": 0}', (0, Sent())),
        (502, b'{"code": 0}', (0, Retry("HTTP 502"))),
        (200, b'{"code": 19021, "msg": "sign match fail"}', (19021, ChannelDown("19021 签名不符"))),
        (200, b"{}", (None, Retry("回答不是飞书的 JSON（HTTP 200）"))),
        (200, b"<html>login</html>", (None, Retry("回答不是飞书的 JSON（HTTP 200）"))),
    ],
)
def test_only_a_code_of_zero_is_success(status, body, fate):
    assert fate_in(HttpAnswer(status, body), "飞书", TABLE, ("code", "StatusCode"), "msg") == fate


def test_a_keyword_is_put_before_a_title_that_lacks_it():
    assert title_with("舆情", "【重大】HY-1") == "舆情 【重大】HY-1"
    assert title_with("舆情", "舆情 HY-1") == "舆情 HY-1"
    assert title_with("", "HY-1") == "HY-1"


def test_one_robot_has_one_budget_that_tells_nothing_of_its_address():
    assert budget_name("wecom", "http://a.example/?key=1") == budget_name("wecom", "http://a.example/?key=1")
    assert budget_name("wecom", "http://a.example/?key=1") != budget_name("wecom", "http://a.example/?key=2")
    assert "key" not in budget_name("wecom", "http://a.example/?key=1")
