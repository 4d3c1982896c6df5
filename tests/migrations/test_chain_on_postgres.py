"""The migrations on PostgreSQL: they lead to the declared schema, down to nothing, and up again."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, SmallInteger, create_engine, inspect

from foundation.ledger import read_address
from foundation.on_postgres import DRIVER, postgres_engine
from foundation.revision import is_ours
from foundation.tables import metadata
from huiyin.upgrade_ledger import downgrade_to, upgrade_to
from huiyin.wiring import TABLES


def other_type(_context, _seen, _declared, seen_type, declared_type):
    """Booleans are stored as 0 and 1; None: compare as usual."""
    return False if isinstance(declared_type, Boolean) and isinstance(seen_type, SmallInteger) else None


@pytest.fixture
def engines(postgres_databases):
    """Our engine, and a plain one: SQLAlchemy's own look at the catalogue asks for true and false."""
    assert TABLES
    address = read_address(postgres_databases(with_tables=False))
    ours, plain = postgres_engine(address, 5), create_engine(address.set(drivername=DRIVER))
    yield ours, plain
    ours.dispose()
    plain.dispose()


def test_migrations_lead_to_the_declared_schema_and_go_down_and_up_again(engines):
    ours, plain = engines
    options = {
        "include_name": lambda name, kind, _parents: kind != "table" or is_ours(name),
        "compare_type": other_type,
    }
    with ours.begin() as connection:
        upgrade_to(connection, "head")
    with plain.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    with ours.begin() as connection:
        downgrade_to(connection, "base")
        left = [name for name in inspect(connection).get_table_names() if is_ours(name)]
        upgrade_to(connection, "head")

        assert {name for name in inspect(connection).get_table_names() if is_ours(name)} == set(metadata.tables)
    assert found == []
    assert left == []
