"""Stage 6: one POST to a provider, as every channel over HTTP needs it. Address and body in, a bounded answer out.

No redirect is followed, no proxy or .netrc of the host sees the token, a slow or endless answer is given up, and no
error repeats the address: only its kind is kept.
"""

import json
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from alerts.channel_answers import Retry
from foundation.clock import monotonic_seconds

TIMEOUT_SECONDS = (5, 10)  # connect, read
ANSWER_BYTES = 65_536
ANSWER_SECONDS = 15.0
HTTP_OK, HTTP_REDIRECT, HTTP_REFUSED, HTTP_TOO_MANY = 200, 300, 400, 429
LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status and at most `ANSWER_BYTES` of the body."""

    status: int
    body: bytes


def new_session() -> requests.Session:
    """Return a session of a channel's own."""
    session = requests.Session()
    session.trust_env = False
    return session


def post(
    session: requests.Session,
    url: str,
    body: bytes,
    *,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> HttpAnswer | Retry:
    """Post a JSON body; what the network or an intermediary does wrong is a `Retry`."""
    sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return _ask(session, requests.Request("POST", url, params=query, data=body, headers=sent))


def get(session: requests.Session, url: str, query: dict[str, str]) -> HttpAnswer | Retry:
    """Ask for a page under the same rules."""
    return _ask(session, requests.Request("GET", url, params=query))


def _ask(session: requests.Session, request: requests.Request) -> HttpAnswer | Retry:
    try:
        ready = session.prepare_request(request)
        with session.send(ready, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True) as response:
            if HTTP_REDIRECT <= response.status_code < HTTP_REFUSED:
                return Retry(f"被重定向（HTTP {response.status_code}），没有跟随：核对地址或代理")
            if response.status_code == HTTP_TOO_MANY:
                wait = _seconds(response.headers.get("Retry-After", ""))
                return Retry("被要求放慢（HTTP 429）", after_seconds=wait, throttled=True)
            return HttpAnswer(response.status_code, _read_body(response))
    except (requests.RequestException, HTTPError, OSError, ValueError) as problem:
        return Retry(f"连接失败（{type(problem).__name__}）")  # its own words hold the address with its token


def read_json(answer: HttpAnswer, service: str) -> dict[str, Any] | Retry:
    """Return the JSON object that a service answered; a login page or half a body is a `Retry`."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return Retry(f"回答不是{service}的 JSON（HTTP {answer.status}）")
    return found


def read_code(found: dict[str, Any], names: tuple[str, ...] = ("errcode",)) -> int | None:
    """Return the first of these fields that is a whole number; None when the service gave no code."""
    for name in names:
        value = found.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def as_json(content: dict[str, Any]) -> bytes:
    """Return a body as it is sent: UTF-8, three bytes for a Han character instead of six."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _seconds(text: str) -> float:
    return min(float(text), LONGEST_RETRY_AFTER) if text.isdigit() else 0.0


def _read_body(response: requests.Response) -> bytes:
    """Return at most `ANSWER_BYTES`, given up after `ANSWER_SECONDS` even when bytes keep dripping."""
    until = monotonic_seconds() + ANSWER_SECONDS
    body = b""
    while len(body) < ANSWER_BYTES and monotonic_seconds() < until:
        part = response.raw.read1(ANSWER_BYTES - len(body), decode_content=True)
        if not part:
            break
        body += part
    return body
