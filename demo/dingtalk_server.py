"""Demo: a server that behaves like DingTalk's group robots, on loopback, knowing nothing of the product.

One server, any number of robots (`/robot/send?access_token=…`). It verifies the signature and its one-hour window, the
keyword, the 20 messages a minute (then 130101 and a block), message shape and size; refusals come as HTTP 200 with an
errcode. What it accepts is kept in `received`, all requests in `requests`. `script` holds answers to give first.

    with DingTalkServer() as server: url = server.add_robot("token-1", secret="SEC…", keyword="舆情")
"""

import base64
import hashlib
import hmac
import json
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from foundation import clock

WINDOW_SECONDS = 3600
PER_MINUTE, BLOCK_SECONDS = 20, 600
BODY_BYTES = 20_000
KEYWORDS = "description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词;"
SIGN = "description:机器人发送签名不匹配;solution:签名和生成签名的时间戳必须都放在调用的网址中，请确认密钥填写正确;"
ADDRESS = "description:机器人发送的 ip 不在白名单内;solution:把出口地址加入 whitelist;"
SHAPES = {"text": "content", "markdown": "text", "actionCard": "text", "link": "text"}


@dataclass(slots=True)
class Robot:
    """One robot of one group: how it is protected, what it received."""

    token: str
    secret: str = ""
    keyword: str = ""
    sent_at: deque[float] = field(default_factory=deque)
    blocked_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Scripted:
    """One answer to give instead of judging the request: body or JSON, status, headers, delay, or a cut connection."""

    body: bytes | dict[str, Any] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    reset: bool = False
    accept_first: bool = False  # judge and keep the message, and only then misbehave


class DingTalkServer:
    """The server; use as a context manager or call `start` and `stop`."""

    def __init__(self, seconds: Callable[[], float] | None = None, port: int = 0) -> None:
        self.seconds = seconds or (lambda: clock.now().timestamp())
        self.robots: dict[str, Robot] = {}
        self.received: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.script: deque[Scripted] = deque()
        self.lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler_of(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        """Port that it listens on."""
        return int(self._http.server_address[1])

    def add_robot(self, token: str, secret: str = "", keyword: str = "") -> str:
        """Add a robot and return its address."""
        self.robots[token] = Robot(token, secret, keyword)
        return f"http://127.0.0.1:{self.port}/robot/send?access_token={token}"

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def answer(
        self, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, Any]]:
        """Return HTTP status and body for one request: what another service's server answers in its own way."""
        del path
        return 200, self.judge(query, headers, body)

    def judge(self, query: dict[str, str], headers: dict[str, str], body: bytes) -> dict[str, Any]:
        """Return DingTalk's answer to one request and keep the message when it is accepted."""
        robot = self.robots.get(query.get("access_token", ""))
        if robot is None:
            return _answer(300001, "token is not exist")
        refusal = self._check_security(robot, query) or _check_shape(headers, body)
        if refusal:
            return refusal
        message = json.loads(body)
        if robot.keyword and robot.keyword not in json.dumps(message, ensure_ascii=False):
            return _answer(310000, KEYWORDS)
        if self.is_too_fast(robot):
            return _answer(130101, "send too fast, exceed 20 times per minute")
        self.received.append({"robot": robot.token, **message, "received_at": self.seconds()})
        return _answer(0, "ok")

    def _check_security(self, robot: Robot, query: dict[str, str]) -> dict[str, Any] | None:
        if not robot.secret:
            return None
        stamp, given = query.get("timestamp", ""), query.get("sign", "")
        text = f"{stamp}\n{robot.secret}".encode()
        right = base64.b64encode(hmac.new(robot.secret.encode(), text, hashlib.sha256).digest()).decode()
        fresh = stamp.isdigit() and abs(self.seconds() - int(stamp) / 1000) <= WINDOW_SECONDS
        return None if fresh and hmac.compare_digest(given, right) else _answer(310000, SIGN)

    def is_too_fast(self, robot: Robot) -> bool:
        """Count one message; return whether the robot said more than it may in a minute and is blocked."""
        real = clock.monotonic_seconds()
        while robot.sent_at and robot.sent_at[0] <= real - 60:
            robot.sent_at.popleft()
        if real >= robot.blocked_until and len(robot.sent_at) >= PER_MINUTE:
            robot.blocked_until = real + BLOCK_SECONDS
        if real < robot.blocked_until:
            return True
        robot.sent_at.append(real)
        return False


def _answer(code: int, words: str) -> dict[str, Any]:
    return {"errcode": code, "errmsg": words}


def _check_shape(headers: dict[str, str], body: bytes) -> dict[str, Any] | None:
    if "application/json" not in headers.get("content-type", ""):
        return _answer(43004, "无效的HTTP HEADER Content-Type")
    if len(body) > BODY_BYTES:
        return _answer(460101, "message too long, exceed 20000 bytes")
    try:
        message = json.loads(body)
        kind = message["msgtype"]
        part = message[kind]
    except (ValueError, KeyError, TypeError):
        return _answer(40035, "缺少参数 json")
    if kind not in SHAPES or not part.get(SHAPES[kind]):
        return _answer(400105, "unsupported msgtype or empty content")
    if kind in ("markdown", "actionCard") and not part.get("title"):
        return _answer(400402, "miss param : title")
    return None


def _handler_of(server: DingTalkServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One request."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms for the reader to confirm its head

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            with server.lock:
                server.requests.append({"path": self.path, "query": query, "headers": headers, "body": body})
                scripted = server.script.popleft() if server.script else None
                if scripted is None or scripted.accept_first:
                    status, judged = server.answer(parts.path, query, headers, body)
            if scripted is None:
                self._give(status, judged, {"Content-Type": "application/json"})
            else:
                self._misbehave(scripted)

        do_GET = do_POST

        def _misbehave(self, scripted: Scripted) -> None:
            clock.wait(scripted.delay_seconds)
            if scripted.reset:
                self.close_connection = True
                self.connection.shutdown(2)
                return
            self._give(scripted.status, scripted.body, {"Content-Type": "application/json", **scripted.headers})

        def _give(self, status: int, body: bytes | dict[str, Any], headers: dict[str, str]) -> None:
            data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)
            except (BrokenPipeError, ConnectionResetError):  # the client gave up waiting
                self.close_connection = True

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    return Handler


def main() -> int:
    """Serve one robot until killed; prints its address. Arguments by environment: ROBOT_TOKEN, ROBOT_SECRET."""
    server = DingTalkServer().start()
    print(server.add_robot(os.environ.get("ROBOT_TOKEN", "demo"), os.environ.get("ROBOT_SECRET", "")), flush=True)
    threading.Event().wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
