"""Statements are compiled once a test process, not once an opened ledger.

Each command opens the ledger anew, and each engine of SQLAlchemy compiles every statement for itself: a third of what
`main(["case", …])` costs in a test. Engines of SQLite differ in nothing but their file, so they may share their dialect
and, by SQLAlchemy's own option `compiled_cache`, what it compiled. What is asked of the database stays the same.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

COMPILED = 5000  # the suite asks for some thousand different statements

Open = Callable[[Path, int], Engine]


def sharing(open_engine: Open) -> Open:
    """Return `sqlite_engine` such that all its engines compile together."""
    with TemporaryDirectory() as place:
        first = open_engine(Path(place) / "first.sqlite3", 1)
        with first.connect():  # the dialect asks the library what it can
            pass
        first.dispose()
    compiled = LRUCache(COMPILED)

    def opened(path: Path, busy_seconds: int) -> Engine:
        engine = open_engine(path, busy_seconds)
        engine.dialect = engine.pool._dialect = first.dialect
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    return opened
