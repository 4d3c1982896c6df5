"""One POST: bounded, unredirected, without the host's proxy, and silent about the address."""

import pytest

from alerts.channel_answers import Retry
from alerts.post_request import ANSWER_BYTES, HttpAnswer, as_json, get, new_session, post, read_code, read_json
from demo.dingtalk_server import DingTalkServer, Scripted


@pytest.fixture
def server():
    with DingTalkServer(lambda: 0.0) as started:
        yield started


def _url(server):
    return f"http://127.0.0.1:{server.port}/x?access_token=token-1"


def test_an_answer_is_read_up_to_its_bound(server):
    server.script.append(Scripted(b"a" * (ANSWER_BYTES + 1000)))

    assert len(post(new_session(), _url(server), b"{}").body) == ANSWER_BYTES


def test_a_proxy_of_the_host_is_not_used(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server.script.append(Scripted({"errcode": 0}))

    assert post(new_session(), _url(server), b"{}") == HttpAnswer(200, b'{"errcode": 0}')


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("999999", 3600), ("soon", 0), ("-1", 0)])
def test_retry_after_is_believed_within_an_hour(server, header, seconds):
    server.script.append(Scripted(b"", status=429, headers={"Retry-After": header}))

    assert get(new_session(), _url(server), {}).after_seconds == seconds


def test_an_address_that_is_none_is_a_retry_without_its_words():
    answer = post(new_session(), "http://[token-1", b"{}")

    assert isinstance(answer, Retry)
    assert "token-1" not in answer.reason


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_a_retry(body):
    assert isinstance(read_json(HttpAnswer(200, body), "钉钉"), Retry)


@pytest.mark.parametrize(("found", "code"), [({"a": 0}, 0), ({"b": 5}, 5), ({"a": True}, None), ({"a": "0"}, None)])
def test_only_a_whole_number_is_a_code(found, code):
    assert read_code(found, ("a", "b")) == code


def test_han_characters_are_three_bytes():
    assert as_json({"a": "汉"}) == '{"a":"汉"}'.encode()
