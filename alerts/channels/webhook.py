"""Stage 6, channel: a school's own system by webhook. One message in, one signed POST out.

Body: JSON with number, case_no, level_code, title, body, link. `X-Huiyin-Signature: sha256=<hex>` is HMAC-SHA256 with
the shared secret over `<X-Huiyin-Timestamp>.<body>`; `Idempotency-Key` is equal for a repeat. Accepted is a status 2xx
whose body is empty or JSON without a refusal in it: a login page of a proxy also answers 200.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from alerts.channel_answers import Answer, ChannelDown, Dead, Message, Retry, Sent
from alerts.post_request import HttpAnswer, as_json, new_session, post, read_code, read_json
from foundation.config import read_secret
from foundation.school import School

GROUP = True
USER_FIELD = ""
NOT_ALLOWED = (401, 403, 404, 405, 410)
MALFORMED = (400, 413, 415, 422)
CODES, GOOD_CODES = ("errcode", "code"), (None, 0, 200)  # fields that tell of a refusal, values that do not


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """One address. Never printed: it may hold a token, and the secret is one."""

    url: str
    secret: str

    def __repr__(self) -> str:
        return "Options(webhook, address and secret masked)"


def has_address(school: School, recipient: str) -> bool:
    """Return whether this department has a webhook; reads no secret."""
    unit = school.find_department(recipient)
    return unit is not None and unit.webhook is not None


def options_for(school: School, recipient: str) -> Options | None:
    """Return the webhook of a department, or None when it has none.

    Raises:
        Stop: A secret is not set.
    """
    unit = school.find_department(recipient)
    if unit is None or unit.webhook is None:
        return None
    owner = f"{unit.name}的 webhook"
    return Options(read_secret(unit.webhook.url, owner), read_secret(unit.webhook.secret, owner))


class Channel:
    """Sends to one address over its own session."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._session = new_session()

    def send(self, message: Message, now: datetime) -> Answer:
        """Post one message."""
        body, stamp = build_body(message), int(now.timestamp())
        headers = {
            "X-Huiyin-Timestamp": str(stamp),
            "X-Huiyin-Signature": f"sha256={sign(stamp, body, self.options.secret)}",
            "Idempotency-Key": f"huiyin-{message.number}",
        }
        answer = post(self._session, self.options.url, body, headers=headers)
        return answer if isinstance(answer, Retry) else read_answer(answer)


def sign(timestamp_seconds: int, body: bytes, secret: str) -> str:
    """Return the hexadecimal HMAC-SHA256 over `time.body`."""
    return hmac.new(secret.encode(), f"{timestamp_seconds}.".encode() + body, hashlib.sha256).hexdigest()


def build_body(message: Message) -> bytes:
    """Return the request body."""
    names = ("number", "case_no", "level_code", "title", "body", "link")
    return as_json({name: getattr(message, name) for name in names})


def read_answer(answer: HttpAnswer) -> Answer:
    """Return the fate of one HTTP answer."""
    words = f"HTTP {answer.status}"
    if answer.status in NOT_ALLOWED:
        return ChannelDown(f"对方不接受这个地址或签名（{words}）：核对 webhook.url 与 webhook.secret")
    if answer.status in MALFORMED:
        return Dead(f"对方不接受消息的格式（{words}）")
    if not 200 <= answer.status < 300:  # noqa: PLR2004 2xx
        return Retry(f"对方出错（{words}）")
    return _read_words(answer) if answer.body.strip() else Sent()


def _read_words(answer: HttpAnswer) -> Answer:
    found = read_json(answer, "对方系统")
    if isinstance(found, Retry):
        return found
    if found.get("ok") is False or found.get("success") is False or read_code(found, CODES) not in GOOD_CODES:
        return Retry(f"对方在正文里拒绝了（HTTP {answer.status}）")
    return Sent(str(found.get("id", ""))[:64])
