"""Stage 6, channel: DingTalk work notice (工作通知): reaches a person, not a group. One message in, two requests out.

A token of the school's app is fetched, then `asyncsend_v2` accepts the message. DingTalk refuses the same content to
the same person on the same day; ours carry the notice's number, so only a true repeat is refused, and that is success.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.channel_answers import Answer, ChannelDown, Dead, Message, Retry, Sent
from alerts.error_map import Rule, busy, fate_of, throttled
from alerts.plain_text import PLAIN, cut_bytes, plain_lines
from alerts.post_request import HTTP_OK, HttpAnswer, as_json, get, new_session, post, read_code, read_json
from foundation.config import read_secret
from foundation.school import School

GROUP = False
USER_FIELD = ""
TOKEN_PATH, SEND_PATH = "/gettoken", "/topapi/message/corpconversation/asyncsend_v2"
BODY_BYTES = 4000  # a work notice's markdown holds about 5,000 characters; ours are far shorter
OPEN_CASE = "打开案件"
OLD_TOKEN = (40014, 42001, 41001)
NO_PERSON = (33012, 33013)
ERROR_MAP = (
    Rule((-1,), (), busy, "钉钉系统繁忙"),
    Rule((), ("too fast", "qps", "限流", "frequency"), throttled, "应用调用过快被限流"),
    Rule((90018, 90002, 90005, 90006, 90007), (), throttled, "应用调用过快被限流"),
    Rule((40001, 40089, 40096, 40013), (), ChannelDown, "应用的 app_key 或 app_secret 不被承认"),
    Rule(OLD_TOKEN, (), ChannelDown, "应用的令牌不被承认：核对 app_key 与 app_secret"),
    Rule((60011, 60020, 50002), (), ChannelDown, "应用没有发工作通知的权限，或本机地址不在应用的 IP 名单内"),
    Rule((90030,), (), ChannelDown, "本月调用额度用完"),
    Rule(NO_PERSON, (), Dead, "钉钉里没有这个人（可能已离职）：改正 dingtalk_user"),
    Rule((40035, 400002, 43004), (), Dead, "消息格式不被接受（程序错误，请报告）"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """The school's app and the user ids of one recipient. Never printed."""

    api: str
    app_key: str
    app_secret: str
    agent_id: int
    users: tuple[str, ...]

    @property
    def budget(self) -> str:
        """Name of the rate budget: one for the app."""
        return f"dingtalk_work:{self.agent_id}"

    def __repr__(self) -> str:
        return f"Options({self.budget}, {len(self.users)} users, key and secret masked)"


def has_address(school: School, recipient: str) -> bool:
    """Return whether the school has an app and DingTalk knows this person or department; reads no secret."""
    return school.settings.alerts.dingtalk_app is not None and bool(_users(school, recipient))


def options_for(school: School, recipient: str) -> Options | None:
    """Return the app and the user ids of a person or department.

    Raises:
        Stop: A secret is not set.
    """
    app, users = school.settings.alerts.dingtalk_app, _users(school, recipient)
    if app is None or not users:
        return None
    key, secret = (read_secret(reference, "钉钉工作通知应用") for reference in (app.app_key, app.app_secret))
    return Options(app.api.rstrip("/"), key, secret, app.agent_id, users)


def _users(school: School, recipient: str) -> tuple[str, ...]:
    unit = school.find_department(recipient)
    if unit is not None:
        return tuple(unit.dingtalk_users)
    user = school.person(recipient).dingtalk_user if school.knows_person(recipient) else ""
    return (user,) if user else ()


class Channel:
    """Sends to the users of one recipient."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._session = new_session()
        self._token = ""

    def send(self, message: Message, now: datetime) -> Answer:
        """Hand over one message; a token that has run out is fetched anew once."""
        for attempt in (1, 2):
            if not self._token:
                answer = self._fetch_token()
                if answer is not None:
                    return answer
            code, answer = self._send(message)
            if code not in OLD_TOKEN or attempt == 2:  # noqa: PLR2004 tried with a fresh token
                return answer
            self._token = ""
        raise AssertionError("two attempts always answer")

    def _fetch_token(self) -> Answer | None:
        query = {"appkey": self.options.app_key, "appsecret": self.options.app_secret}
        answer = get(self._session, self.options.api + TOKEN_PATH, query)
        found = answer if isinstance(answer, Retry) else read_json(answer, "钉钉")
        if isinstance(found, Retry):
            return found
        code = read_code(found)
        if code == 0 and found.get("access_token"):
            self._token = str(found["access_token"])
            return None
        return Retry("钉钉没有给令牌") if not code else fate_of(code, str(found.get("errmsg", "")), ERROR_MAP)

    def _send(self, message: Message) -> tuple[int | None, Answer]:
        body = as_json(build_body(message, self.options))
        answer = post(self._session, self.options.api + SEND_PATH, body, query={"access_token": self._token})
        return (None, answer) if isinstance(answer, Retry) else read_answer(answer)


def build_body(message: Message, options: Options) -> dict[str, Any]:
    """Return the request body: an action card with a button, or markdown where there is nothing to open."""
    lines = [f"### {message.title.translate(PLAIN)}", *plain_lines(message.body)]
    text = cut_bytes("\n\n".join(lines), BODY_BYTES)
    if message.link:
        card = {"title": message.title, "markdown": text, "single_title": OPEN_CASE, "single_url": message.link}
        content: dict[str, Any] = {"msgtype": "action_card", "action_card": card}
    else:
        content = {"msgtype": "markdown", "markdown": {"title": message.title, "text": text}}
    return {"agent_id": options.agent_id, "userid_list": ",".join(options.users), "msg": content}


def read_answer(answer: HttpAnswer) -> tuple[int | None, Answer]:
    """Return code and fate; the gateway hides the true code of errcode 88 in sub_code."""
    found = read_json(answer, "钉钉")
    if isinstance(found, Retry):
        return None, found
    code, sub_code = read_code(found), str(found.get("sub_code", ""))
    if code == 88 and sub_code.isdigit():  # noqa: PLR2004
        code = int(sub_code)
    if code is None:
        return None, Retry(f"回答不是钉钉的 JSON（HTTP {answer.status}）")
    if code == 0:
        accepted = answer.status == HTTP_OK and found.get("task_id")
        return code, Sent(str(found["task_id"])) if accepted else Retry(f"钉钉没有给任务号（HTTP {answer.status}）")
    return code, fate_of(code, f"{found.get('errmsg', '')} {found.get('sub_msg', '')}", ERROR_MAP)
