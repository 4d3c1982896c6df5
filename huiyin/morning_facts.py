"""The application: the morning message: what the patrol found in a day, sent at a fixed time as proof of life.

Ledger in, one fact a day out. No message by then means that the system is ill: whoever reads it every morning is the
watchdog that no machine can replace. Help-first cases are counted nowhere (PRIVACY.md 5).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from alerts.outbox_rows import hidden_rows
from cases.case import case_file
from cases.transitions import ARCHIVED
from crawler.tables import source_state
from foundation.audit import read_head
from foundation.clock import SCHOOL_ZONE, at_school
from foundation.ledger import Work
from foundation.outcome import SOURCE_OUTCOME_TITLES, SourceOutcome
from foundation.school import School
from foundation.tables import heartbeat, instant_text, meta, outbox, timer
from search.posts import post

JOB, NEXT_MORNING = "morning", "next_morning"
HEARD_WELL = (SourceOutcome.OK, SourceOutcome.NOTHING_NEW)
DAY = timedelta(days=1)


def tell_morning(work: Work, school: School) -> int:
    """Write the day's message once its time has come; return 1 when it was written.

    A day whose time passed while nothing ran is made up for as soon as something runs again, once.
    """
    at = school.settings.alerts.patrol_at
    if not at:
        return 0
    local = at_school(work.at)
    due_at = datetime.combine(local.date(), time.fromisoformat(at), SCHOOL_ZONE)
    last = work.connection.execute(select(heartbeat.c.finished_at).where(heartbeat.c.job == JOB)).scalar()
    if local < due_at or (last is not None and last >= due_at):
        return 0
    lines = patrol_lines(work.connection, work.at)
    work.tell(
        "patrol.daily", "patrol", day=f"{local:%Y-%m-%d}", reason=lines[0], says="\n".join(lines[1:]),
        to=list(school.settings.alerts.patrol_to),
    )  # fmt: skip
    return 1


def note_next(work: Work, school: School) -> None:
    """Keep in the ledger when the next morning message is due, for whoever asks what comes next."""
    last = work.connection.execute(select(heartbeat.c.finished_at).where(heartbeat.c.job == JOB)).scalar()
    due_at = next_morning(school, work.at, last)
    value = instant_text(due_at) if due_at else ""
    if value != work.connection.execute(select(meta.c.value).where(meta.c.name == NEXT_MORNING)).scalar():
        statement = upsert(meta).values(name=NEXT_MORNING, value=value)
        work.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def next_morning(school: School, now: datetime, last: datetime | None) -> datetime | None:
    """Return when the next morning message is due; None when the school wants none."""
    at = school.settings.alerts.patrol_at
    if not at:
        return None
    today = datetime.combine(at_school(now).date(), time.fromisoformat(at), SCHOOL_ZONE)
    return today if last is None or last < today else today + DAY


def patrol_lines(connection: Connection, now: datetime) -> list[str]:
    """Return the first line (what is overdue, what is new) and the facts of the last day."""
    public = select(case_file.c.case_no).where(~case_file.c.restricted)

    def count(*where: object) -> int:
        return int(connection.execute(select(func.count()).where(*where)).scalar() or 0)  # type: ignore[arg-type]

    overdue = count(timer.c.state == "open", timer.c.due_at < now, timer.c.case_no.in_(public))
    running = count(case_file.c.state != ARCHIVED, ~case_file.c.restricted)
    heard = count(post.c.first_seen_at > now - DAY, ~post.c.restricted)
    waiting = count(outbox.c.state == "pending", outbox.c.outbox_id.not_in(hidden_rows()))
    dead = count(outbox.c.state == "dead")
    outcomes = connection.execute(select(source_state.c.outcome)).scalars().all()
    wanted = [outcome for outcome in outcomes if outcome != SourceOutcome.NOT_ENABLED]
    well = sum(outcome in HEARD_WELL for outcome in wanted)
    head = read_head(connection)
    return [
        f"逾期 {overdue}，在办 {running}，一天新听到 {heard} 帖",
        f"信源：{len(wanted)} 个，正常 {well} 个{_stand(outcomes)}",
        f"案件：在办 {running} 件，逾期时限 {overdue} 个",
        f"通知：待发 {waiting} 条，无法送达 {dead} 条",
        f"审计链：第 {head.seq} 行 {head.hash[:16]}",
    ]


def _stand(outcomes: Sequence[str]) -> str:
    """Return how many sources stand in each outcome but 正常: nothing new, blocked and never heard are not the same."""
    counts = Counter(outcomes)
    told = [f"{title} {counts[name]}" for name, title in SOURCE_OUTCOME_TITLES.items() if counts[name]]
    return f"（{'、'.join(told)}）" if counts.keys() - {SourceOutcome.OK} else ""
