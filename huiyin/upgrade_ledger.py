"""The application: brings an older ledger to this program's revision, in one transaction, after a copy was made.

Comes in: a ledger of any older revision. Goes out: the same rows in today's tables, or, when a step fails, the ledger
as it was. The copy stands beside the ledger; it holds post texts, so `purge` deletes it after a week.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

import cases.items  # noqa: F401  (kinds of records that are searched besides posts: declared by being imported)
import migrations
import search.patrol_records  # noqa: F401
from foundation import clock
from foundation.ledger import LEDGER_FILE, Ledger, ledger_address, open_ledger, state_folder
from foundation.on_sqlite import OURS_ONLY
from foundation.revision import BEFORE_ALL, check_revision, head_revision, read_revision
from huiyin.adopt_ledger import adopt
from search.watch_index import watch_again

if TYPE_CHECKING:
    from alembic.config import Config

COPY_MARK = ".before-"
COPY_DAYS = 7  # long enough to notice, far shorter than the days after which texts expire


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done: the revision before and after, and the copy that was made first.

    A ledger on PostgreSQL is not copied: its upgrade is one transaction too, and copies are its administrator's.
    """

    before: str
    after: str
    copy: Path | None


def bring_up(actor: str, folder: Path | None = None) -> Upgraded | None:
    """Upgrade the ledger of a state folder when it is older; None: it is not, or there is none yet.

    Raises:
        LedgerUnusable: A newer program wrote it, it is in use, or it cannot be copied.
    """
    if ledger_address() is None and not ((folder or state_folder()) / LEDGER_FILE).exists():
        return None
    ledger = open_ledger(folder, any_revision=True)
    try:
        with ledger.read() as connection:
            before = read_revision(connection)
            if before is None or before == head_revision():
                return None
            if before > head_revision():
                check_revision(connection, ledger.place)
        copy = copy_ledger(Path(ledger.place)) if ledger.engine.dialect.name == "sqlite" else None
        upgrade_ledger(ledger, actor)
        return Upgraded(before, head_revision(), copy)
    finally:
        ledger.close()


def upgrade_ledger(ledger: Ledger, actor: str) -> None:
    """Bring an open ledger to this program's revision; nothing happens when another process was faster."""
    with ledger.change(actor) as work:
        before = read_revision(work.connection)
        if before is None or before >= head_revision():
            return
        if before == BEFORE_ALL:
            adopt(work.connection, upgrade_to)
        upgrade_to(work.connection, "head")
        watch_again(work)  # on SQLite a table that is built anew loses its triggers
        work.audit("ledger.upgrade", f"revision {head_revision()}", since=before)


def copy_ledger(place: Path) -> Path:
    """Copy a SQLite ledger with everything committed so far, also while it is in use; return the copy."""
    copy = place.with_name(f"{place.name}{COPY_MARK}{head_revision()}-{clock.now():%Y%m%dT%H%M%S}")
    copy.touch(mode=OURS_ONLY)
    with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def drop_copies(folder: Path, days: int = COPY_DAYS) -> int:
    """Delete copies that are `days` old or older (0: all, when a text must be forgotten now); return how many."""
    before = clock.now() - timedelta(days=days)
    copies = sorted(folder.glob(f"{LEDGER_FILE}{COPY_MARK}*"))
    old = [copy for copy in copies if copy.name.rpartition("-")[2] <= f"{before:%Y%m%dT%H%M%S}"]
    for copy in old:
        copy.unlink(missing_ok=True)
    return len(old)


def alembic_config(connection: Connection) -> "Config":
    """Return what Alembic needs to run our migrations on a connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade_to(connection: Connection, revision: str) -> None:
    """Run the missing migrations up to a revision, in the caller's transaction."""
    from alembic import command

    command.upgrade(alembic_config(connection), revision)


def downgrade_to(connection: Connection, revision: str) -> None:
    """Run migrations backwards (for developers: what the older tables have no place for is lost)."""
    from alembic import command

    command.downgrade(alembic_config(connection), revision)
