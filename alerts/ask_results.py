"""Stage 6: whom a notice reached, if the provider says so only when asked. Sent rows in; results, dead letters out.

DingTalk takes a work notice as a task and finds out afterwards that a person has left or gets too many. Asked outside
any transaction, like sending. A notice that reached nobody was not sent: it becomes a dead letter, and whoever may be
reached otherwise is.
"""

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Row, select, update

from alerts.channel_answers import Answer, AskedChannel, ChannelDown, Dead, Refusal, Retry, Sent
from alerts.channels import channel_module, channel_names
from alerts.outbox import Sender
from alerts.outbox_rows import LEASE_SECONDS
from foundation.ledger import Ledger, Work
from foundation.school import School
from foundation.tables import fact, outbox

FIRST_WAIT = timedelta(minutes=1)  # a task takes some seconds
NEXT_WAIT = timedelta(minutes=15)
ASKED_A_TICK = 20
ASKED = "notice.asked"  # fact: what a provider said about a notice, and whether that is its last word
REACHED = "已送到"


def asking_channels() -> dict[str, timedelta]:
    """Return the channels whose provider must be asked, and for how long it knows the answer."""
    spans = {name: getattr(channel_module(name), "RESULT_WITHIN", None) for name in channel_names()}
    return {name: span for name, span in spans.items() if span is not None}


def ask_results(ledger: Ledger, school: School) -> int:
    """Ask for the results that are due; return how many notices turned out to have reached nobody."""
    lost = 0
    sender = Sender(ledger, school, LEASE_SECONDS, lambda _work: True)
    with ledger.change() as work:
        rows = _due_rows(work)
    for row in rows:
        answer = _ask(sender, row)
        with ledger.change() as work:
            lost += _settle(sender, work, row, answer)
        if isinstance(answer, Retry):  # the provider does not answer: the others would wait in vain too
            break
    return lost


def _due_rows(work: Work) -> list[Row[Any]]:
    """Return the rows to ask about: sent, not too long ago, without an answer, and not asked for a while."""
    found: list[Row[Any]] = []
    for channel, span in asking_channels().items():
        asked = select(fact.c.subject, fact.c.at, fact.c.data).where(fact.c.kind == ASKED, fact.c.at > work.at - span)
        rests = {
            row.subject for row in work.connection.execute(asked) if row.data["final"] or row.at > work.at - NEXT_WAIT
        }
        sent = select(outbox).where(outbox.c.channel == channel, outbox.c.state == "sent")
        young = (outbox.c.sent_at <= work.at - FIRST_WAIT, outbox.c.sent_at > work.at - span)
        rows = work.connection.execute(sent.where(*young, outbox.c.provider_id.is_not(None)))
        found += [row for row in rows if str(row.outbox_id) not in rests][:ASKED_A_TICK]
    return found


def _ask(sender: Sender, row: Row[Any]) -> Answer:
    channel = sender.channel_for(row)
    if isinstance(channel, ChannelDown | Dead):
        return ChannelDown(channel.reason)  # the school's folder has changed since: nothing is known of this notice
    return cast("AskedChannel", channel).result(row.provider_id)


def _settle(sender: Sender, work: Work, row: Row[Any], answer: Answer) -> int:
    match answer:
        case Dead():
            return _lost(sender, work, row, answer.reason)
        case Sent():
            if answer.refused:
                _tell(work, row, f"{_places(answer.refused)}没有收到：{answer.refused[0].reason}")
            _note(work, row, REACHED if not answer.refused else f"{_places(answer.refused)}没有收到")
        case Retry() | ChannelDown():
            _note(work, row, answer.reason, final=False)
    return 0


def _lost(sender: Sender, work: Work, row: Row[Any], reason: str) -> int:
    unsent = {"state": "dead", "sent_at": None, "error": reason}
    still = update(outbox).where(outbox.c.outbox_id == row.outbox_id, outbox.c.state == "sent")
    if not work.connection.execute(still.values(**unsent)).rowcount:
        return 0
    _note(work, row, reason)
    sender.fall_back(work, row)
    work.audit("outbox.dead", str(row.outbox_id), channel=row.channel, recipient=row.recipient)
    _tell(work, row, reason)
    return 1


def _tell(work: Work, row: Row[Any], reason: str) -> None:
    if not row.kind.startswith("tech"):
        numbers = {"outbox_id": row.outbox_id, "channel": row.channel, "recipient": row.recipient}
        work.tell("notice.dead", row.case_no or "", reason=reason, **numbers)


def _places(refused: tuple[Refusal, ...]) -> str:
    return "第 " + "、".join(str(refusal.place) for refusal in refused) + " 个收件人"


def _note(work: Work, row: Row[Any], words: str, *, final: bool = True) -> None:
    work.tell(ASKED, str(row.outbox_id), words=words, final=final)
