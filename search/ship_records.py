"""Stage 3: ships cases, patrol rounds and whatever else is searchable besides posts, as `sender.py` ships posts.

A record that may be searched is sent whole, any other is deleted; the version is its revision. The caller holds the
lease.
"""

from collections.abc import Mapping

from foundation.ledger import Ledger
from search.bulk_answers import advice, sort_answers
from search.elastic_client import RequestTooLarge, ServerAway
from search.elastic_index import ElasticIndex
from search.index_state import IndexState
from search.mapping import record_line
from search.note_expunge import note_expunge
from search.records import (
    BATCH_RECORDS,
    KINDS,
    Document,
    RecordKind,
    known_revisions,
    settle_records,
    waiting_records,
)


class RecordShipper:
    """Ships to the generations of one school's index."""

    def __init__(self, ledger: Ledger, index: ElasticIndex) -> None:
        self.ledger = ledger
        self.index = index

    def send_waiting(self, state: IndexState) -> tuple[int, int]:
        """Ship everything that waits; return how many were shipped and how many refused for good.

        Raises:
            HuiyinError: The server is away or refuses the key; what is unsent still waits.
        """
        shipped = dead = 0
        for kind in KINDS.values():
            while True:
                with self.ledger.read() as connection:
                    waiting = waiting_records(connection, kind)
                    documents = kind.load(connection, list(waiting))
                if not waiting:
                    break
                refused: dict[str, str] = {}
                for generation in state.fed_generations():
                    refused |= self.ship(kind, waiting, documents, generation, state.generation)
                wordless = {key: revision for key, revision in waiting.items() if not _has_words(kind, documents, key)}
                for generation in state.kept:
                    self._withdraw(kind, wordless, generation)
                with self.ledger.change() as work:
                    settle_records(work, kind, waiting, refused)
                    if any(revision > 1 for revision in wordless.values()):
                        note_expunge(work)
                shipped, dead = shipped + len(waiting) - len(refused), dead + len(refused)
        return shipped, dead

    def fill(self, generation: int, serving: int) -> int:
        """Ship every record of the ledger into a generation that is being built; return how many."""
        count = 0
        for kind in KINDS.values():
            self.index.ensure([self.index.record_name(kind.name, generation)], serving)
            with self.ledger.read() as connection:
                revisions = known_revisions(connection, kind)
            keys = list(revisions)
            for start in range(0, len(keys), BATCH_RECORDS):
                part = {key: revisions[key] for key in keys[start : start + BATCH_RECORDS]}
                with self.ledger.read() as connection:
                    documents = kind.load(connection, list(part))
                self.ship(kind, part, documents, generation, serving)
                count += len(documents)
        return count

    def ship(
        self, kind: RecordKind, revisions: Mapping[str, int], documents: Mapping[str, Document], *generations: int
    ) -> dict[str, str]:
        """Send records to one generation (`generations`: it, and the one that serves); return key → reason of refused.

        Raises:
            ServerAway: Some were not taken now: all are sent again later, which does no harm.
        """
        generation, serving = generations
        name = self.index.record_name(kind.name, generation)
        self.index.ensure([name], serving)
        lines = b"".join(_line(name, key, revision, documents.get(key)) for key, revision in revisions.items())
        try:
            answers = sort_answers(self.index.client.bulk(lines))
        except RequestTooLarge:
            if len(revisions) == 1:
                return dict.fromkeys(revisions, "too_large")
            halves = list(revisions.items())
            first, second = dict(halves[: len(halves) // 2]), dict(halves[len(halves) // 2 :])
            refused = self.ship(kind, first, documents, generation, serving)
            return refused | self.ship(kind, second, documents, generation, serving)
        if answers.later:
            self.index.forget_known()
            where = f"{self.index.client.where}（{answers.later}）"
            raise ServerAway("Elasticsearch 现在收不下", where, advice(answers.later))
        keys = list(revisions)
        return {keys[position]: reason for position, reason in answers.refused.items()}

    def _withdraw(self, kind: RecordKind, revisions: Mapping[str, int], generation: int) -> None:
        """Delete from a generation that is only kept."""
        name = self.index.record_name(kind.name, generation)
        lines = b"".join(_line(name, key, revision, None) for key, revision in revisions.items())
        if lines:
            self.index.client.bulk(lines)


def _line(name: str, key: str, revision: int, document: Document | None) -> bytes:
    """Return a record's lines of a bulk request; keys are our own numbers and need no quoting."""
    place = f'"_index":"{name}","_id":"{key}","version":{revision},"version_type":"external"'
    if document is None:
        return f'{{"delete":{{{place}}}}}\n'.encode()
    return f'{{"index":{{{place}}}}}\n'.encode() + record_line(document)


def _has_words(kind: RecordKind, documents: Mapping[str, Document], key: str) -> bool:
    """Return whether a record stands in the index with all the words it could have."""
    if key not in documents:
        return False
    texts = [name for name, about in kind.fields.items() if about.kind == "text"]
    return all(documents[key].get(name) for name in texts)
