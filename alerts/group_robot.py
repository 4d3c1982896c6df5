"""Stage 6: what the group robots of DingTalk, WeCom and Feishu have in common. Their answer in, code and fate out.

Each channel keeps its own signer, body and error map; only the frame around them is here.
"""

import hashlib
from collections.abc import Sequence

from alerts.channel_answers import Answer, Retry, Sent
from alerts.error_map import Rule, fate_of
from alerts.post_request import HTTP_OK, HttpAnswer, read_code, read_json


def fate_in(
    answer: HttpAnswer,
    service: str,
    error_map: Sequence[Rule],
    codes: tuple[str, ...] = ("errcode",),
    words: str = "errmsg",
) -> tuple[int | None, Answer]:
    """Return code and fate of one HTTP answer; only a JSON body with code 0 is success.

    Args:
        answer: What came back.
        service: The provider's name for people.
        error_map: The channel's own table.
        codes: Fields that may hold the code, the first whole number wins.
        words: Field of the refusal's words.
    """
    found = read_json(answer, service)
    if isinstance(found, Retry):
        return None, found
    code = read_code(found, codes)
    if code is None:
        return None, Retry(f"回答不是{service}的 JSON（HTTP {answer.status}）")
    if code == 0:
        return code, Sent() if answer.status == HTTP_OK else Retry(f"HTTP {answer.status}")
    return code, fate_of(code, str(found.get(words, "")), error_map)


def title_with(keyword: str, title: str) -> str:
    """Return a title that a robot with a keyword accepts."""
    return title if not keyword or keyword in title else f"{keyword} {title}"


def budget_name(channel: str, url: str) -> str:
    """Return the name of a robot's rate budget: equal where departments share a robot, tells nothing of the address."""
    return f"{channel}:{hashlib.sha256(url.encode()).hexdigest()[:16]}"
