"""Runs the files of `versions/` on a connection that the caller gives, inside the caller's transaction.

`huiyin.upgrade_ledger` and `tools.make_migration` give it by `config.attributes["connection"]`; there is no alembic.ini.
"""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import DefaultClause

from foundation.revision import is_ours
from foundation.tables import Instant, metadata
from migrations.old_rows import value_for_old_rows


def render_type(kind: str, item: Any, _context: AutogenContext) -> Any:
    """Write `Instant` as what it is in the database: a file of the past must not follow the code of today."""
    return "sa.String(length=32)" if kind == "type" and isinstance(item, Instant) else False


def fill_old_rows(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Give a new column the default of its declaration, for the rows that are there already."""
    for script in directives:
        for change in script.upgrade_ops.ops:
            for step in change.ops if isinstance(change, ops.ModifyTableOps) else ():
                if isinstance(step, ops.AddColumnOp) and step.column.server_default is None:
                    value = value_for_old_rows(step.column)
                    if value is not None:  # a bare text() has no truth, which Alembic asks a default for
                        step.column.server_default = DefaultClause(value)


def only_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out tables that no stage declares: the index's shadow tables and the signatures of each month."""
    return kind != "table" or is_ours(name or "")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column: Alembic copies the table
    render_item=render_type,
    include_name=only_ours,
    process_revision_directives=fill_old_rows,
)
with context.begin_transaction():
    context.run_migrations()
