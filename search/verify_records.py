"""Stage 3: compares cases, patrol rounds and other records on Elasticsearch with the ledger, and repairs, as for posts.

They are few (some hundred thousand at most), so both sides are held in memory.
"""

from foundation.ledger import Ledger
from search.elastic_index import MISSING, ElasticIndex
from search.post_table import batches
from search.records import KINDS, RecordKind, known_revisions, queue_records
from search.verify_index import PART, Difference


def verify_records(ledger: Ledger, index: ElasticIndex, generation: int) -> dict[str, Difference]:
    """Compare and repair every kind; return kind → what was found. The caller holds the lease."""
    index.refresh(generation)
    return {name: _verify(ledger, index, kind, generation) for name, kind in KINDS.items()}


def _verify(ledger: Ledger, index: ElasticIndex, kind: RecordKind, generation: int) -> Difference:
    name = index.record_name(kind.name, generation)
    theirs = _index_revisions(index, name, kind)
    with ledger.read() as connection:
        ours = known_revisions(connection, kind)
        known = _waiting_or_refused(ledger, kind)
    missing = [key for key in ours if key not in theirs and key not in known]
    old = [key for key, revision in ours.items() if theirs.get(key, revision) < revision and key not in known]
    newer = [key for key, revision in ours.items() if theirs.get(key, revision) > revision and key not in known]
    extra = [key for key in theirs if key not in ours and key not in known]
    with ledger.change() as work:
        queue_records(work, kind, [*missing, *old])
    for part in batches(extra):
        lines = "".join(f'{{"delete":{{"_index":"{name}","_id":"{key}"}}}}\n' for key in part)
        index.client.bulk(lines.encode())
    return Difference(len(ours), len(theirs), len(missing), len(old), len(extra), len(newer))


def _waiting_or_refused(ledger: Ledger, kind: RecordKind) -> set[str]:
    """Return the records whose difference is known: they changed since, or were refused."""
    sql = "SELECT record_id FROM index_record WHERE kind = ? AND (waiting = 1 OR refused <> '')"
    with ledger.read() as connection:
        return {str(row[0]) for row in connection.exec_driver_sql(sql, (kind.name,))}


def _index_revisions(index: ElasticIndex, name: str, kind: RecordKind) -> dict[str, int]:
    body = {"size": PART, "_source": False, "version": True, "sort": [{kind.key: "asc"}], "track_total_hits": False}
    found: dict[str, int] = {}
    while True:
        answer = index.client.ask("POST", f"/{name}/_search", body, allow=(MISSING,))
        hits = answer.body.get("hits", {}).get("hits", [])
        if not hits:
            return found
        found |= {str(hit["_id"]): int(hit["_version"]) for hit in hits}
        body["search_after"] = hits[-1]["sort"]
