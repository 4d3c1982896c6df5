"""The application: the only place that builds parts. Opens ledger, school, index and what follows from facts."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

import alerts.tables
import cases.case
import events.event  # stages that declare tables: imported before `create_all`
from alerts.notices import write_notices
from cases.policy import load_policy
from crawler.rounds import source_state, sync_sources
from crawler.source import load_sources
from foundation import clock
from foundation.errors import ConfigError, Problem
from foundation.lease import leases_held
from foundation.ledger import Ledger, open_ledger, state_folder
from foundation.school import School, SchoolFiles, active_school, store_school
from foundation.tables import heartbeat, outbox, timer
from pipelines.load_words import load_words
from search.posts import post
from search.store import Store, open_store

SCHOOL_VARIABLE = "HUIYIN_SCHOOL"
Result = TypeVar("Result")


TABLES = (alerts.tables, cases.case, events.event)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a running process works with."""

    ledger: Ledger
    school: School
    store: Store


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the product has come: idle when nothing is due at the present instant."""

    idle: bool
    next_at: datetime | None
    rounds_running: int
    outbox_pending: int
    tick_at: datetime | None


def school_folder(given: str | None = None) -> Path:
    """Return the school's folder: `--school DIR`, else `$HUIYIN_SCHOOL`, else `./school`."""
    return Path(given or os.environ.get(SCHOOL_VARIABLE) or "school")


def open_parts(state: Path | None = None) -> Parts:
    """Open ledger and active school, and let facts become notices in their own transaction."""
    ledger = open_ledger(state)
    with ledger.read() as connection:
        school = active_school(connection)
    ledger.listen(write_notices(school))
    return Parts(ledger, school, open_store(school))


def check_files(files: SchoolFiles) -> School:
    """Validate every file of a school's folder.

    Raises:
        ConfigError: With the problems of all files together.
    """
    problems: list[Problem] = []
    school = _collected(problems, lambda: School.from_files(files))
    if school is not None:
        _collected(problems, lambda: load_sources(school))
        _collected(problems, lambda: load_policy(school))
        _collected(problems, lambda: load_words(school))
    if problems or school is None:
        raise ConfigError(problems)
    return school


def _collected(problems: list[Problem], step: Callable[[], Result]) -> Result | None:
    try:
        return step()
    except ConfigError as mistakes:
        problems += mistakes.problems
        return None


def apply_folder(folder: Path, actor: str, state: Path | None = None) -> int:
    """Validate a folder and make it the active school version; return its number (unchanged folder: the same)."""
    files = SchoolFiles.from_folder(folder)
    school = check_files(files)
    ledger = open_ledger(state or state_folder(), create=True)
    try:
        with ledger.change(actor) as work:
            open_store(school).prepare(work)
            version = store_school(work, files, "folder")
            sync_sources(work, load_sources(school))
    finally:
        ledger.close()
    return version


def progress(ledger: Ledger) -> Progress:
    """Return whether anything is due now, and when the next thing will be; all read from the ledger."""
    now = clock.now()
    with ledger.read() as connection:
        running = leases_held(connection, "group:")
        pending = select(func.count(), func.min(outbox.c.not_before)).where(outbox.c.state == "pending")
        waiting = connection.execute(pending.where(outbox.c.not_before <= now)).one()[0]
        unnumbered = connection.execute(select(func.count()).where(post.c.ingest_seq.is_(None))).scalar_one()
        beat = connection.execute(select(heartbeat.c.finished_at).where(heartbeat.c.job == "tick")).scalar()
        instants = [
            connection.execute(pending).one()[1],
            connection.execute(select(func.min(timer.c.next_step_at)).where(timer.c.state == "open")).scalar(),
            connection.execute(
                select(func.min(source_state.c.due_at)).where(source_state.c.outcome != "not_enabled")
            ).scalar(),
        ]
    known = [instant for instant in instants if instant is not None]
    next_at = min(known, default=None)
    quiet = running == 0 and waiting == 0 and unnumbered == 0
    idle = quiet and beat is not None and beat >= now and (next_at is None or next_at > now)
    return Progress(idle, next_at, running, int(waiting), beat)
