import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from foundation.errors import HuiyinError, Stop
from foundation.settings import Elasticsearch
from search.elastic_client import ElasticClient, RequestTooLarge, ServerAway, error_kind


class Answering:
    """A server that gives one prepared answer, as other products and states of a cluster do."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, {}, {"X-Elastic-Product": "Elasticsearch"}
        self.asked: list[str] = []
        own = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                own.asked.append(self.headers.get("Authorization", ""))
                is_page = isinstance(own.body, str)
                data = own.body.encode() if is_page else json.dumps(own.body).encode()
                self.send_response(own.status)
                for name, value in {
                    **own.headers,
                    "Content-Type": "text/html" if is_page else "application/json",
                }.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_PUT = do_GET

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def answering() -> Iterator[Answering]:
    own = Answering()
    yield own
    own.server.shutdown()
    own.server.server_close()


def error(kind: str) -> dict[str, Any]:
    return {"error": {"type": kind, "reason": "Preview of field's value: '某某的原话'"}}


@pytest.mark.parametrize(
    ("status", "body", "headers", "wanted", "words"),
    [
        (200, {"version": {"distribution": "opensearch"}}, {}, Stop, "7.x 与 OpenSearch 不支持"),
        (406, error("media_type_header_exception"), None, Stop, "不是 Elasticsearch 8 或 9"),
        (400, error("media_type_header_exception"), None, Stop, "不是 Elasticsearch 8 或 9"),
        (401, error("security_exception"), None, Stop, "不认这把密钥"),
        (403, error("security_exception"), None, Stop, "没有权限"),
        (403, error("cluster_block_exception"), None, ServerAway, "只读"),
        (429, error("es_rejected_execution_exception"), None, ServerAway, "忙不过来"),
        (503, error("master_not_discovered_exception"), None, ServerAway, "忙不过来"),
        (503, error("search_phase_execution_exception"), None, ServerAway, "不可用（红）.*huiyin index status"),
        (413, error("too_large"), None, RequestTooLarge, "太大"),
        (200, "<html>原话", None, Stop, "不是 Elasticsearch 的接口（200）.*servers"),
        (302, "", None, Stop, "转到了别处（302）.*servers"),
        (400, error("parsing_exception"), None, Stop, "拒绝了请求（400 parsing_exception）"),
    ],
)
def test_a_bad_answer_is_one_chinese_sentence_with_the_next_step_and_no_text(
    status: int, body: Any, headers: Any, wanted: type[HuiyinError], words: str, answering: Answering
) -> None:
    answering.status, answering.body = status, body
    answering.headers = answering.headers if headers is None else headers
    client = ElasticClient(Elasticsearch(servers=[answering.url]))

    with pytest.raises(wanted, match=words) as refused:
        client.ask("GET", "/x")
    assert "原话" not in str(refused.value)
    assert answering.url in str(refused.value)
    client.close()


def test_a_server_that_is_not_there_is_told_with_the_promise_that_nothing_is_lost() -> None:
    client = ElasticClient(Elasticsearch(servers=["http://127.0.0.1:9"]))

    with pytest.raises(ServerAway, match=r"连不上.*帖文都在账本里"):
        client.ask("GET", "/x")


def test_the_key_is_sent_and_never_told(answering: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY_OF_TEST", "c2VjcmV0OmtleQ==")
    answering.status, answering.body = 401, error("security_exception")
    client = ElasticClient(Elasticsearch(servers=[answering.url], api_key="env:KEY_OF_TEST"))

    with pytest.raises(Stop) as refused:
        client.ask("GET", "/x")
    assert answering.asked == ["ApiKey c2VjcmV0OmtleQ=="]
    assert "c2VjcmV0" not in str(refused.value)
    client.close()


def test_a_key_that_is_not_set_stops_before_anything_is_asked() -> None:
    with pytest.raises(Stop, match="HUIYIN_NO_SUCH_KEY"):
        ElasticClient(Elasticsearch(servers=["http://127.0.0.1:9"], api_key="env:HUIYIN_NO_SUCH_KEY")).ask("GET", "/")


def test_the_kind_of_an_error_is_told_with_its_cause() -> None:
    body = {"error": {"type": "search_phase", "root_cause": [{"type": "query_shard"}]}}

    assert (error_kind(body), error_kind("html"), error_kind(None)) == (
        "search_phase query_shard",
        "unknown",
        "unknown",
    )


def test_the_version_of_a_real_server_is_known(index) -> None:
    assert index.client.version().split(".")[0] in ("8", "9")


def test_a_certificate_file_that_cannot_be_read_is_named_instead_of_the_server(tmp_path) -> None:
    place = Elasticsearch(servers=["https://127.0.0.1:9"], ca_file=str(tmp_path / "missing.pem"))

    with pytest.raises(Stop, match=r"证书文件读不了：.*missing.pem。检查 elasticsearch.ca_file"):
        ElasticClient(place).ask("GET", "/x")
