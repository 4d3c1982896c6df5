"""Stage 3: notes in the ledger that texts were overwritten on Elasticsearch and must be merged out of its files."""

from sqlalchemy import Connection, delete, select

from foundation import clock
from foundation.ledger import Work
from foundation.tables import meta

EXPUNGE_AFTER = 900.0  # real seconds: servers keep overwritten documents for their replicas for some minutes
EXPUNGE_ROW = "index_expunge"  # row of `meta`: real seconds at which forgotten texts shall be merged away


def note_expunge(work: Work) -> None:
    """Ask for a merge some minutes from now."""
    work.connection.exec_driver_sql(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (EXPUNGE_ROW, str(clock.real_seconds() + EXPUNGE_AFTER)),
    )


def expunge_due(connection: Connection) -> str:
    """Return the note whose time has come; empty when there is none."""
    due = connection.execute(select(meta.c.value).where(meta.c.name == EXPUNGE_ROW)).scalar()
    return "" if due is None or float(due) > clock.real_seconds() else str(due)


def forget_note(work: Work, due: str) -> None:
    """Take the note off, unless a newer one was written meanwhile."""
    work.connection.execute(delete(meta).where(meta.c.name == EXPUNGE_ROW, meta.c.value == due))
