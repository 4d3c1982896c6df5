"""Stage 3: the way to the school's Elasticsearch. Requests in, plain answers out, every failure one Chinese sentence.

All traffic goes through the `elasticsearch` package; it is imported at the first request, because most processes never
make one (146 MiB and a second). The key never enters a message or a log.
"""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foundation.ca_file import require_ca_file
from foundation.config import read_secret
from foundation.errors import HuiyinError, Retry, Stop
from foundation.settings import Elasticsearch as Place

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

SECONDS = 30.0
JSON = "application/vnd.elasticsearch+json; compatible-with=8"
LINES = "application/vnd.elasticsearch+x-ndjson; compatible-with=8"
CLUSTER_RIGHTS = ["all", "manage", "manage_security", "manage_index_templates"]  # more than the product needs
INDEX_RIGHTS = ["read", "write", "manage"]
OTHERS = (".kibana", "logs-probe")  # of somebody else: a key for many prefixes is no key for every index
ITEM_PARTS = "errors,items.*.status,items.*.error.type,items.*.error.reason"
REDIRECTS = (301, 302, 303, 307, 308)
NOT_ALLOWED, TOO_LARGE, BUSY = (401, 403), 413, (408, 429, 502, 503, 504)
SEE = "见 docs/elasticsearch.md"
SHARD_SECONDS = 20  # a server waits so long for a red index: shorter than we wait for the server
RED = ("search_phase_execution", "no_shard_available", "unavailable_shards")
RED_WORDS = "Elasticsearch 的索引有一部分不可用（红）"
RED_STEP = f"运行 huiyin index status 看是哪些；{SEE}「变红了怎么办」"


class ServerAway(Retry):
    """The server cannot be reached or cannot take more now; nothing is lost, the same work is done later."""


class RequestTooLarge(Retry):
    """The server does not take a request of this size."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: HTTP status and decoded body."""

    status: int
    body: Any


class ElasticClient:
    """One connection pool to the servers of a school."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._client: Elasticsearch | None = None

    @property
    def where(self) -> str:
        """The servers, for people."""
        return "、".join(self.place.servers)

    def ask(self, method: str, path: str, body: Any = None, *, allow: tuple[int, ...] = ()) -> Answer:
        """Make one request; statuses in `allow` are answers, not errors.

        Raises:
            ServerAway: Not reachable, too busy, its disk is full, or an index is red.
            RequestTooLarge: Status 413.
            Stop: Wrong key, missing right, not an Elasticsearch 8 or 9, or a request that it refuses.
        """
        return self._ask(method, path, body, JSON, allow)

    def bulk(self, lines: bytes) -> list[dict[str, Any]]:
        """Send ready NDJSON; return one answer for each thing to do, in their order: `status`, `error`."""
        answer = self._ask("POST", f"/_bulk?timeout={SHARD_SECONDS}s&filter_path={ITEM_PARTS}", lines, LINES, ())
        return [next(iter(item.values())) for item in answer.body.get("items", [])]

    def version(self) -> str:
        """Return the server's version; empty when the key may not ask. (`GET /` is missing on bare servers.)"""
        answer = self.ask("GET", "/_nodes/_local?filter_path=nodes.*.version", allow=(403,))
        nodes = answer.body.get("nodes", {}) if answer.status == 200 else {}  # noqa: PLR2004 HTTP
        return next((node["version"] for node in nodes.values()), "")

    def excess_rights(self) -> list[str] | None:
        """Return what the key may do beyond the school's own indices; None: the server asks for no key."""
        others = [name for name in OTHERS if not name.startswith(self.place.prefix)]
        body = {"cluster": CLUSTER_RIGHTS, "index": [{"names": ["*", *others], "privileges": INDEX_RIGHTS}]}
        answer = self.ask("POST", "/_security/user/_has_privileges", body, allow=(400, 405))
        if answer.status != 200:  # noqa: PLR2004 HTTP
            return None
        found = [f"集群 {name}" for name, may in answer.body["cluster"].items() if may]
        everywhere = answer.body["index"].pop("*")
        found += [f"所有索引 {right}" for right, may in everywhere.items() if may]
        for name, rights in answer.body["index"].items():
            found += [f"别的索引 {name} {right}" for right, may in rights.items() if may and not everywhere[right]]
        return found

    def close(self) -> None:
        """Release the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _ask(self, method: str, path: str, body: Any, content_type: str, allow: tuple[int, ...]) -> Answer:
        from elastic_transport import TransportError
        from elasticsearch import ApiError, UnsupportedProductError

        headers = {"accept": JSON} | ({"content-type": content_type} if body is not None else {})
        try:
            answer = self._connected().perform_request(method, path, headers=headers, body=body)
        except UnsupportedProductError as problem:
            raise self._wrong_version() from problem
        except ApiError as problem:
            if problem.meta.status in allow:
                return self._decoded(problem.meta.status, problem.body)
            raise self._refusal(problem.meta.status, problem.body, path) from None  # its words may hold a post's text
        except TransportError as problem:
            raise ServerAway("连不上 Elasticsearch", self.where, _why(problem)) from None
        return self._decoded(answer.meta.status, answer.body)

    def _decoded(self, status: int, body: Any) -> Answer:
        if isinstance(body, (dict, list)):
            return Answer(status, body)
        step = f"elasticsearch.servers 要写服务器自己的地址，不是登录页或代理的；{SEE}"
        raise Stop(f"这个地址回答的不是 Elasticsearch 的接口（{status}），多半是网页", self.where, step)

    def _connected(self) -> "Elasticsearch":
        if self._client is None:
            from elasticsearch import Elasticsearch

            logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # we say ourselves what is wrong, once
            place = self.place
            wishes: dict[str, Any] = {"request_timeout": SECONDS, "max_retries": len(place.servers) - 1}
            wishes["serializers"] = _serializers()
            if place.api_key:
                wishes["api_key"] = read_secret(place.api_key, "Elasticsearch 的密钥")
            if place.ca_file:
                require_ca_file(place.ca_file, "Elasticsearch", "elasticsearch.ca_file")
                wishes["ca_certs"] = place.ca_file
            self._client = Elasticsearch(place.servers, **wishes)
        return self._client

    def _refusal(self, status: int, body: Any, path: str) -> HuiyinError:  # noqa: PLR0911 one line a kind of refusal
        kind = error_kind(body)
        if status == TOO_LARGE:
            return RequestTooLarge("一次送给 Elasticsearch 的内容太大", self.where, "会自动分小再送")
        if "cluster_block" in kind:
            return ServerAway(
                "Elasticsearch 的索引是只读的，多半磁盘快满了", self.where, f"腾出磁盘后会自动继续；{SEE}"
            )
        if status == NOT_ALLOWED[0]:
            return Stop("Elasticsearch 不认这把密钥", self.where, f"检查 elasticsearch.api_key，或重新生成；{SEE}")
        if status == NOT_ALLOWED[1]:
            return Stop("这把密钥没有权限做这件事", f"{self.where} {path.partition('?')[0]}", f"权限清单{SEE}")
        if is_red(kind) and status in BUSY:
            return ServerAway(RED_WORDS, self.where, RED_STEP)
        if status in BUSY:
            return ServerAway("Elasticsearch 现在忙不过来", f"{self.where}（{status}）", "会自动隔一会儿再送")
        if status in REDIRECTS:
            step = f"elasticsearch.servers 要写服务器自己的地址；{SEE}"
            return Stop(f"这个地址转到了别处（{status}），前面多半有登录页或代理", self.where, step)
        if status == 406 or "media_type" in kind or "content_type" in kind:  # noqa: PLR2004 HTTP: an older server
            return self._wrong_version()
        return Stop(f"Elasticsearch 拒绝了请求（{status} {kind}）", f"{self.where} {path.partition('?')[0]}", SEE)

    def _wrong_version(self) -> Stop:
        return Stop("这台服务器不是 Elasticsearch 8 或 9", self.where, f"7.x 与 OpenSearch 不支持，请换服务器；{SEE}")


def _serializers() -> dict[str, Any]:
    """Return how bodies are written and read: requests of a megabyte as they are, answers by orjson.

    The package's own way copies ready lines twice and reads answers by the standard library: 4 µs of a post's 30.
    """
    from elasticsearch.serializer import NdjsonSerializer, OrjsonSerializer

    class ReadyLines(NdjsonSerializer):
        def dumps(self, data: Any) -> bytes:
            return data if isinstance(data, bytes) else super().dumps(data)

    bodies = (JSON, OrjsonSerializer()), (LINES, ReadyLines())
    return {content_type.partition(";")[0]: serializer for content_type, serializer in bodies}


def error_kind(body: Any) -> str:
    """Return the kind of an error (`mapper_parsing_exception` …) and its cause's, never its words."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "unknown" if error is None else "error"
    causes = [error, *(error.get("root_cause") or [])[:1]]
    return " ".join(dict.fromkeys(str(each.get("type", "unknown")) for each in causes))


def is_red(kind: str) -> bool:
    """Return whether a kind of error says that a part of an index stands on no server now."""
    return any(each in kind for each in RED)


def _why(problem: Exception) -> str:
    name = type(problem).__name__
    if name == "TlsError":
        return f"证书不被信任：把学校自己的 CA 证书写在 elasticsearch.ca_file；{SEE}"
    if name == "ConnectionTimeout":
        return f"{SECONDS:g} 秒没有回答；会自动再试"
    return "检查服务器是否开着、地址是否写对；帖文都在账本里，恢复后会自动补送"
