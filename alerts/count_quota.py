"""Stage 6: how many messages a channel sent this month. Outbox rows in; counts, and one warning at 80 % out.

A provider's monthly quota depends on the organisation's plan; the school writes it as `alerts.monthly_quota`.
"""

from datetime import datetime

from sqlalchemy import Connection, func, select

from foundation.clock import at_school
from foundation.ledger import Work
from foundation.school import School
from foundation.tables import fact, outbox

NEAR = 0.8
WARNED = "quota.near"


def sent_this_month(connection: Connection, now: datetime) -> dict[str, int]:
    """Return channel → messages accepted since the first of the month, school time."""
    first = at_school(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    counted = select(outbox.c.channel, func.count()).where(outbox.c.sent_at >= first).group_by(outbox.c.channel)
    return {str(channel): int(count) for channel, count in connection.execute(counted)}


def warn_quota(work: Work, school: School) -> int:
    """Tell technicians, once a month for each channel, that 80 % of its quota is used; return how many were told."""
    month, told = f"{at_school(work.at):%Y-%m}", 0
    for channel, count in sent_this_month(work.connection, work.at).items():
        quota = school.settings.alerts.monthly_quota.get(channel, 0)
        if quota and count >= NEAR * quota and not _was_told(work, channel, month):
            work.tell(
                WARNED, channel, month=month, count=count, quota=quota, reason=f"本月已发 {count} 条，额度 {quota} 条"
            )
            told += 1
    return told


def _was_told(work: Work, channel: str, month: str) -> bool:
    asked = select(fact.c.fact_id).where(
        fact.c.kind == WARNED, fact.c.subject == channel, fact.c.data["month"].as_string() == month
    )
    return work.connection.execute(asked).first() is not None
