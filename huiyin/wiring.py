"""The application: the only place that builds parts. Opens ledger, school, index and what follows from facts."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from getpass import getuser
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import TypeVar

from sqlalchemy import func, select

import alerts.silences
import alerts.tables
import cases.case
import cases.forewarn
import cases.handover
import cases.items
import cases.keep_duties
import cases.leave
import cases.reply_proof
import cases.roster
import cases.task
import events.event  # stages that declare tables: imported before `create_all`
import search.patrol_records  # kinds of records that are searched besides posts: declared by being imported
import search.records
import search.sqlite_store
import search.waiting
from alerts.check_reach import check_reach
from alerts.check_templates import check_templates
from alerts.load_rules import load_rules
from alerts.notices import write_notices
from cases.check_policy import check_policy
from cases.follow_event import next_flat
from crawler.rounds import source_state, sync_sources
from crawler.settings import SPIDER_MODULES
from crawler.source import load_sources
from foundation import clock
from foundation.config import line_in, nearest
from foundation.errors import ConfigError, Problem, Refused, Stop
from foundation.lease import leases_held
from foundation.ledger import Ledger, ledger_address, open_ledger, state_folder
from foundation.school import School, SchoolFiles, active_school, store_school
from foundation.tables import heartbeat, meta, outbox, school_version, timer
from huiyin.morning_facts import NEXT_MORNING
from huiyin.upgrade_ledger import bring_up
from pipelines.load_words import load_words
from search.posts import post
from search.store import Store, open_store

SCHOOL_VARIABLE = "HUIYIN_SCHOOL"
Result = TypeVar("Result")
TABLES = (
    alerts.tables, alerts.silences, cases.case, cases.forewarn, cases.handover, cases.keep_duties, cases.leave,
    cases.reply_proof, cases.roster, cases.task, events.event, search.sqlite_store, search.waiting, search.records,
)  # fmt: skip
RECORD_KINDS = (cases.items.CASES, search.patrol_records.PATROL)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a running process works with."""

    ledger: Ledger
    school: School
    store: Store


@dataclass(frozen=True, slots=True)
class Applied:
    """The school version in force after a folder was applied, and whether the folder changed it."""

    version: int
    is_new: bool


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


def operator_name() -> str:
    """Return who runs this command, for the audit chain."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container's user without a name
        return f"uid-{os.getuid()}"


def open_parts(state: Path | None = None) -> Parts:
    """Open ledger and active school, and let facts become notices in their own transaction."""
    ledger = open_ledger(state)
    with ledger.read() as connection:
        school = active_school(connection)
    ledger.listen(write_notices(school))
    return Parts(ledger, school, open_store(school))


def school_of_version(version: int) -> School:
    """Return an applied school version of the ledger.

    Raises:
        Refused: There is no such version.
    """
    ledger = open_ledger()
    query = select(school_version.c.files).where(school_version.c.version == version)
    try:
        with ledger.read() as connection:
            files = connection.execute(query).scalar()
    finally:
        ledger.close()
    if files is None:
        raise Refused("没有启用过这个版本", str(version), "用 huiyin status 看当前是第几版，或写学校文件夹")
    return School.from_files(SchoolFiles(files), version)


def check_files(files: SchoolFiles) -> School:
    """Validate every file of a school's folder.

    Raises:
        ConfigError: With the problems of all files together.
    """
    problems: list[Problem] = []
    school = _collected(problems, lambda: School.from_files(files))
    if school is not None:
        _collected(problems, lambda: check_spiders(school))
        _collected(problems, lambda: check_policy(school))  # a clock that never runs, a report that reaches nobody
        _collected(problems, lambda: load_words(school))
        _collected(problems, lambda: load_rules(school))
        _collected(problems, lambda: check_templates(school))
        _collected(problems, lambda: check_reach(school))
        problems += _unread_words(files)
    if problems or school is None:
        raise ConfigError(problems)
    return school


def _unread_words(files: SchoolFiles) -> list[Problem]:
    """Return the word files that nobody reads: the school would believe its words count."""
    hint = "改成同名的 .txt：先写一行 [概念]，再写词，见 docs/school.md"
    return [
        Problem(name, 0, "词表只读 .txt 文件", hint) for name, _ in files.under("words") if not name.endswith(".txt")
    ]


def spider_names() -> list[str]:
    """Return the kinds of site that there are: the files of crawler/spiders."""
    found = find_spec(SPIDER_MODULES[0])  # looked up by name: nobody imports spiders
    return [module.name for module in iter_modules(found.submodule_search_locations if found else None)]


def check_spiders(school: School) -> None:
    """Read the sources, and refuse those that are not right or whose spider is no file of crawler/spiders.

    Raises:
        ConfigError: With the problems of all of them.
    """
    known = spider_names()
    problems = []
    for source in load_sources(school).values():
        if source.spider not in known:
            name, near = f"sources/{source.id}.yaml", nearest(source.spider, known)
            line = line_in(school.files.texts[name], name, ("spider",))
            hint = f"是不是 {near}？" if near else f"现有的 spider：{'、'.join(sorted(known))}"
            problems.append(Problem(name, line, f"没有名为 {source.spider} 的 spider", hint))
    if problems:
        raise ConfigError(problems)


def _collected(problems: list[Problem], step: Callable[[], Result]) -> Result | None:
    try:
        return step()
    except ConfigError as mistakes:
        problems += mistakes.problems
        return None


def apply_folder(folder: Path, actor: str, state: Path | None = None) -> Applied:
    """Validate a folder and make it the active school version; an unchanged folder changes nothing.

    Raises:
        ConfigError: The folder holds mistakes.
        LedgerUnusable: The ledger cannot be made or written.
    """
    files = SchoolFiles.from_folder(folder)
    school = check_files(files)
    if ledger_address() is not None and school.settings.elasticsearch is None:
        step = "写上 elasticsearch 的 servers 再启用，见 docs/postgresql.md"
        raise Stop("账本在 PostgreSQL 时，检索要用 Elasticsearch", "huiyin.yaml elasticsearch", step)
    bring_up(actor, state)
    ledger = open_ledger(state or state_folder(), create=True)
    try:
        with ledger.change(actor) as work:
            open_store(school).prepare(work)
            before = work.connection.execute(select(func.max(school_version.c.version))).scalar()
            version = store_school(work, files, "folder")
            sync_sources(work, load_sources(school))
    finally:
        ledger.close()
    return Applied(version, version != before)


def progress(ledger: Ledger) -> Progress:
    """Return whether anything is due now, and when the next thing will be; all read from the ledger."""
    now = clock.now()
    with ledger.read() as connection:
        running = leases_held(connection, "group:")
        pending = select(func.count(), func.min(outbox.c.not_before)).where(outbox.c.state == "pending")
        waiting = connection.execute(pending.where(outbox.c.not_before <= now)).one()[0]
        unnumbered = connection.execute(select(func.count()).where(post.c.ingest_seq.is_(None))).scalar_one()
        beat = connection.execute(select(heartbeat.c.finished_at).where(heartbeat.c.job == "tick")).scalar()
        morning = connection.execute(select(meta.c.value).where(meta.c.name == NEXT_MORNING)).scalar()
        instants = [
            datetime.fromisoformat(morning) if morning else None,
            connection.execute(pending).one()[1],
            connection.execute(select(func.min(timer.c.next_step_at)).where(timer.c.state == "open")).scalar(),
            connection.execute(select(func.min(alerts.tables.alert.c.look_at))).scalar(),
            connection.execute(select(func.min(cases.keep_duties.duty_period.c.next_at))).scalar(),
            connection.execute(
                select(func.min(cases.task.task.c.next_step_at)).where(cases.task.task.c.state == cases.task.OPEN)
            ).scalar(),
            next_flat(connection, now),
            connection.execute(
                select(func.min(source_state.c.due_at)).where(source_state.c.outcome != "not_enabled")
            ).scalar(),
        ]
    known = [instant for instant in instants if instant is not None]
    next_at = min(known, default=None)
    quiet = running == 0 and waiting == 0 and unnumbered == 0
    idle = quiet and beat is not None and beat >= now and (next_at is None or next_at > now)
    return Progress(idle, next_at, running, int(waiting), beat)
