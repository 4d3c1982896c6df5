"""The application: processes watch one another. Heartbeats in; what is wrong out, told to technicians once an outage.

Nobody who is dead can say so. A worker, and `huiyin check --live --tell` from cron, see that nobody is on duty and send
that one message themselves; whoever is on duty sees that workers are gone. When duty is taken up again, the scheduler
itself says so (`schedule.missed`).
"""

from typing import Any

from sqlalchemy import Connection, Row, select

from alerts.outbox import send_pending
from foundation import clock
from foundation.ledger import Ledger, Work
from foundation.school import School
from foundation.tables import fact, heartbeat

TICK, WORKER = "tick", "worker"  # heartbeats
SILENT, STUCK = "schedule.silent", "job.stuck"  # facts
SILENT_NOTICE = "tech.schedule_silent"
GONE_SECONDS = 600.0  # of real time; the slowest tick of a storm is far shorter


def watch_leader(ledger: Ledger, school: School, holder: str) -> str:
    """Return since when nobody is on duty, and see to it that technicians hear of it; empty when all is well.

    Args:
        ledger: The open ledger, with the listener that makes notices.
        school: Active school version: whom to tell, and how.
        holder: Name of this process.
    """
    with ledger.read() as connection:
        beat = _gone(connection, TICK)
    if beat is None:
        return ""
    words = f"{clock.for_people(beat.finished_at)} 起没有进程值守，通知、提醒与立案都停着"
    with ledger.change() as work:
        _tell_once(work, SILENT, TICK, beat, words)
    send_pending(ledger, school, holder, kind=SILENT_NOTICE)
    return words


def watch_workers(work: Work) -> int:
    """Tell that workers were there and are gone; return 1 when it was told now."""
    beat = _gone(work.connection, WORKER)
    if beat is None:
        return 0
    return _tell_once(work, STUCK, WORKER, beat, f"{clock.for_people(beat.finished_at)} 起没有抓取进程，信源没有人去听")


def _gone(connection: Connection, job: str) -> Row[Any] | None:
    """Return the last heartbeat of a job that has been silent for long; None when it beats, or never did."""
    beat = connection.execute(select(heartbeat).where(heartbeat.c.job == job)).first()
    return beat if beat is not None and clock.real_seconds() - beat.real_at >= GONE_SECONDS else None


def _tell_once(work: Work, kind: str, job: str, beat: Row[Any], words: str) -> int:
    since = beat.finished_at.isoformat()
    known = select(fact.c.fact_id).where(fact.c.kind == kind, fact.c.subject == job)
    if work.connection.execute(known.where(fact.c.data["since"].as_string() == since)).first():
        return 0
    work.tell(kind, job, reason=words, since=since)
    return 1
