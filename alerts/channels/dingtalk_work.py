"""Stage 6, channel: DingTalk work notice (工作通知): reaches a person, not a group. One message in, two requests out.

A token of the school's app is fetched, then `asyncsend_v2` takes the message as a task. Whom the task reached, DingTalk
says only when asked for its result (`Channel.result`, called by alerts/ask_results.py). It keeps back the same content
to the same person on the same day; ours carry the notice's number, so only a true repeat is kept back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.channel_answers import Answer, ChannelDown, Dead, Message, Refusal, Retry, Sent
from alerts.error_map import Rule, busy, fate_of, throttled
from alerts.plain_text import PLAIN, cut_bytes, plain_lines
from alerts.post_request import HTTP_OK, HttpAnswer, as_json, get, new_session, post, read_code, read_json
from foundation.config import read_secret
from foundation.school import School

GROUP = False
USER_FIELD = ""
TOKEN_PATH, TOPIC = "/gettoken", "/topapi/message/corpconversation/"
SEND_PATH, RESULT_PATH = TOPIC + "asyncsend_v2", TOPIC + "getsendresult"
RESULT_WITHIN = timedelta(hours=24)  # DingTalk forgets a task's result after a day
UNREACHED = ("invalid_user_id_list", "forbidden_user_id_list", "failed_user_id_list")
REACHED = ("read_user_id_list", "unread_user_id_list")
MESSAGE_BYTES = 2048  # of `msg` as JSON: the limit of asyncsend_v2
OPEN_CASE = "打开案件"
NOT_REACHED = "钉钉说没有送到（不在企业内、被流控或发送失败）：核对 dingtalk_user"
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
        """Hand over one message."""
        return self._ask(SEND_PATH, build_body(message, self.options), read_answer)

    def result(self, task: str) -> Answer:
        """Return whom a task reached: Sent, with the places of those it did not; Dead: nobody; Retry: not yet known."""
        body = {"agent_id": self.options.agent_id, "task_id": int(task)}
        return self._ask(RESULT_PATH, body, lambda answer: read_result(answer, self.options.users))

    def _ask(self, path: str, body: dict[str, Any], read: Callable[[HttpAnswer], tuple[int | None, Answer]]) -> Answer:
        """Post under the app's token; one that has run out is fetched anew once."""
        for attempt in (1, 2):
            if not self._token:
                answer = self._fetch_token()
                if answer is not None:
                    return answer
            found = post(self._session, self.options.api + path, as_json(body), query={"access_token": self._token})
            code, answer = (None, found) if isinstance(found, Retry) else read(found)
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


def build_body(message: Message, options: Options) -> dict[str, Any]:
    """Return the request body: an action card with a button, or markdown where there is nothing to open."""
    text = "\n\n".join([f"### {message.title.translate(PLAIN)}", *plain_lines(message.body)])
    card = {"title": message.title, "markdown": "", "single_title": OPEN_CASE, "single_url": message.link}
    kind, field, inner = (
        ("action_card", "markdown", card)
        if message.link
        else ("markdown", "text", {"title": message.title, "text": ""})
    )
    content: dict[str, Any] = {"msgtype": kind, kind: inner}
    inner[field] = cut_bytes(text, MESSAGE_BYTES - len(as_json(content)))
    return {"agent_id": options.agent_id, "userid_list": ",".join(options.users), "msg": content}


def read_answer(answer: HttpAnswer) -> tuple[int | None, Answer]:
    """Return code and fate of handing over a message."""
    code, found = _read(answer)
    if isinstance(found, dict):
        accepted = answer.status == HTTP_OK and found.get("task_id")
        return code, Sent(str(found["task_id"])) if accepted else Retry(f"钉钉没有给任务号（HTTP {answer.status}）")
    return code, found


def read_result(answer: HttpAnswer, users: tuple[str, ...]) -> tuple[int | None, Answer]:
    """Return code and fate of a task: whom of its users it reached."""
    code, found = _read(answer)
    if not isinstance(found, dict):
        return code, found
    lists = found.get("send_result")
    lists = lists if isinstance(lists, dict) else {}
    unreached = {str(user) for name in UNREACHED for user in lists.get(name) or ()}
    reached = {str(user) for name in REACHED for user in lists.get(name) or ()}
    refused = tuple(Refusal(place, NOT_REACHED, True) for place, user in enumerate(users, 1) if user in unreached)
    if len(refused) == len(users):
        return code, Dead(NOT_REACHED)
    return code, Sent(refused=refused) if refused or reached else Retry("钉钉还没有给出送达结果")


def _read(answer: HttpAnswer) -> tuple[int | None, dict[str, Any] | Answer]:
    """Return code and body of an answer without error, else its fate; errcode 88 hides the true code in sub_code."""
    found = read_json(answer, "钉钉")
    if isinstance(found, Retry):
        return None, found
    code, sub_code = read_code(found), str(found.get("sub_code", ""))
    if code == 88 and sub_code.isdigit():  # noqa: PLR2004
        code = int(sub_code)
    if code is None:
        return None, Retry(f"回答不是钉钉的 JSON（HTTP {answer.status}）")
    if code == 0:
        return code, found
    return code, fate_of(code, f"{found.get('errmsg', '')} {found.get('sub_msg', '')}", ERROR_MAP)
