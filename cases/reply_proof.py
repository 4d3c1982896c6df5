"""Stage 5: proof of a public answer (Z9a.3.5b): that its link lived when it was written down, and what stood there.

The page is read outside of the transaction (huiyin/read_link.py); its redacted text is kept as the snapshot, and its
hash stands in the timeline.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, Text, insert, select

from foundation.ledger import Work
from foundation.tables import Instant, RowId, metadata

reply_snapshot = Table(
    "reply_snapshot",
    metadata,
    Column("snapshot_id", RowId, primary_key=True),
    Column("case_no", String, nullable=False, index=True),
    Column("link", Text, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("status", Integer, nullable=False),  # of HTTP; 0: no answer
    Column("text", Text, nullable=False),  # as the page reads, without personal data
    Column("hash", String, nullable=False),  # SHA-256 of the text
)


@dataclass(frozen=True, slots=True)
class LinkProof:
    """What a look at a link showed.

    Attributes:
        link: The address.
        status: HTTP status of the last page; 0 when none answered.
        text: What stands there, redacted; empty when it could not be read.
        hash: SHA-256 of the text.
        problem: Why it does not count as living, for people; empty: it lives.
    """

    link: str
    status: int
    text: str = ""
    hash: str = ""
    problem: str = ""

    @property
    def said(self) -> dict[str, Any]:
        """What the timeline says of it: no text."""
        return {"link_status": self.status, "link_hash": self.hash, "link_problem": self.problem}


def keep_proof(work: Work, case_no: str, proof: LinkProof) -> None:
    """Store the snapshot beside the case."""
    work.connection.execute(
        insert(reply_snapshot).values(
            case_no=case_no, link=proof.link, checked_at=work.at, status=proof.status, text=proof.text, hash=proof.hash
        )
    )


def proofs_of(connection: Connection, case_no: str) -> list[Any]:
    """Return the snapshots of a case, oldest first."""
    query = select(reply_snapshot).where(reply_snapshot.c.case_no == case_no)
    return list(connection.execute(query.order_by(reply_snapshot.c.snapshot_id)))
