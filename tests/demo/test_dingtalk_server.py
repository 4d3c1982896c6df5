"""The DingTalk-like server refuses as DingTalk does: inside HTTP 200."""

import base64
import hashlib
import hmac
import json
from urllib.parse import quote_plus

import pytest
import requests

from demo.dingtalk_server import DingTalkServer, Scripted

CARD = {"msgtype": "markdown", "markdown": {"title": "舆情", "text": "舆情正文"}}
NOW = 1_791_421_200.0


@pytest.fixture
def server():
    with DingTalkServer(lambda: NOW) as started:
        yield started


def _post(url, message=CARD, secret="", at=NOW, headers=None):
    if secret:
        stamp = int(at * 1000)
        digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        url += f"&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    known = {"Content-Type": "application/json"} if headers is None else headers
    answer = requests.post(url, data=body, headers=known, timeout=5)
    assert answer.status_code == 200
    return answer.json()["errcode"]


def test_a_right_message_is_kept(server):
    assert _post(server.add_robot("t", "SEC"), secret="SEC") == 0
    assert server.received[0]["markdown"]["title"] == "舆情"


@pytest.mark.parametrize(("secret", "late"), [("", 0), ("WRONG", 0), ("SEC", 3601), ("SEC", -3601)])
def test_a_wrong_or_old_signature_is_refused(server, secret, late):
    assert _post(server.add_robot("t", "SEC"), secret=secret, at=NOW + late) == 310000
    assert server.received == []


def test_a_missing_keyword_is_refused(server):
    assert _post(server.add_robot("t", keyword="督办")) == 310000


def test_an_unknown_token_is_refused(server):
    assert _post(server.add_robot("t") + "x") == 300001


SHAPES = [
    (b"{", None, 40035),
    ({"msgtype": "markdown", "markdown": {"title": "", "text": "x"}}, None, 400402),
    ({"msgtype": "picture", "picture": {}}, None, 400105),
    ({"msgtype": "text", "text": {"content": "x" * 20_000}}, None, 460101),
    (CARD, {"Content-Type": "text/plain"}, 43004),
]


@pytest.mark.parametrize(("message", "headers", "code"), SHAPES)
def test_a_malformed_message_is_refused(server, message, headers, code):
    assert _post(server.add_robot("t"), message, headers=headers) == code


def test_the_twenty_first_of_a_minute_is_throttled_and_the_next_ones_too(server):
    url = server.add_robot("t")

    assert [_post(url) for _time in range(22)] == [0] * 20 + [130101] * 2


def test_the_block_lasts_ten_minutes(server, monkeypatch):
    real = [1000.0]
    monkeypatch.setattr("demo.dingtalk_server.clock.monotonic_seconds", lambda: real[0])
    url = server.add_robot("t")
    answers = [_post(url) for _time in range(21)][-1:]
    for seconds in (599, 2):
        real[0] += seconds
        answers.append(_post(url))

    assert answers == [130101, 130101, 0]


def test_a_script_is_played_before_judging(server):
    server.script.append(Scripted({"errcode": -1, "errmsg": "busy"}))
    url = server.add_robot("t")

    assert [_post(url), _post(url)] == [-1, 0]


def test_all_requests_are_kept_as_they_came(server):
    _post(server.add_robot("t"))

    assert json.loads(server.requests[0]["body"]) == CARD
