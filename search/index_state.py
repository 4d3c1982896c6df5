"""Stage 3: which index answers, which generation of it, and which one is being built; one row of the ledger's `meta`.

The ledger says it, not a setting, so that every process changes over in the same transaction and none writes into an
index that nobody reads any more.
"""

from dataclasses import asdict, dataclass
from typing import Literal

import orjson
from sqlalchemy import Connection, select

from foundation.ledger import Work
from foundation.tables import meta

StoreName = Literal["sqlite", "elasticsearch"]
ROW = "index"


@dataclass(frozen=True, slots=True)
class Building:
    """An index that is being built from the ledger: its store, its generation, the last post id that is in it."""

    store: StoreName
    generation: int
    last: int = -1


@dataclass(frozen=True, slots=True)
class IndexState:
    """Which store answers, its generation on Elasticsearch (0: never used), and what is being built beside it.

    `kept` are old generations that wait for someone to drop them: they get no new posts, but lose what must go.
    """

    serving: StoreName = "sqlite"
    generation: int = 0
    building: Building | None = None
    kept: tuple[int, ...] = ()

    def feeds(self, store: StoreName) -> bool:
        """Return whether changes of posts must reach this store."""
        return self.serving == store or (self.building is not None and self.building.store == store)

    def fed_generations(self) -> list[int]:
        """Return the generations on Elasticsearch that changes must reach."""
        served = [self.generation] if self.serving == "elasticsearch" else []
        return served + ([self.building.generation] if self.building and self.building.store == "elasticsearch" else [])


def read_state(connection: Connection) -> IndexState:
    """Return the state; a ledger that never heard of it is served by the embedded index."""
    text = connection.execute(select(meta.c.value).where(meta.c.name == ROW)).scalar()
    if text is None:
        return IndexState()
    values = orjson.loads(text)
    building = values.pop("building")
    kept = tuple(values.pop("kept"))
    return IndexState(**values, kept=kept, building=Building(**building) if building else None)


def write_state(work: Work, state: IndexState) -> None:
    """Store the state."""
    work.connection.exec_driver_sql(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (ROW, orjson.dumps(asdict(state)).decode()),
    )
