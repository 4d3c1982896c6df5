"""Stage 6, channel: WeCom (企业微信) group robot. One message in, one POST; the body's errcode is the only truth.

The robot knows no signature: its address is the key. Markdown holds at most 4,096 bytes and calls people as <@userid>.
"""

from dataclasses import dataclass
from datetime import datetime

from alerts.channel_answers import Answer, ChannelDown, Dead, Message, Retry
from alerts.error_map import Rule, busy, throttled
from alerts.group_robot import budget_name, fate_in
from alerts.plain_text import PLAIN, cut_bytes, plain_lines
from alerts.post_request import HttpAnswer, as_json, new_session, post
from foundation.config import read_secret
from foundation.school import School

GROUP = True
USER_FIELD = "wecom_user"
CONTENT_BYTES = 4000  # the robot refuses more than 4,096 bytes of markdown
OPEN_CASE = "打开案件"
TOO_LONG = (45002,)
ERROR_MAP = (  # Source: WeCom's global error codes; delivery notes §2
    Rule((-1,), (), busy, "企业微信系统繁忙"),
    Rule((45009, 45011, 45033), (), throttled, "机器人发送过快被限流"),
    Rule((93000,), (), ChannelDown, "机器人地址不被承认，或机器人已被移出群：核对 wecom.url"),
    Rule((93004, 93008), (), ChannelDown, "机器人已停用或不在群里"),
    Rule(TOO_LONG, (), Dead, "消息过长"),
    Rule((40008, 40058, 44004, 47001), (), Dead, "消息格式不被接受（程序错误，请报告）"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """One robot. Never printed: its address is the credential."""

    url: str

    @property
    def budget(self) -> str:
        """Name of the robot's rate budget, tells nothing of the address."""
        return budget_name("wecom", self.url)

    def __repr__(self) -> str:
        return f"Options({self.budget}, address masked)"


def has_address(school: School, recipient: str) -> bool:
    """Return whether this department has such a robot; reads no secret."""
    unit = school.find_department(recipient)
    return unit is not None and unit.wecom is not None


def options_for(school: School, recipient: str) -> Options | None:
    """Return the robot of a department, or None when it has none.

    Raises:
        Stop: A secret is not set.
    """
    unit = school.find_department(recipient)
    if unit is None or unit.wecom is None:
        return None
    return Options(read_secret(unit.wecom.url, f"{unit.name}的企业微信机器人"))


class Channel:
    """Sends to one robot over its own session."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._session = new_session()

    def send(self, message: Message, now: datetime) -> Answer:
        """Post one message; a body that is too long is cut to its link form and sent once more."""
        code, answer = self._post(build_body(message))
        return self._post(build_body(message, short=True))[1] if code in TOO_LONG else answer

    def _post(self, body: bytes) -> tuple[int | None, Answer]:
        answer = post(self._session, self.options.url, body)
        return (None, answer) if isinstance(answer, Retry) else read_answer(answer)


def build_body(message: Message, *, short: bool = False) -> bytes:
    """Return the request body: markdown whose first line is what the phone shows."""
    lines = [f"**{message.title.translate(PLAIN)}**", *([] if short else plain_lines(message.body))]
    link = f"\n[{OPEN_CASE}]({message.link})" if message.link else ""
    calls = "".join(f"<@{user}>" for user in message.mention)
    tail = link + (f"\n{calls}" if calls else "")
    text = cut_bytes("\n".join(lines), CONTENT_BYTES - len(tail.encode()))
    return as_json({"msgtype": "markdown", "markdown": {"content": text + tail}})


def read_answer(answer: HttpAnswer) -> tuple[int | None, Answer]:
    """Return errcode and fate of one HTTP answer; only a JSON body with errcode 0 is success."""
    return fate_in(answer, "企业微信", ERROR_MAP)
