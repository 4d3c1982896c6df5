"""Stage 5: proof of a public answer (Z9a.3.5b): that its link lived when it was written down, and held our words.

The page is read outside of the transaction (huiyin/read_link.py). Other people's words stand beside ours on it, so
none of it is kept (PRIVACY.md 2, 7): hashes, and whether our response stood there. Our response itself is in the case;
where it was found on the page, it is the snapshot.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, Text, insert, select

from foundation.ledger import Work
from foundation.tables import Instant, RowId, metadata

reply_proof = Table(
    "reply_proof",
    metadata,
    Column("proof_id", RowId, primary_key=True),
    Column("case_no", String, nullable=False, index=True),
    Column("link", Text, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("status", Integer, nullable=False),  # of HTTP; 0: no answer
    Column("page_hash", String, nullable=False),  # SHA-256 of the page as it was served; empty: not read
    Column("response_hash", String, nullable=False),  # SHA-256 of our response; empty: written before this was noted
    Column("response_found", Boolean, nullable=False),  # whether our response stood on the page
)


@dataclass(frozen=True, slots=True)
class ReplyProof:
    """What a look at a link showed.

    Attributes:
        link: The address.
        status: HTTP status of the last page; 0 when none answered.
        page_hash: SHA-256 of the page as it was served; empty when it could not be read.
        page: What stands there, to look for our response; never stored or shown.
        problem: Why it does not count as living, for people; empty: it lives.
    """

    link: str
    status: int
    page_hash: str = ""
    page: str = field(default="", repr=False)
    problem: str = ""


def keep_proof(work: Work, case_no: str, proof: ReplyProof, response: str) -> dict[str, Any]:
    """Store the proof beside the case, without the page; return what the timeline says of it."""
    found = _holds(proof.page, response)
    work.connection.execute(
        insert(reply_proof).values(
            case_no=case_no,
            link=proof.link,
            checked_at=work.at,
            status=proof.status,
            page_hash=proof.page_hash,
            response_hash=hashlib.sha256(response.encode()).hexdigest(),
            response_found=found,
        )
    )
    return {
        "link_status": proof.status,
        "link_hash": proof.page_hash,
        "link_problem": proof.problem,
        "response_found": found,
    }


def proofs_of(connection: Connection, case_no: str) -> list[Any]:
    """Return the proofs of a case's public answers, oldest first."""
    query = select(reply_proof).where(reply_proof.c.case_no == case_no)
    return list(connection.execute(query.order_by(reply_proof.c.proof_id)))


def _holds(page: str, response: str) -> bool:
    """Return whether the response stands on the page; sites break lines and paragraphs as they like."""
    words = "".join(response.split())
    return bool(words) and words in "".join(page.split())
