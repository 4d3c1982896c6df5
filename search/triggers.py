"""Stage 3: what the ledger itself does after each change of a row, said once for both of its databases.

SQLite keeps the statement in the trigger; PostgreSQL wants a function, which gets the trigger's name.
"""

from foundation.ledger import Work

POSTGRES = "postgresql"


def note_after(work: Work, name: str, moment: str, table: str, statement: str) -> None:
    """Run `statement` after each change of a row from now on; nothing happens when that is done already.

    Args:
        work: Whose connection is used; the trigger commits with it.
        name: Of the trigger; our own word, as all that follows.
        moment: INSERT, UPDATE OF column, DELETE.
        table: Whose rows.
        statement: SQL that both databases know; it may name NEW and OLD.
    """
    when = f"AFTER {moment} ON {table} FOR EACH ROW"
    if work.connection.dialect.name == POSTGRES:
        body = f"BEGIN {statement}; RETURN NULL; END"
        run = work.connection.exec_driver_sql
        run(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql")
        run(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")
    else:
        work.connection.exec_driver_sql(f"CREATE TRIGGER IF NOT EXISTS {name} {when} BEGIN {statement}; END")


def stop_noting(work: Work, name: str, table: str) -> None:
    """Take a trigger away; nothing happens when there is none."""
    on_table = f" ON {table}" if work.connection.dialect.name == POSTGRES else ""
    work.connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on_table}")
