"""Stage 6: storm control. Too many waiting notices for one recipient become one summary. Waiting rows in, fewer out.

Nobody gets more than 30 messages an hour on a channel: when what waits does not fit any more, or is longer than two
minutes of a robot's budget, it is merged into one message that names every case and event with its level. 特别重大 and
help-first notices are never merged and never wait. What was merged is `skipped` and points at its summary, so that
"told" stays derived from what a provider accepted.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, update

from alerts.outbox_rows import Notice, put_in
from foundation import clock
from foundation.ledger import Work
from foundation.outcome import LEVELS
from foundation.tables import outbox

PER_HOUR = 30
HOUR = timedelta(hours=1)
MINUTES_OF_BUDGET = 2
GRAVE, GRAVEST = 2, 3
LINES = 60  # of a summary; more are counted
DIGEST, TECH_DIGEST = "digest", "tech.digest"
MERGED = "并入汇总"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with the waiting rows of one recipient: merge them or not, and when the summary may go."""

    merge: bool
    not_before: datetime | None = None


def plan_for(waiting: int, sent_at: list[datetime], per_minute: int, now: datetime) -> Plan:
    """Return the plan for one recipient. Pure.

    Args:
        waiting: Rows that are due now, without 特别重大 and help-first ones.
        sent_at: Instants of the messages of the last hour, ascending.
        per_minute: Messages a robot may send in a minute.
        now: Product time.
    """
    recent = [at for at in sent_at if at > now - HOUR]
    fits = len(recent) + waiting < PER_HOUR and waiting <= MINUTES_OF_BUDGET * per_minute
    if fits or not waiting:
        return Plan(merge=False)
    if len(recent) < PER_HOUR:
        return Plan(merge=True)
    return Plan(merge=True, not_before=recent[-PER_HOUR] + HOUR + timedelta(seconds=1))


def merge_waiting(work: Work, per_minute: int) -> int:
    """Merge where it is needed; return how many rows went into summaries."""
    merged = 0
    grave = func.sum(case((outbox.c.level_code >= GRAVE, 1), else_=0))
    counted = select(outbox.c.channel, outbox.c.recipient, func.count(), grave).where(*_mergeable(work.at))
    for channel, recipient, waiting, graver in work.connection.execute(
        counted.group_by(outbox.c.channel, outbox.c.recipient)
    ).all():
        sent = _sent(work.connection, channel, recipient, work.at)
        plan = plan_for(int(waiting), sent, per_minute, work.at)
        if plan.merge:
            with_grave = plan_for(
                int(graver) + 1, sent, per_minute, work.at
            ).merge  # 重大 only when it alone is too much
            least = outbox.c.level_code < (GRAVEST if with_grave else GRAVE)
            where = (*_mergeable(work.at), outbox.c.channel == channel, outbox.c.recipient == recipient, least)
            rows = work.connection.execute(select(outbox).where(*where).order_by(outbox.c.outbox_id)).all()
            merged += _merge(work, list(rows), plan)
    return merged


def _mergeable(at: datetime) -> tuple[Any, ...]:
    private = func.coalesce(outbox.c.payload["private"].as_boolean(), False)
    return (
        outbox.c.state == "pending", outbox.c.not_before <= at, outbox.c.lease_until <= clock.real_seconds(),
        outbox.c.level_code < GRAVEST, ~private,
    )  # fmt: skip


def _sent(connection: Connection, channel: str, recipient: str, at: datetime) -> list[datetime]:
    where = (outbox.c.channel == channel, outbox.c.recipient == recipient, outbox.c.sent_at > at - HOUR)
    return list(connection.execute(select(outbox.c.sent_at).where(*where).order_by(outbox.c.sent_at)).scalars())


def _merge(work: Work, rows: list[Row[Any]], plan: Plan) -> int:
    if not rows:
        return 0
    if len(rows) == 1:  # nothing to merge with: it waits for its turn
        waits = {"not_before": plan.not_before or work.at}
        work.connection.execute(update(outbox).where(outbox.c.outbox_id == rows[0].outbox_id).values(**waits))
        return 0
    last = rows[-1]
    items = list(_items(rows))
    kind = TECH_DIGEST if all(row.kind.startswith("tech") for row in rows) else DIGEST
    key = f"digest:{last.outbox_id}:{last.channel}:{last.recipient}"
    level_code = max(row.level_code for row in rows)
    payload = {**describe(items), "link": "", "items": items, "private": False}
    payload["mention"] = list(dict.fromkeys(name for row in rows for name in row.payload.get("mention", [])))
    notice = Notice(key, "", level_code, kind, last.channel, last.recipient, payload, plan.not_before)
    put_in(work, [notice])
    number = work.connection.execute(select(outbox.c.outbox_id).where(outbox.c.dedupe_key == key)).scalar()
    gone = {"state": "skipped", "error": f"{MERGED}（通知 {number}）", "provider_id": f"digest:{number}"}
    numbers = [row.outbox_id for row in rows]
    work.connection.execute(update(outbox).where(outbox.c.outbox_id.in_(numbers)).values(**gone))
    return len(rows)


def _items(rows: Iterable[Row[Any]]) -> Iterable[list[Any]]:
    """Yield [level, about, title] of single notices, and those of summaries that are merged once more."""
    for row in rows:
        if "items" in row.payload:
            yield from row.payload["items"]
        else:
            about = row.case_no or str(row.payload.get("event_id") or row.outbox_id)
            yield [row.level_code, about, row.payload["title"]]


def describe(items: list[list[Any]]) -> dict[str, str]:
    """Return title and body of a summary: the gravest first, the last word of every case or event once."""
    counts = Counter(int(level) for level, _about, _title in items)
    words = "、".join(
        f"{LEVELS[level] if level else '其他'} {counts[level]} 条" for level in sorted(counts, reverse=True)
    )
    last: dict[str, tuple[int, str]] = {}
    for level, about, title in items:
        last[about] = (max(int(level), last.get(about, (0, ""))[0]), title)
    lines = [title for _level, title in sorted(last.values(), key=lambda each: -each[0])]
    more = [f"……另有 {len(lines) - LINES} 件，见案件列表"] if len(lines) > LINES else []
    body = [
        f"短时间内通知较多，合并为一条；共 {len(last)} 件。",
        *lines[:LINES],
        *more,
        "请做：按等级从高到低查看；huiyin case list 有全部。",
    ]
    return {"title": f"还有 {len(items)} 条提醒：{words}", "body": "\n".join(body)}


def told_at(connection: Connection, outbox_id: int) -> datetime | None:
    """Return when somebody was told: when the provider accepted the notice, or the summary it went into."""
    row = connection.execute(select(outbox).where(outbox.c.outbox_id == outbox_id)).first()
    while row is not None and row.sent_at is None and str(row.provider_id or "").startswith("digest:"):
        number = int(row.provider_id.partition(":")[2])
        row = connection.execute(select(outbox).where(outbox.c.outbox_id == number)).first()
    return row.sent_at if row is not None else None
