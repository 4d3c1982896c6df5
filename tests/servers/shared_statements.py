"""Statements are compiled once a test process, not once an opened ledger.

Each command opens the ledger anew, and each engine of SQLAlchemy compiles every statement for itself: a third of what
`main(["case", …])` costs in a test. Engines of one kind of database differ in nothing but their place, so they may
share their dialect and, by SQLAlchemy's own option `compiled_cache`, what it compiled. What is asked of the database
stays the same.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.util import LRUCache

COMPILED = 5000  # the suite asks for some thousand different statements

Open = Callable[[Any, int], Engine]


def sharing(open_engine: Open) -> Open:
    """Return `sqlite_engine` or `postgres_engine` such that all engines that it makes compile together."""
    ready: list[Dialect] = []  # the first that a connection has told what its database can
    compiled = LRUCache(COMPILED)

    def opened(place: Any, busy_seconds: int) -> Engine:
        engine = open_engine(place, busy_seconds)
        if ready:
            engine.dialect = engine.pool._dialect = ready[0]
        else:
            event.listen(engine, "connect", lambda *_: ready.append(engine.dialect), once=True)
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    return opened
