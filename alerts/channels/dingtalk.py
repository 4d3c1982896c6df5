"""Stage 6, channel: DingTalk group robot. One message in, one signed POST; the body's errcode is the only truth.

Signed at send time (the robot accepts one hour of skew, an outbox row may wait longer). The robot's address and secret
are read for each process from the environment or a file and never enter a log, an answer or an exception.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.channel_answers import Answer, ChannelDown, Dead, Message, Retry
from alerts.error_map import Rule, busy, fate_of, throttled
from alerts.group_robot import budget_name, fate_in, title_with
from alerts.plain_text import PLAIN, cut_bytes, plain_lines
from alerts.post_request import HttpAnswer, as_json, new_session, post, read_json
from foundation.config import read_secret
from foundation.school import School

GROUP = True  # everybody in a chat reads it
USER_FIELD = "dingtalk_user"  # of a person: whom the robot calls by @
BODY_BYTES = 18_000  # the robot refuses 20,000 (460101); 2,000 are kept for the frame around the text
OPEN_CASE = "打开案件"
SECURITY, UNKNOWN_TOKEN = (310000,), (300001, 300005, 400101)
TOO_LONG = (460101, 101002)
NEXT_MONTH = (90030,)
PUNISHED = 1111  # `status` of a robot that is blocked for ten minutes; such an answer has no errcode
ERROR_MAP = (  # Source: delivery notes §1; 310000 has three meanings, told apart by its words
    Rule((-1,), (), busy, "钉钉系统繁忙"),
    Rule((130101, 410100, PUNISHED), (), throttled, "机器人发送过快被限流"),
    Rule((), ("too fast", "per minute", "限流"), throttled, "机器人发送过快被限流"),
    Rule(SECURITY, ("keyword", "关键词"), ChannelDown, "消息不含机器人要求的关键词：在 robot.keyword 里写上它"),
    Rule(SECURITY, ("sign", "签名", "timestamp"), ChannelDown, "加签不符：核对 robot.secret 与本机时间"),
    Rule(SECURITY, ("whitelist", "白名单", "ip"), ChannelDown, "本机出口地址不在机器人的 IP 名单内"),
    Rule(SECURITY, (), ChannelDown, "机器人的安全设置拒绝了消息：核对关键词、加签、IP 名单"),
    Rule(UNKNOWN_TOKEN, (), ChannelDown, "机器人的 access_token 不被承认：核对 robot.url"),
    Rule((400102, 400106, 400013), (), ChannelDown, "机器人已停用、被移出或群已解散"),
    Rule(NEXT_MONTH, (), ChannelDown, "本月调用额度用完"),
    Rule(TOO_LONG, (), Dead, "消息过长"),
    Rule((40035, 400402, 400105, 43004), (), Dead, "消息格式不被接受（程序错误，请报告）"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """One robot. Never printed: address and secret are credentials."""

    url: str
    secret: str
    keyword: str = ""

    @property
    def budget(self) -> str:
        """Name of the robot's rate budget: equal for departments that share one robot, tells nothing of the address."""
        return budget_name("dingtalk", self.url)

    def __repr__(self) -> str:
        return f"Options({self.budget}, address and secret masked)"


def has_address(school: School, recipient: str) -> bool:
    """Return whether this department has such a robot; reads no secret."""
    unit = school.find_department(recipient)
    return unit is not None and unit.robot is not None


def options_for(school: School, recipient: str) -> Options | None:
    """Return the robot of a department, or None when it has none.

    Raises:
        Stop: A secret is not set.
    """
    unit = school.find_department(recipient)
    if unit is None or unit.robot is None:
        return None
    owner = f"{unit.name}的钉钉机器人"
    return Options(read_secret(unit.robot.url, owner), read_secret(unit.robot.secret, owner), unit.robot.keyword)


class Channel:
    """Sends to one robot over its own session."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._session = new_session()

    def send(self, message: Message, now: datetime) -> Answer:
        """Post one message; a body that is too long is cut to its link form and sent once more."""
        code, answer = self._post(build_body(message, self.options.keyword), now)
        if code in TOO_LONG:
            code, answer = self._post(build_body(message, self.options.keyword, short=True), now)
        if code in NEXT_MONTH and isinstance(answer, ChannelDown):
            return ChannelDown(answer.reason, until=_next_month(now))
        return answer

    def _post(self, body: bytes, now: datetime) -> tuple[int | None, Answer]:
        stamp = int(now.timestamp() * 1000)
        query = {"timestamp": str(stamp), "sign": sign(stamp, self.options.secret)}
        answer = post(self._session, self.options.url, body, query=query)
        return (None, answer) if isinstance(answer, Retry) else read_answer(answer)


def sign(timestamp_ms: int, secret: str) -> str:
    """Return DingTalk's signature (base64, not yet quoted: requests quotes it)."""
    text = f"{timestamp_ms}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


def build_body(message: Message, keyword: str = "", *, short: bool = False) -> bytes:
    """Return the request body: actionCard with a button to the case, or markdown when people are called by @."""
    title = title_with(keyword, message.title)
    lines = [f"### {title.translate(PLAIN)}", *([] if short else plain_lines(message.body))]
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
    return as_json(content)


def read_answer(answer: HttpAnswer) -> tuple[int | None, Answer]:
    """Return errcode and fate of one HTTP answer; only a JSON body with errcode 0 is success."""
    code, fate = fate_in(answer, "钉钉", ERROR_MAP)
    if code is None and isinstance(found := read_json(answer, "钉钉"), dict) and found.get("punish") == "deny":
        return PUNISHED, fate_of(PUNISHED, "", ERROR_MAP)
    return code, fate


def _next_month(now: datetime) -> datetime:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.replace(year=now.year + now.month // 12, month=now.month % 12 + 1)
