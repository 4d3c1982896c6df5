"""Stage 6: the outbox's rows: put in, claimed with a lease, marked. Each function is one small step in a transaction.

A row is `pending` until the provider accepted it (`sent`, with sent_at) or never will (`dead`, with reason). Whether
somebody was told is read from `sent_at` only. Leases are real seconds; a claim is fenced by holder and lease together.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Update, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.robot_budget import LONGEST_ASKED
from alerts.tables import channel_state
from cases.case import case_file
from foundation import clock
from foundation.ledger import Work
from foundation.tables import outbox

LEASE_SECONDS = 60.0
LONGEST_CLAIM = 2 * LEASE_SECONDS  # real seconds; a claim that ends later was made before the clock stepped back
LONGEST_WAIT = timedelta(hours=1, minutes=1)  # for another try, unless the whole channel is down


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to one recipient on one channel; the payload holds title, body, link and the persons to call by @.

    `not_before`: when it may be sent at the earliest (None: now). `held`: why it is not sent at all.
    """

    dedupe_key: str
    case_no: str
    level_code: int
    kind: str
    channel: str
    recipient: str
    payload: dict[str, Any]
    not_before: datetime | None = None
    held: str = ""


def put_in(work: Work, notices: list[Notice]) -> int:
    """Insert notices as pending rows; a dedupe key that exists creates nothing. Return how many are new."""
    new = 0
    for notice in notices:
        values: dict[str, Any] = {
            "dedupe_key": notice.dedupe_key,
            "case_no": notice.case_no or None,
            "level_code": notice.level_code,
            "kind": notice.kind,
            "channel": notice.channel,
            "recipient": notice.recipient,
            "payload": notice.payload,
        }
        state: dict[str, Any] = {"state": "skipped" if notice.held else "pending", "error": notice.held or None}
        state |= {"attempts": 0, "lease_until": 0.0, "not_before": notice.not_before or work.at, "created_at": work.at}
        statement = insert(outbox).values(**values, **state).on_conflict_do_nothing(index_elements=["dedupe_key"])
        new += work.connection.execute(statement).rowcount
    return new


def claim_rows(
    work: Work, holder: str, limit: int, seconds: float = LEASE_SECONDS, least_level: int = 0, kind: str = ""
) -> list[Row[Any]]:
    """Claim due rows of `least_level` or higher for `holder`, the gravest first; a lease that ran out is free again.

    `kind`: only rows of this kind.
    """
    real = clock.real_seconds()
    free = (
        select(outbox.c.outbox_id)
        .where(outbox.c.state == "pending", is_due(work.at), is_unclaimed(real))
        .where(outbox.c.level_code >= least_level, *([outbox.c.kind == kind] if kind else []))
        .order_by(outbox.c.level_code.desc(), outbox.c.not_before, outbox.c.outbox_id)
        .limit(limit)
    )
    claimed = work.connection.execute(
        update(outbox)
        .where(outbox.c.outbox_id.in_(free.scalar_subquery()))
        .values(claimed_by=holder, lease_until=real + seconds)
        .returning(outbox)
    ).all()
    return sorted(claimed, key=lambda row: (-row.level_code, row.not_before, row.outbox_id))


def is_due(at: datetime) -> ColumnElement[bool]:
    """Return whether a pending row may be sent at `at`.

    A host's clock that steps back must hold nothing up: what was never put off is due from its own beginning, and
    another try that lies further ahead than the longest wait for one is due too.
    """
    is_down = select(channel_state.c.channel).where(
        channel_state.c.channel == outbox.c.channel,
        channel_state.c.recipient.in_(("*", outbox.c.recipient)),
        channel_state.c.since <= at,
        channel_state.c.down_until > at,
    )
    from_the_future = and_(outbox.c.attempts > 0, outbox.c.not_before > at + LONGEST_WAIT, ~is_down.exists())
    return or_(outbox.c.not_before <= at, outbox.c.not_before == outbox.c.created_at, from_the_future)


def is_unclaimed(real: float) -> ColumnElement[bool]:
    """Return whether nobody holds a row: its lease ran out, or lies further ahead than any lease or rest can."""
    ends = outbox.c.lease_until
    is_claim = outbox.c.claimed_by.is_not(None)
    return or_(ends <= real, ends > real + LONGEST_ASKED, and_(is_claim, ends > real + LONGEST_CLAIM))


def renew_claim(work: Work, row: Row[Any], seconds: float = LEASE_SECONDS) -> float | None:
    """Return the new end of our lease, or None when the row is no longer ours (we were too slow)."""
    until = clock.real_seconds() + seconds
    changed = work.connection.execute(_ours(row, row.lease_until).values(lease_until=until)).rowcount
    return until if changed else None


def mark(work: Work, row: Row[Any], until: float, **values: Any) -> bool:
    """Write what became of a claimed row and give the claim back; return False when the row was no longer ours."""
    changed = work.connection.execute(_ours(row, until).values({"lease_until": 0.0, "claimed_by": None} | values))
    return bool(changed.rowcount)


def mark_again(work: Work, row: Row[Any], until: float, not_before: datetime, reason: str | None) -> bool:
    """Give a row back to try again; a reason counts as an attempt."""
    values: dict[str, Any] = {"not_before": not_before}
    if reason is not None:
        values |= {"error": reason, "attempts": row.attempts + 1}
    return mark(work, row, until, **values)


def _ours(row: Row[Any], until: float) -> Update:
    return update(outbox).where(
        outbox.c.outbox_id == row.outbox_id,
        outbox.c.state == "pending",
        outbox.c.claimed_by == row.claimed_by,
        outbox.c.lease_until == until,
    )


def free_claims(work: Work, holder: str) -> int:
    """Give back every claim of a holder that is known to be dead, so that nobody waits for its leases."""
    ended = update(outbox).where(outbox.c.claimed_by == holder, outbox.c.state == "pending")
    return int(work.connection.execute(ended.values(lease_until=0.0, claimed_by=None)).rowcount)


def retry_rows(work: Work, number: int | None) -> int:
    """Queue one row that was not sent, or all dead and waiting ones, to be tried now; reopen channels."""
    unsent = update(outbox).where(outbox.c.state.in_(("dead", "pending")), is_unclaimed(clock.real_seconds()))
    if number is not None:
        unsent = unsent.where(outbox.c.outbox_id == number)
    fresh = {"state": "pending", "attempts": 0, "not_before": work.at}
    count = int(work.connection.execute(unsent.values(**fresh)).rowcount)
    work.connection.execute(delete(channel_state))
    work.audit("outbox.retry", str(number or "all"), rows=count)
    return count


def hidden_rows() -> Select[tuple[int]]:
    """Select the numbers of the rows about help-first cases: to whom, of which case and level is for counsellors."""
    restricted = select(case_file.c.case_no).where(case_file.c.restricted)
    private = outbox.c.payload["private"].as_boolean()
    return select(outbox.c.outbox_id).where(outbox.c.case_no.in_(restricted) | private)


def list_rows(connection: Connection, states: list[str], limit: int) -> list[Row[Any]]:
    """Return rows in the given states (all when empty), newest first."""
    statement = select(outbox).order_by(outbox.c.outbox_id.desc()).limit(limit)
    if states:
        statement = statement.where(outbox.c.state.in_(states))
    return list(connection.execute(statement))
