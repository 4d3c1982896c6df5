"""Ground floor: which revision of the schema a ledger has, and which one this program needs.

Revisions are numbered files in `migrations/versions`; the number of the last one is the program's. The row that says a
ledger's is Alembic's own (`alembic_version`). A ledger without it was made before revisions were written down.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from foundation.errors import LedgerMissing, LedgerUnusable
from foundation.tables import meta

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
BEFORE_ALL = "0000"  # a ledger made before revisions were written down
DERIVED = ("post_fts", "signature_", "fresh_signature_", "alembic_version")  # tables that no stage declares
revision_row = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


@cache
def head_revision() -> str:
    """Return the revision that this program reads and writes, e.g. `0003`."""
    return max((path.name[:4] for path in VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py")), default=BEFORE_ALL)


def read_revision(connection: Connection) -> str | None:
    """Return a ledger's revision; None when the database holds no ledger at all."""
    tables = inspect(connection)
    if not tables.has_table(meta.name):
        return None
    if not tables.has_table(revision_row.name):
        return BEFORE_ALL
    return connection.execute(select(revision_row.c.version_num)).scalar() or BEFORE_ALL


def stamp_head(connection: Connection) -> None:
    """Say in a ledger that was just made that it has the program's revision."""
    revision_row.create(connection, checkfirst=True)
    connection.execute(revision_row.insert().values(version_num=head_revision()))


def check_revision(connection: Connection, place: str) -> None:
    """Refuse a ledger whose tables are not those of this program.

    Raises:
        LedgerUnusable: It is older (upgrade it) or newer (a newer program wrote it); says which.
    """
    known = read_revision(connection)
    if known is None:
        raise LedgerMissing("账本还没有建好", place, "先运行 huiyin apply 学校文件夹")
    if known < head_revision():
        what = f"账本是旧版程序建的（表结构第 {known} 号，这个程序要第 {head_revision()} 号）"
        raise LedgerUnusable(what, place, "停下正在运行的 huiyin，再运行 huiyin ledger upgrade（先自动留一份副本）")
    if known > head_revision():
        what = f"账本已被更新的程序升级（表结构第 {known} 号，这个程序只认到第 {head_revision()} 号）"
        raise LedgerUnusable(what, place, "换回新版程序，或用升级前留下的副本")


def is_ours(table: str) -> bool:
    """Return whether a stage declares this table, and not a step of work that makes its own."""
    return not table.startswith(DERIVED)
