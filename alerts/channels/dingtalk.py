"""Stage 6, channel: DingTalk group robot. One message in, one signed POST; the body's errcode is the only truth.

Signed at send time (the robot accepts one hour of skew, an outbox row may wait longer). The robot's address and secret
are read for each process from the environment or a file and never enter a log, an answer or an exception.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from alerts.channel_answers import Answer, ChannelDown, Dead, Message, Retry, Sent
from foundation.clock import monotonic_seconds
from foundation.config import read_secret
from foundation.school import School

TIMEOUT_SECONDS = (5, 10)  # connect, read
BODY_BYTES = 18_000  # the robot refuses 20,000 (460101); 2,000 are kept for the frame around the text
ANSWER_BYTES = 65_536
ANSWER_SECONDS = 15.0
HTTP_OK = 200
BUSY_SECONDS = 30.0
OPEN_CASE = "打开案件"
# Marks that DingTalk would read as formatting or a link; titles come from public posts and must stay plain.
PLAIN = str.maketrans({mark: chr(ord(mark) + 0xFEE0) for mark in "*_`#[]<>|"})  # their full-width forms


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the error map: codes, words of errmsg (any; empty: no words needed), what it means for us."""

    codes: tuple[int, ...]
    words: tuple[str, ...]
    fate: Callable[[str], Answer]
    meaning: str


def _busy(reason: str) -> Answer:
    return Retry(reason, after_seconds=BUSY_SECONDS)


def _throttled(reason: str) -> Answer:
    return Retry(reason, throttled=True)


SECURITY, UNKNOWN_TOKEN = (310000,), (300001, 300005, 400101)
ERROR_MAP = (  # read from top to bottom; the first row that fits wins. Source: delivery.md §1
    Rule((-1,), (), _busy, "钉钉系统繁忙"),
    Rule((130101, 410100), (), _throttled, "机器人发送过快被限流"),
    Rule((), ("too fast", "per minute", "限流"), _throttled, "机器人发送过快被限流"),
    Rule(SECURITY, ("keyword", "关键词"), ChannelDown, "消息不含机器人要求的关键词：在 robot.keyword 里写上它"),
    Rule(SECURITY, ("sign", "签名", "timestamp"), ChannelDown, "加签不符：核对 robot.secret 与本机时间"),
    Rule(SECURITY, ("whitelist", "白名单", "ip"), ChannelDown, "本机出口地址不在机器人的 IP 名单内"),
    Rule(SECURITY, (), ChannelDown, "机器人的安全设置拒绝了消息：核对关键词、加签、IP 名单"),
    Rule(UNKNOWN_TOKEN, (), ChannelDown, "机器人的 access_token 不被承认：核对 robot.url"),
    Rule((400102, 400106, 400013), (), ChannelDown, "机器人已停用、被移出或群已解散"),
    Rule((90030,), (), ChannelDown, "本月调用额度用完"),
    Rule((460101, 101002), (), Dead, "消息过长"),
    Rule((40035, 400402, 400105, 43004), (), Dead, "消息格式不被接受（程序错误，请报告）"),
)
TOO_LONG = (460101, 101002)
NEXT_MONTH = (90030,)


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """One robot. Never printed: address and secret are credentials."""

    url: str
    secret: str
    keyword: str = ""

    @property
    def budget(self) -> str:
        """Name of the robot's rate budget: equal for departments that share one robot, tells nothing of the address."""
        return "dingtalk:" + hashlib.sha256(self.url.encode()).hexdigest()[:16]

    def __repr__(self) -> str:
        return f"Options({self.budget}, address and secret masked)"


def options_for(school: School, recipient: str) -> Options | None:
    """Return the robot of a department, or None when it has none.

    Raises:
        Stop: A secret is not set.
    """
    known = {department.id: department for department in school.organisation.departments}
    robot = known[recipient].robot if recipient in known else None
    if robot is None:
        return None
    owner = f"{known[recipient].name}的钉钉机器人"
    return Options(read_secret(robot.url, owner), read_secret(robot.secret, owner), robot.keyword)


class Channel:
    """Sends to one robot over its own session."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy or .netrc of the host never sees the token

    def send(self, message: Message, now: datetime) -> Answer:
        """Post one message; a body that is too long is cut to its link form and sent once more."""
        code, answer = self._post(build_body(message, self.options.keyword), now)
        if code in TOO_LONG:
            code, answer = self._post(build_body(message, self.options.keyword, short=True), now)
        if code in NEXT_MONTH and isinstance(answer, ChannelDown):
            return ChannelDown(answer.reason, until=_next_month(now))
        return answer

    def _post(self, body: bytes, now: datetime) -> tuple[int | None, Answer]:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        stamp = int(now.timestamp() * 1000)
        query = {"timestamp": str(stamp), "sign": sign(stamp, self.options.secret)}
        try:
            with self._session.post(
                self.options.url,
                params=query,
                data=body,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as response:
                return read_answer(response.status_code, _read_body(response))
        except (requests.RequestException, HTTPError, OSError) as problem:
            # The error's own words hold the address with its token: only its kind is kept.
            return None, Retry(f"连接失败（{type(problem).__name__}）")


def sign(timestamp_ms: int, secret: str) -> str:
    """Return DingTalk's signature (base64, not yet quoted: requests quotes it)."""
    text = f"{timestamp_ms}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


def build_body(message: Message, keyword: str = "", *, short: bool = False) -> bytes:
    """Return the request body: actionCard with a button to the case, or markdown when people are called by @."""
    title = message.title if not keyword or keyword in message.title else f"{keyword} {message.title}"
    lines = [f"### {title.translate(PLAIN)}"]
    if not short:
        lines += message.body.translate(PLAIN).splitlines()
    calls = " ".join(f"@{user}" for user in message.mention)
    text = cut_bytes("\n\n".join(lines), BODY_BYTES - len(calls.encode()))
    content: dict[str, Any]
    if message.mention or not message.link:
        link = f"\n\n[{OPEN_CASE}]({message.link})" if message.link else ""
        tail = f"\n\n{calls}" if calls else ""
        content = {
            "msgtype": "markdown",
            "markdown": {"title": title, "text": text + link + tail},
            "at": {"atUserIds": list(message.mention), "isAtAll": False},
        }
    else:
        card = {"title": title, "text": text, "singleTitle": OPEN_CASE, "singleURL": message.link}
        content = {"msgtype": "actionCard", "actionCard": card}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def cut_bytes(text: str, limit: int) -> str:
    """Return `text` cut to `limit` bytes as JSON writes it, on a character border, with a mark when cut."""
    if len(json.dumps(text, ensure_ascii=False).encode()) <= limit:
        return text
    kept, used = [], len("……".encode())
    for character in text:
        used += len(json.dumps(character, ensure_ascii=False).encode()) - 2
        if used > limit:
            break
        kept.append(character)
    return "".join(kept) + "……"


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


def read_answer(status: int, body: bytes) -> tuple[int | None, Answer]:
    """Return errcode and fate of one HTTP answer; only a JSON body with errcode 0 is success."""
    if 300 <= status < 400:  # noqa: PLR2004
        return None, Retry(f"被重定向（HTTP {status}），没有跟随：核对 robot.url 或代理")
    try:
        answer = json.loads(body)
        code, words = int(answer["errcode"]), str(answer.get("errmsg", ""))
    except (ValueError, KeyError, TypeError, UnicodeDecodeError, RecursionError):
        return None, Retry(f"回答不是钉钉的 JSON（HTTP {status}）")
    if code == 0:
        return code, Sent() if status == HTTP_OK else Retry(f"HTTP {status}")
    for rule in ERROR_MAP:
        fits = not rule.codes or code in rule.codes
        if fits and (not rule.words or any(word in words.lower() for word in rule.words)):
            return code, rule.fate(f"{code} {rule.meaning}")
    return code, Retry(f"{code} 没有见过的错误码")


def _next_month(now: datetime) -> datetime:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.replace(year=now.year + now.month // 12, month=now.month % 12 + 1)
