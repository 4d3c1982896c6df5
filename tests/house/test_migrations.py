"""The schema stands once, in the code of the stages; migrations lead every older ledger to exactly that schema."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from foundation.audit import guard_audit
from foundation.revision import VERSIONS, head_revision, is_ours
from foundation.tables import metadata
from huiyin.upgrade_ledger import alembic_config, downgrade_to, upgrade_to
from huiyin.wiring import TABLES

ROOT = Path(__file__).parents[2]
PRODUCT = ("foundation", "crawler", "pipelines", "search", "events", "cases", "alerts", "huiyin")
OTHERS_WORDS = "sqlalchemy.dialects.sqlite"
AGAIN = 'run: make migration M="what is different" (main moved on: delete your file first)'


@pytest.fixture
def empty(tmp_path):
    assert TABLES  # imported: the tables of all stages are declared
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def differences(connection: Connection) -> list[object]:
    ours = {"include_name": lambda name, kind, _parents: kind != "table" or is_ours(name), "compare_type": True}
    return compare_metadata(MigrationContext.configure(connection, opts=ours), metadata)


def schema_of(connection: Connection) -> dict[str, object]:
    """Return everything of a schema that may differ, but for the order of columns, which no statement relies on."""
    asked = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' ORDER BY name"
    found: dict[str, object] = {}
    for kind, name, table, sql in connection.exec_driver_sql(asked):
        if kind == "table":
            columns = connection.exec_driver_sql(f"PRAGMA table_xinfo('{name}')").all()
            unique = [
                {row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info('{index[1]}')")}
                for index in connection.exec_driver_sql(f"PRAGMA index_list('{name}')")
                if index[3] != "c"
            ]
            found[name] = sorted((row[1], row[2], row[3], row[5]) for row in columns), sorted(map(sorted, unique))
        elif sql:
            found[f"{name} on {table}"] = re.sub(r"\s+|IF NOT EXISTS ", "", sql)
    return found


def test_every_declared_table_is_known_to_the_migrations():
    named = set()
    for stage in PRODUCT:
        for path in (ROOT / stage).rglob("*.py"):
            named |= set(re.findall(r'\bTable\([^()]*?"(\w+)",\s*metadata', path.read_text()))

    assert named == set(metadata.tables), "import the new module of tables in huiyin/wiring.py TABLES"


def test_migrations_are_one_numbered_chain():
    files = sorted(path.name for path in VERSIONS.glob("*.py"))
    numbers = [name[:4] for name in files]

    assert numbers == [f"{number:04d}" for number in range(1, len(files) + 1)], f"two files with one number: {AGAIN}"

    with create_engine("sqlite://").connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
        chain = [step.revision for step in script.walk_revisions()][::-1]
    assert chain == numbers
    assert head_revision() == numbers[-1]


def test_the_last_migration_leads_to_the_declared_schema(empty):
    upgrade_to(empty, "head")

    assert differences(empty) == [], AGAIN


def test_a_new_ledger_and_a_migrated_one_are_the_same(empty):
    upgrade_to(empty, "head")
    migrated = schema_of(empty)
    with create_engine("sqlite://").begin() as connection:
        metadata.create_all(connection)
        guard_audit(connection)
        made = schema_of(connection)

    assert {name: (made.get(name), migrated.get(name)) for name in made.keys() ^ migrated.keys()} == {}
    assert {name: (made[name], migrated[name]) for name in made if made[name] != migrated[name]} == {}, AGAIN


def test_migrations_go_down_and_up_again(empty):
    upgrade_to(empty, "head")
    first = schema_of(empty)
    downgrade_to(empty, "base")
    left = schema_of(empty)
    upgrade_to(empty, "head")

    assert left == {}
    assert schema_of(empty) == first


def test_upserts_are_written_in_the_words_that_both_databases_know():
    """SQLAlchemy's upsert of PostgreSQL compiles for SQLite too, not the other way round."""
    asked = [path for stage in PRODUCT for path in (ROOT / stage).rglob("*.py") if OTHERS_WORDS in path.read_text()]

    assert asked == []
