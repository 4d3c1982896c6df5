"""Stage 6, channel: Feishu (飞书) group robot. One message in, one signed POST; the body's code is the only truth.

Its signature is not DingTalk's: seconds instead of milliseconds, in the body instead of the query, and time and secret
are the key over an empty message. Whoever copies the other signer gets 19021.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.channel_answers import Answer, ChannelDown, Dead, Message, Retry
from alerts.error_map import Rule, busy, throttled
from alerts.group_robot import budget_name, fate_in, title_with
from alerts.plain_text import cut_bytes, plain_lines
from alerts.post_request import HttpAnswer, as_json, new_session, post
from foundation.config import read_secret
from foundation.school import School

GROUP = True
USER_FIELD = "feishu_user"
BODY_BYTES = 18_000  # the robot refuses more than 20 kB
OPEN_CASE = "打开案件"
COLOURS = ("blue", "blue", "orange", "red")  # of the card's head, by level
TOO_LONG = (230025,)
ERROR_MAP = (  # Source: delivery notes §2
    Rule((11232,), (), throttled, "机器人发送过快被限流"),
    Rule((9499,), ("too many", "limit"), throttled, "机器人发送过快被限流"),
    Rule((), ("frequency limited", "too many request"), throttled, "机器人发送过快被限流"),
    Rule((19021,), (), ChannelDown, "签名不符：核对 feishu.secret 与本机时间"),
    Rule((19022,), (), ChannelDown, "本机出口地址不在机器人的 IP 名单内"),
    Rule((19024,), (), ChannelDown, "消息不含机器人要求的关键词：在 feishu.keyword 里写上它"),
    Rule((19001, 19002, 19003), (), ChannelDown, "机器人地址不被承认或机器人已停用：核对 feishu.url"),
    Rule(TOO_LONG, (), Dead, "消息过长"),
    Rule((9499, 11246), (), Dead, "消息格式不被接受（程序错误，请报告）"),
    Rule((-1, 10002), (), busy, "飞书系统繁忙"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """One robot. Never printed: address and secret are credentials."""

    url: str
    secret: str
    keyword: str = ""

    @property
    def budget(self) -> str:
        """Name of the robot's rate budget, tells nothing of the address."""
        return budget_name("feishu", self.url)

    def __repr__(self) -> str:
        return f"Options({self.budget}, address and secret masked)"


def has_address(school: School, recipient: str) -> bool:
    """Return whether this department has such a robot; reads no secret."""
    unit = school.find_department(recipient)
    return unit is not None and unit.feishu is not None


def options_for(school: School, recipient: str) -> Options | None:
    """Return the robot of a department, or None when it has none.

    Raises:
        Stop: A secret is not set.
    """
    unit = school.find_department(recipient)
    if unit is None or unit.feishu is None:
        return None
    owner = f"{unit.name}的飞书机器人"
    return Options(read_secret(unit.feishu.url, owner), read_secret(unit.feishu.secret, owner), unit.feishu.keyword)


class Channel:
    """Sends to one robot over its own session."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._session = new_session()

    def send(self, message: Message, now: datetime) -> Answer:
        """Post one card; one that is too long is cut to its link form and sent once more."""
        code, answer = self._post(message, now, short=False)
        return self._post(message, now, short=True)[1] if code in TOO_LONG else answer

    def _post(self, message: Message, now: datetime, *, short: bool) -> tuple[int | None, Answer]:
        stamp = int(now.timestamp())
        signed = {"timestamp": str(stamp), "sign": sign(stamp, self.options.secret)}
        body = as_json(
            {**signed, "msg_type": "interactive", "card": build_card(message, self.options.keyword, short=short)}
        )
        answer = post(self._session, self.options.url, body)
        return (None, answer) if isinstance(answer, Retry) else read_answer(answer)


def sign(timestamp_seconds: int, secret: str) -> str:
    """Return Feishu's signature: HMAC-SHA256 of nothing, with time, line break and secret as its key."""
    key = f"{timestamp_seconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def build_card(message: Message, keyword: str = "", *, short: bool = False) -> dict[str, Any]:
    """Return the card: head in the level's colour, the text, a button to the case."""
    title = title_with(keyword, message.title)
    calls = "".join(f"<at id={user}></at>" for user in message.mention)
    lines = [] if short else plain_lines(message.body)
    text = cut_bytes("\n".join(lines), BODY_BYTES - len(title.encode()) - len(calls.encode())) + (
        f"\n{calls}" if calls else ""
    )
    elements: list[dict[str, Any]] = []
    if text:
        elements.append({"tag": "div", "text": {"tag": "lark_md", "content": text}})
    if message.link:
        button = {"tag": "button", "text": {"tag": "plain_text", "content": OPEN_CASE}, "type": "primary"}
        elements.append({"tag": "action", "actions": [{**button, "url": message.link}]})
    head = {"title": {"tag": "plain_text", "content": title}, "template": COLOURS[message.level_code]}
    return {"config": {"wide_screen_mode": True}, "header": head, "elements": elements}


def read_answer(answer: HttpAnswer) -> tuple[int | None, Answer]:
    """Return code and fate of one HTTP answer; only a JSON body with code 0 (older: StatusCode) is success."""
    return fate_in(answer, "飞书", ERROR_MAP, ("code", "StatusCode"), "msg")
