"""Stage 3: compares an index on Elasticsearch with the ledger, number by number and revision by revision, and repairs.

Both are read in order of post ids, in parts, so that memory stays small whatever they hold. What is missing or old is
queued for the sender; what the ledger does not know or no longer shows is deleted.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from foundation.ledger import Ledger
from search.elastic_index import ElasticIndex
from search.post_table import batches
from search.sqlite_query import VISIBLE
from search.waiting import queue_posts

PART = 5000
NO_REVISION = {"revision": [0]}  # of a document that is not ours


@dataclass(frozen=True, slots=True)
class Difference:
    """What a comparison found: posts on both sides, and how many were missing, old, or should not be there."""

    in_ledger: int
    in_index: int
    missing: int = 0
    old: int = 0
    extra: int = 0
    newer: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether index and ledger hold the same posts in the same revisions."""
        return not (self.missing or self.old or self.extra or self.newer)

    def __str__(self) -> str:
        parts = f"缺 {self.missing}，旧 {self.old}，多 {self.extra}，比账本新 {self.newer}"
        return f"账本 {self.in_ledger} 条，索引 {self.in_index} 条；{parts}"


def verify_generation(
    ledger: Ledger, index: ElasticIndex, generation: int, told: Callable[[int], object]
) -> Difference:
    """Compare and repair; `told` hears how many posts of the ledger were compared. The caller holds the lease.

    `newer`: revisions above the ledger's (it was restored from a backup): only a new generation cures them.
    """
    index.refresh(generation)
    missing: list[int] = []
    old: list[int] = []
    newer: list[int] = []
    extra: dict[int, str] = {}
    theirs = _index_rows(index, generation, extra)
    held = next(theirs, None)
    in_ledger = in_index = 0
    for post_id, revision in _ledger_rows(ledger):
        in_ledger += 1
        while held is not None and held[0] < post_id:
            extra[held[0]] = index.name(generation, held[0])
            held, in_index = next(theirs, None), in_index + 1
        if held is None or held[0] > post_id:
            missing.append(post_id)
            continue
        if held[1] != revision:
            (old if held[1] < revision else newer).append(post_id)
        held, in_index = next(theirs, None), in_index + 1
        if in_ledger % PART == 0:
            told(in_ledger)
    while held is not None:
        extra[held[0]] = index.name(generation, held[0])
        held, in_index = next(theirs, None), in_index + 1
    known = _waiting_or_dead(ledger)
    wrong = [[post_id for post_id in ids if post_id not in known] for ids in (missing, old, list(extra), newer)]
    _repair(ledger, index, [*wrong[0], *wrong[1]], [(extra[post_id], post_id) for post_id in wrong[2]])
    return Difference(in_ledger, in_index, *(len(ids) for ids in wrong))


def _waiting_or_dead(ledger: Ledger) -> set[int]:
    """Return the posts whose difference is known: they changed since, or are among the dead letters."""
    with ledger.read() as connection:
        sql = "SELECT post_id FROM index_waiting UNION SELECT post_id FROM index_dead"
        return {int(row[0]) for row in connection.exec_driver_sql(sql)}


def _ledger_rows(ledger: Ledger) -> Iterator[tuple[int, int]]:
    last = -1
    while True:
        with ledger.read() as connection:
            sql = f"SELECT post_id, revision FROM post WHERE {VISIBLE} AND post_id > ? ORDER BY post_id LIMIT ?"  # noqa: S608
            rows = connection.exec_driver_sql(sql, (last, PART)).all()
        if not rows:
            return
        yield from ((int(row[0]), int(row[1])) for row in rows)
        last = int(rows[-1][0])


def _index_rows(index: ElasticIndex, generation: int, foreign: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Yield post id and revision of everything that a generation holds, in order of ids; `foreign`: in a wrong month.

    Month after month, so that a part asks one index only, and from columns: reading stored documents costs the server
    twice as much.
    """
    body: dict[str, Any] = {"size": PART, "_source": False, "stored_fields": "_none_", "track_total_hits": False}
    body |= {"docvalue_fields": ["revision"], "sort": [{"post_id": "asc"}]}
    for name in index.post_names(generation):
        body.pop("search_after", None)
        while hits := index.client.ask("POST", f"/{name}/_search", body).body["hits"]["hits"]:
            for hit in hits:
                post_id = int(hit["sort"][0])
                if index.name(generation, post_id) == name:
                    yield post_id, int(hit.get("fields", NO_REVISION)["revision"][0])
                else:
                    foreign[post_id] = name
            body["search_after"] = hits[-1]["sort"]


def _repair(ledger: Ledger, index: ElasticIndex, again: list[int], foreign: list[tuple[str, int]]) -> None:
    if again:
        with ledger.change() as work:
            queue_posts(work, again)
    for part in batches(foreign):
        lines = "".join(f'{{"delete":{{"_index":"{name}","_id":"{post_id}"}}}}\n' for name, post_id in part)
        index.client.bulk(lines.encode())
