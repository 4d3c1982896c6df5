"""Stage 6: runs the threshold rules over newly heard posts, in ingest order. Numbered posts in, facts `rule.fired` out.

The mark "looked at up to here" and what fired are rows of the same transaction: a restart neither misses nor counts
twice. Restricted posts are never counted; events that are no more than praise (level 无) never fire.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert

from alerts.rules import rule_modules
from alerts.tables import rule_fired
from alerts.tell_rounds import tell_rounds
from foundation.ledger import Work
from foundation.school import School
from foundation.settings import Threshold
from foundation.tables import instant_text, meta
from search.post_table import post_table as post

MARK = "rules_seq"
GROUPED = "grouped_seq"  # mark of the schedule: posts up to here have found their event


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as rules see it: when its posts were heard, which of them are new, title, highest level."""

    event_id: int
    arrivals: list[datetime]
    new: frozenset[int]
    title: str
    level_code: int


def run_rules(work: Work, school: School) -> int:
    """Look at the posts numbered and the rounds ended since the last run; return how many rules fired."""
    tell_rounds(work, school)
    seen, last = _mark(work, MARK), _last_grouped(work)
    if last <= seen:
        return 0
    touched = select(post.c.event_id).where(
        post.c.ingest_seq > seen, post.c.ingest_seq <= last, post.c.event_id.is_not(None)
    )
    fired = 0
    for event_id in work.connection.execute(touched.distinct().order_by(post.c.event_id)).scalars().all():
        heard = _hear(work, event_id, seen, last)
        if heard is not None:
            fired += sum(_run_kind(work, school, module, heard) for module in rule_modules())
    _write_mark(work, last)
    return fired


def _run_kind(work: Work, school: School, module: Any, heard: Heard) -> int:
    fired = 0
    for threshold in module.thresholds(school):
        where = (rule_fired.c.rule == threshold.name, rule_fired.c.event_id == heard.event_id)
        before = work.connection.execute(select(rule_fired.c.fired_at).where(*where)).scalar()
        filled_at = module.find(heard.arrivals, heard.new, threshold, before)
        if filled_at is not None:
            _fire(work, threshold, heard, filled_at)
            fired += 1
    return fired


def _fire(work: Work, threshold: Threshold, heard: Heard, filled_at: datetime) -> None:
    values = {"fired_at": filled_at}
    statement = insert(rule_fired).values(rule=threshold.name, event_id=heard.event_id, **values)
    work.connection.execute(statement.on_conflict_do_update(index_elements=["rule", "event_id"], set_=values))
    work.tell(
        "rule.fired",
        threshold.name,
        event_id=heard.event_id,
        count=threshold.count,
        minutes=threshold.minutes,
        to=list(threshold.to),
        title=heard.title,
        level_code=heard.level_code,
        window_at=instant_text(filled_at),
    )


def _hear(work: Work, event_id: int, seen: int, last: int) -> Heard | None:
    """Return the event's posts by hearing; None when it is restricted or nothing to worry about."""
    rows = work.connection.execute(
        select(post.c.first_seen_at, post.c.ingest_seq, post.c.event_title, post.c.level_code, post.c.restricted)
        .where(post.c.event_id == event_id, post.c.ingest_seq <= last)
        .order_by(post.c.first_seen_at, post.c.ingest_seq)
    ).all()
    level_code = max(row.level_code for row in rows)
    if any(row.restricted for row in rows) or level_code == 0:
        return None
    new = frozenset(place for place, row in enumerate(rows) if row.ingest_seq > seen)
    return Heard(event_id, [row.first_seen_at for row in rows], new, rows[-1].event_title, level_code)


def _last_grouped(work: Work) -> int:
    """Posts that are numbered but not yet grouped wait for the next run; without a schedule all numbered ones count."""
    grouped = _mark(work, GROUPED)
    return grouped or int(work.connection.execute(select(func.max(post.c.ingest_seq))).scalar() or 0)


def _mark(work: Work, name: str) -> int:
    return int(work.connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar() or 0)


def _write_mark(work: Work, last: int) -> None:
    values = {"value": str(last)}
    statement = insert(meta).values(name=MARK, **values)
    work.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
