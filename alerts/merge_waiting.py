"""Stage 6: storm control. Too many waiting notices for one recipient become one summary. Waiting rows in, fewer out.

Nobody gets more than 30 messages an hour on a channel: when what waits does not fit any more, or is longer than two
minutes of a robot's budget, it is merged into one message that names every case and event with its level. 特别重大 and
help-first notices are never merged and never wait: a third of the hour is kept for them. What was merged is `skipped`
and points at its summary, so that "told" stays derived from what a provider accepted.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, tuple_, update

from alerts.outbox_rows import Notice, is_due, is_unclaimed, put_in
from foundation import clock
from foundation.ledger import Work
from foundation.outcome import LEVELS
from foundation.tables import outbox

PER_HOUR, KEPT = 30, 10  # measured: a storm with four 特别重大 cases brings the officer 6 to 9 notices of them an hour
ORDINARY = PER_HOUR - KEPT
HOUR = timedelta(hours=1)
MINUTES_OF_BUDGET = 2
MOST_MERGED = 500  # rows of one pass: measured, a pass over 10,000 pending rows stays below 250 ms
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
    fits = len(recent) + waiting < ORDINARY and waiting <= MINUTES_OF_BUDGET * per_minute
    if fits or not waiting:
        return Plan(merge=False)
    if len(recent) < ORDINARY:
        return Plan(merge=True)
    return Plan(merge=True, not_before=recent[-ORDINARY] + HOUR + timedelta(seconds=1))


def merge_waiting(work: Work, per_minute: int, most: int = MOST_MERGED) -> tuple[int, bool]:
    """Merge where it is needed, about `most` rows at once so that a pass stays short.

    Returns:
        How many rows went into summaries, and whether all that must be merged is.
    """
    plans, is_done = _plans(work, per_minute, most)
    if not plans:
        return 0, is_done
    found: dict[tuple[str, str], list[Row[Any]]] = {to: [] for to in plans}
    of_these = tuple_(outbox.c.channel, outbox.c.recipient).in_(list(plans))
    asked = select(outbox).where(*_mergeable(work.at), of_these).order_by(outbox.c.outbox_id)
    for row in work.connection.execute(asked):
        _plan, below = plans[row.channel, row.recipient]
        if row.level_code < below:
            found[row.channel, row.recipient].append(row)
    return sum(_merge(work, rows, plans[to][0]) for to, rows in found.items()), is_done


def _plans(work: Work, per_minute: int, most: int) -> tuple[dict[tuple[str, str], tuple[Plan, int]], bool]:
    """Return the recipients to merge now, each with its plan and the level below which its rows are merged."""
    sent = _sent(work.connection, work.at)
    grave = func.sum(case((outbox.c.level_code >= GRAVE, 1), else_=0))
    counted = select(outbox.c.channel, outbox.c.recipient, func.count(), grave).where(*_mergeable(work.at))
    plans: dict[tuple[str, str], tuple[Plan, int]] = {}
    planned = 0
    for channel, recipient, waiting, graver in work.connection.execute(
        counted.group_by(outbox.c.channel, outbox.c.recipient)
    ):
        recent = sent.get((channel, recipient), [])
        plan = plan_for(int(waiting), recent, per_minute, work.at)
        if plan.merge and planned >= most:
            return plans, False
        if plan.merge:
            with_grave = plan_for(
                int(graver) + 1, recent, per_minute, work.at
            ).merge  # 重大 only when it alone is too much
            plans[channel, recipient] = plan, GRAVEST if with_grave else GRAVE
            planned += int(waiting)
    return plans, True


def _mergeable(at: datetime) -> tuple[Any, ...]:
    private = func.coalesce(outbox.c.payload["private"].as_boolean(), False)
    return (
        outbox.c.state == "pending", is_due(at), is_unclaimed(clock.real_seconds()),
        outbox.c.level_code < GRAVEST, ~private,
    )  # fmt: skip


def _sent(connection: Connection, at: datetime) -> dict[tuple[str, str], list[datetime]]:
    """Return the instants of the last hour's messages by channel and recipient, ascending."""
    columns = (outbox.c.channel, outbox.c.recipient, outbox.c.sent_at)
    asked = select(*columns).where(outbox.c.sent_at > at - HOUR).order_by(outbox.c.sent_at)
    found: dict[tuple[str, str], list[datetime]] = {}
    for channel, recipient, sent_at in connection.execute(asked):
        found.setdefault((channel, recipient), []).append(sent_at)
    return found


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
