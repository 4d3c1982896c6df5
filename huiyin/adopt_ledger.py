"""The application: takes over a ledger made before revisions were written down, whatever stage of building it is from.

Its tables are set aside, those of revision 0001 are made, and every row is copied: what has another name today goes to
its new place, what is new gets the value that its absence meant. A table with a column that has no place is kept.
"""

from collections.abc import Callable

from sqlalchemy import Boolean, Connection, Float, Integer, inspect
from sqlalchemy.types import JSON

from foundation.audit import guard_audit
from foundation.revision import is_ours

FIRST = "0001"
ASIDE = "before_revisions_"
RENAMED = {  # today's table → today's column → what it was called
    "silence": {"made_by": "author"},
    "patrol": {"patrol_id": "round_id"},
}
TABLE_WAS = {"patrol": "source_round"}
ABSENT = {  # what the absence of a column meant; other columns: empty, nothing, zero
    ("thread_mark", "pages"): "1",
    ("case_file", "extensions"): "'{}'",
    ("case_file", "own_fields"): "'{}'",
    ("source_state", "rhythm"): "'{}'",
    ("source_state", "expected"): "'[0, 0]'",
}


def adopt(connection: Connection, upgrade_to: Callable[[Connection, str], None]) -> None:
    """Bring an old SQLite ledger to revision 0001 in the caller's transaction."""
    old = {name: _columns(connection, name) for name in inspect(connection).get_table_names() if is_ours(name)}
    _set_aside(connection, list(old))
    upgrade_to(connection, FIRST)
    used: dict[str, set[str]] = {}
    for name in inspect(connection).get_table_names():
        source = name if name in old else TABLE_WAS.get(name, "")
        if source in old and not name.startswith(ASIDE):
            used.setdefault(source, set()).update(_copy(connection, name, source, old[source]))
    for name, columns in old.items():
        if columns <= used.get(name, set()):
            connection.exec_driver_sql(f"DROP TABLE {ASIDE}{name}")
    connection.exec_driver_sql("INSERT INTO post_fts (post_fts) VALUES ('rebuild')")
    guard_audit(connection)


def _columns(connection: Connection, table: str) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(table)}


def _set_aside(connection: Connection, tables: list[str]) -> None:
    """Rename the old tables; their indexes, triggers and the search table would bear the names of the new ones."""
    asked = "SELECT type, name FROM sqlite_master WHERE (type = 'index' AND sql IS NOT NULL) OR type = 'trigger'"
    for kind, name in connection.exec_driver_sql(asked).all():
        connection.exec_driver_sql(f"DROP {kind} {name}")
    connection.exec_driver_sql("DROP TABLE IF EXISTS post_fts")
    for name in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{name}" RENAME TO {ASIDE}{name}')


def _copy(connection: Connection, table: str, source: str, known: set[str]) -> set[str]:
    """Copy all rows; return the old columns that found a place."""
    names, values, used = [], [], set()
    for column in inspect(connection).get_columns(table):
        name = str(column["name"])
        was = name if name in known else RENAMED.get(table, {}).get(name, name)
        if was in known:
            used.add(was)
        elif column["nullable"]:
            continue
        names.append(f'"{name}"')
        values.append(f'"{was}"' if was in known else ABSENT.get((table, name), _nothing(column["type"])))
    place, given = ", ".join(names), ", ".join(values)
    connection.exec_driver_sql(f"INSERT INTO {table} ({place}) SELECT {given} FROM {ASIDE}{source}")  # noqa: S608
    return used


def _nothing(kind: object) -> str:
    if isinstance(kind, JSON):
        return "'[]'"
    return "0" if isinstance(kind, Integer | Float | Boolean) else "''"
