"""Stage 6: the outbox sender. Pending rows in; claimed, sent outside any transaction, marked; counts out.

At least once, at most one repeat for each crash: a process that dies between sending and marking leaves a claim whose
lease runs out, and the row is sent again. Never success without the provider's own word.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from tenacity import RetryCallState, wait_exponential_jitter

from alerts import outbox_rows, robot_budget
from alerts.channel_answers import Answer, Channel, ChannelDown, Dead, Message, Retry, Sent
from alerts.channel_health import bring_up, down_since, take_down
from alerts.channels import channel_module, proving_channels
from alerts.drop_moot import is_moot
from alerts.merge_waiting import GRAVEST, merge_waiting
from alerts.outbox_rows import LEASE_SECONDS, Notice
from alerts.refresh_left import refresh_left
from foundation import clock
from foundation.errors import Stop
from foundation.ledger import Ledger, Work
from foundation.school import School

log = logging.getLogger(__name__)
BACKOFF = wait_exponential_jitter(multiplier=2, max=600, jitter=1)  # seconds: 2, 4, 8 … 600
MANY_ATTEMPTS = 12
GIVE_UP_AFTER = timedelta(hours=24)  # a school's network can be down all night
BUDGET_PAUSE_SECONDS = 5.0  # real: how long a row rests whose robot has no turn left
GRAVE = 2  # 重大: the other channel is used after the first failure


@dataclass(slots=True)
class SendReport:
    """What one pass did, in rows."""

    sent: int = 0
    retried: int = 0
    down: int = 0
    dead: int = 0
    waiting: int = 0
    moot: int = 0


@dataclass(slots=True)
class Sender:
    """One pass over the outbox: what it works with, and one channel object for each destination."""

    ledger: Ledger
    school: School
    lease_seconds: float
    still_leads: Callable[[Work], bool]
    channels: dict[tuple[str, str], Channel] = field(default_factory=dict)

    def deliver(self, row: Row[Any]) -> str:
        """Send one claimed row and return the name of the count that it belongs to."""
        with self.ledger.change() as work:
            until = outbox_rows.renew_claim(work, row, self.lease_seconds)
            if until is None:
                return "waiting"
            if not self.still_leads(work):  # we were paused and replaced: whoever leads now sends it
                outbox_rows.mark(work, row, until)
                return "waiting"
            resting = self._must_rest(work, row, until)
            row = refresh_left(work, row)
        if resting:
            return resting
        answer = self._send(row)
        with self.ledger.change() as work:
            return self._settle(work, row, until, answer)

    def _must_rest(self, work: Work, row: Row[Any], until: float) -> str:
        """Return why the row is not tried now, with the row already given back; empty when it may be sent."""
        if is_moot(work, row.dedupe_key):
            outbox_rows.mark(work, row, until, state="skipped", error="时限已经了结")
            return "moot"
        outage = down_since(work, row.channel, row.recipient)
        if outage is not None:
            self.fall_back(work, row)
            return self._wait_for_repair(work, row, until, outage.down_until, outage.reason)
        channel = self.channel_for(row)
        if isinstance(channel, ChannelDown | Dead):
            return self._settle(work, row, until, channel)
        budget, per_minute = self._budget(row), self.school.settings.alerts.robot_per_minute
        if budget and not robot_budget.take_turn(work, budget, per_minute, row.level_code):
            rest = clock.real_seconds() + BUDGET_PAUSE_SECONDS
            outbox_rows.mark(work, row, until, lease_until=rest)
            return "waiting"
        return ""

    def channel_for(self, row: Row[Any]) -> Channel | ChannelDown | Dead:
        """Return the channel of a row's recipient, made once, or why there is none."""
        key = (row.channel, row.recipient)
        if key not in self.channels:
            module = channel_module(row.channel)
            try:
                options = module.options_for(self.school, row.recipient)
            except Stop as problem:
                return ChannelDown(f"{problem.what}：{problem.thing}")
            if options is None:
                return Dead("学校配置里没有这个收件人在此渠道的地址")
            self.channels[key] = module.Channel(options)
        return self.channels[key]

    def _budget(self, row: Row[Any]) -> str:
        channel = self.channels.get((row.channel, row.recipient))
        return str(getattr(channel.options, "budget", "")) if channel else ""

    def _send(self, row: Row[Any]) -> Answer:
        channel = self.channels[row.channel, row.recipient]
        try:
            return channel.send(as_message(row, self.school), clock.now())
        except Exception as problem:  # noqa: BLE001 one bad row must not stop the others; counted as attempt, logged
            log.error("notice %d: channel %s failed with %s", row.outbox_id, row.channel, type(problem).__name__)
            return Retry(f"渠道程序出错（{type(problem).__name__}）")

    def _settle(self, work: Work, row: Row[Any], until: float, answer: Answer) -> str:
        log.info("notice %d %s to %s: %s", row.outbox_id, row.channel, row.recipient, type(answer).__name__)
        match answer:
            case Sent():
                return self._sent(work, row, until, answer)
            case Dead():
                return self._dead(work, row, until, answer.reason)
            case ChannelDown():
                self.fall_back(work, row)
                again_at = take_down(work, row.channel, row.recipient, answer.reason, answer.until)
                return self._wait_for_repair(work, row, until, again_at, answer.reason)
            case Retry():
                return self._again(work, row, until, answer)

    def _sent(self, work: Work, row: Row[Any], until: float, answer: Sent) -> str:
        bring_up(work, row.channel, row.recipient)
        if budget := self._budget(row):
            robot_budget.end_pauses(work, budget)
        values = {"sent_at": work.at, "provider_id": answer.provider_id, "attempts": row.attempts + 1, "error": None}
        if outbox_rows.mark(work, row, until, state="sent", **values):
            for refusal in answer.refused:  # each refused address becomes a row of its own: name#2
                outbox_rows.put_in(work, [_copy(row, row.channel, f"{row.recipient}#{refusal.place}")])
        return "sent"

    def _again(self, work: Work, row: Row[Any], until: float, answer: Retry) -> str:
        self.fall_back(work, row)
        self._tell_stuck(work, row, answer.reason)
        if _is_hopeless(row, work.at):
            return self._dead(work, row, until, f"{row.attempts + 1} 次未送达，最后一次：{answer.reason}")
        if answer.throttled:
            rest = clock.real_seconds() + robot_budget.pause(work, self._budget(row), answer.after_seconds)
            values = {"attempts": row.attempts + 1, "error": answer.reason}
            outbox_rows.mark(work, row, until, lease_until=rest, **values)
            return "retried"
        seconds = min(answer.after_seconds, robot_budget.LONGEST_ASKED) if row.attempts < 3 else 0.0  # noqa: PLR2004 then the usual curve
        again_at = work.at + timedelta(seconds=max(seconds, backoff_seconds(row.attempts + 1)))
        outbox_rows.mark_again(work, row, until, again_at, answer.reason)
        return "retried"

    def _wait_for_repair(self, work: Work, row: Row[Any], until: float, again_at: datetime, reason: str) -> str:
        if _is_hopeless(row, work.at):
            return self._dead(work, row, until, f"渠道停用超过 24 小时：{reason}")
        outbox_rows.mark_again(work, row, until, again_at, reason)
        return "down"

    def _dead(self, work: Work, row: Row[Any], until: float, reason: str) -> str:
        marked = outbox_rows.mark(work, row, until, state="dead", error=reason, attempts=row.attempts + 1)
        if marked:
            self.fall_back(work, row)
            work.audit("outbox.dead", str(row.outbox_id), channel=row.channel, recipient=row.recipient)
            if not row.kind.startswith("tech"):
                numbers = {"outbox_id": row.outbox_id, "channel": row.channel, "recipient": row.recipient}
                work.tell("notice.dead", row.case_no or "", reason=reason, **numbers)
        return "dead"

    def _tell_stuck(self, work: Work, row: Row[Any], reason: str) -> None:
        """Tell technicians once that a notice is tried in vain; it is tried on until a day has passed."""
        if row.attempts + 1 == MANY_ATTEMPTS and not row.kind.startswith("tech"):
            numbers = {"outbox_id": row.outbox_id, "channel": row.channel, "recipient": row.recipient}
            work.tell("notice.stuck", row.case_no or "", reason=reason, **numbers)

    def fall_back(self, work: Work, row: Row[Any]) -> None:
        """Put a grave notice on the next channel too; its dedupe key is that of a notice sent there anyway."""
        if row.level_code < GRAVE or row.payload.get("private") or "#" in row.recipient:
            return
        others = [name for name in proving_channels(self.school, row.recipient) if name != row.channel]
        outbox_rows.put_in(work, [_copy(row, name, row.recipient) for name in others[:1]])


def send_pending(
    ledger: Ledger,
    school: School,
    holder: str,
    limit: int = 50,
    lease_seconds: float = LEASE_SECONDS,
    still_leads: Callable[[Work], bool] = lambda _work: True,
    kind: str = "",
) -> SendReport:
    """Send what is due, the gravest first.

    Args:
        ledger: The open ledger; its listeners turn "channel down" and "dead letter" into notices to technicians.
        school: Active school version: addresses, robots, mail server.
        holder: Name of this process, written on the rows that it claims.
        limit: At most so many rows in this pass.
        lease_seconds: Real seconds after which the rows of a dead process are free again.
        still_leads: Asked in the transaction before each send: a process that was paused past its lease sends nothing.
        kind: Only rows of this kind: what a process that does not lead may send (huiyin/watch_leader.py).
    """
    report = SendReport()
    with ledger.change() as work:
        if not still_leads(work):
            return report
        _merged, is_done = (0, True) if kind else merge_waiting(work, school.settings.alerts.robot_per_minute)
        least_level = 0 if is_done else GRAVEST  # what is still to be merged must not go out one by one
        rows = outbox_rows.claim_rows(work, holder, limit, lease_seconds, least_level, kind)
    sender = Sender(ledger, school, lease_seconds, still_leads)
    for row in rows:
        count = sender.deliver(row)
        setattr(report, count, getattr(report, count) + 1)
    return report


def _is_hopeless(row: Row[Any], at: datetime) -> bool:
    return bool(row.attempts + 1 >= MANY_ATTEMPTS) and at - row.created_at >= GIVE_UP_AFTER


def backoff_seconds(attempts: int) -> float:
    """Return how long to wait after so many failed attempts (1 …): doubling from 2 s, with jitter, at most 600 s."""
    state = RetryCallState(retry_object=None, fn=None, args=(), kwargs={})  # type: ignore[arg-type]
    state.attempt_number = attempts
    return float(BACKOFF(state))


def as_message(row: Row[Any], school: School) -> Message:
    """Return a row as channels see it; user ids to call by @ are looked up now, they do not stand in the outbox."""
    payload = row.payload
    people = [school.person(name) for name in payload.get("mention", []) if school.knows_person(name)]
    named = channel_module(row.channel).USER_FIELD
    mention = tuple(dict.fromkeys(user for person in people if named and (user := getattr(person, named))))
    body = f"{payload['body']}\n通知编号：{row.outbox_id}"  # people recognise a repeat after a crash by it
    link = payload["link"]
    return Message(row.outbox_id, row.case_no or "", row.level_code, payload["title"], body, link, mention)


def _copy(row: Row[Any], channel: str, recipient: str) -> Notice:
    key = row.dedupe_key.removesuffix(f":{row.channel}:{row.recipient}") + f":{channel}:{recipient}"
    return Notice(key, row.case_no or "", row.level_code, row.kind, channel, recipient, row.payload)
