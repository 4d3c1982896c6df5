"""Demo: the messages that arrived. In: mail and DingTalk servers, the outbox. Out: `Message`s, traced to notices.

A mail carries its notice's number in its Message-ID; a robot's message is traced by group, title and text.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from demo.dingtalk_server import DingTalkServer
from demo.mail_server import MailServer, Received
from demo.read_ledger import Row

MESSAGE_NUMBER = re.compile(r"\.(\d+)@")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it arrived."""

    channel: str
    to: str  # address or robot
    title: str
    text: str
    at: datetime
    number: int = 0  # of the notice, when the message names it


def collect_messages(mail: MailServer, robots: DingTalkServer) -> list[Message]:
    """Return everything that arrived, in order of virtual time."""
    with mail.lock:
        mails = [_of_mail(received) for received in mail.received]
    with robots.lock:
        cards = [_of_robot(received) for received in robots.received]
    return sorted([*mails, *cards], key=lambda message: message.at)


def trace_messages(messages: list[Message], outbox: list[Row]) -> tuple[dict[int, list[Message]], list[Message]]:
    """Return the messages by the number of their notice, and those that belong to none."""
    by_words: dict[tuple[str, str], list[int]] = {}
    for row in outbox:
        if row["channel"] == "dingtalk":
            by_words.setdefault((row["recipient"], _words(row["payload"]["title"])), []).append(row["outbox_id"])
    known = {row["outbox_id"] for row in outbox}
    found: dict[int, list[Message]] = {}
    strays: list[Message] = []
    taken: Counter[tuple[str, str]] = Counter()
    for message in messages:
        number = message.number
        if message.channel == "dingtalk":
            key = (message.to, _words(message.title))
            numbers = by_words.get(key, [])
            number = numbers[min(taken[key], len(numbers) - 1)] if numbers else 0
            taken[key] += 1
        if number in known:
            found.setdefault(number, []).append(message)
        else:
            strays.append(message)
    return found, strays


def _of_mail(received: Received) -> Message:
    message = received.message
    number = MESSAGE_NUMBER.search(str(message["Message-ID"]))
    at = parsedate_to_datetime(str(message["Date"])).astimezone(UTC)
    to = ", ".join(received.recipients)
    return Message("email", to, str(message["Subject"]), received.text, at, int(number[1]) if number else 0)


def _of_robot(received: dict[str, Any]) -> Message:
    content = received[received["msgtype"]]
    title = str(content.get("title", ""))
    text = str(content.get("text") or content.get("content") or "")
    return Message("dingtalk", received["robot"], title, text, datetime.fromtimestamp(received["received_at"], UTC))


def _words(text: str) -> str:
    return SPACE.sub("", text)
