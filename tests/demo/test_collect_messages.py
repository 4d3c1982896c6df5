"""Messages are taken from the servers and traced to the notices that caused them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import requests

from demo.collect_messages import Message, collect_messages, trace_messages
from demo.dingtalk_server import DingTalkServer
from demo.mail_server import MailServer, Received
from demo.read_story import story_instant

Move = Callable[[str], datetime]
NOON = story_instant("1 12:00")


def mail_of(number: int, at: datetime) -> Received:
    mail = EmailMessage()
    mail["Subject"], mail["Message-ID"] = "[舆情 HY-1] 待研判", f"<case-HY-1.{number}@yunlu.example>"
    mail["Date"] = format_datetime(at)
    mail.set_content("请做：打开案件")
    return Received("a@x.example", ("b@x.example",), mail, mail.as_bytes())


def notice(number: int, title: str) -> dict[str, object]:
    return {"outbox_id": number, "channel": "dingtalk", "recipient": "safety", "payload": {"title": title}}


def test_mails_and_cards_come_in_order_of_time(clock_at: Move) -> None:
    clock_at("1 12:00")
    card = {"msgtype": "actionCard", "actionCard": {"title": "交办", "text": "请签收"}}
    with MailServer() as mail, DingTalkServer() as robots:
        url = robots.add_robot("safety")
        requests.post(url, json=card, timeout=5)
        mail.received.append(mail_of(3, NOON - timedelta(hours=1)))
        messages = collect_messages(mail, robots)

    assert [(message.channel, message.number) for message in messages] == [("email", 3), ("dingtalk", 0)]
    assert messages[0].at == NOON - timedelta(hours=1)
    assert (messages[1].to, messages[1].title) == ("safety", "交办")


def test_a_card_is_traced_by_its_title() -> None:
    card = Message("dingtalk", "safety", "交办 HY-1", "请签收", NOON)

    traced, strays = trace_messages([card, card], [notice(4, "交办  HY-1"), notice(5, "催办 HY-1")])

    assert traced == {4: [card, card]}
    assert strays == []


def test_two_notices_with_one_title_are_told_apart_by_order() -> None:
    card = Message("dingtalk", "safety", "提醒 HY-1", "", NOON)

    traced, _ = trace_messages([card, card], [notice(4, "提醒 HY-1"), notice(5, "提醒 HY-1")])

    assert {number: len(found) for number, found in traced.items()} == {4: 1, 5: 1}


def test_a_message_without_a_notice_is_a_stray() -> None:
    card = Message("dingtalk", "office", "广告", "", NOON)

    assert trace_messages([card], []) == ({}, [card])
