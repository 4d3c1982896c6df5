"""Stage 5: links of public answers looked at again (Z9a.3.5b). Proofs in, links that are due out.

A link that lived when it was written down is opened again after a day, a week, a month and three months. One look that
fails may be the site's bad hour: only a second one, an hour later, is told. No page is kept (reply_proof.py).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from cases.case import Case, audit_act, case_file, load_case, note_act
from cases.reply_proof import ReplyProof, keep_proof, proofs_of, reply_proof
from foundation.ledger import MACHINE, Work

AFTER = tuple(timedelta(days=days) for days in (1, 7, 30, 90))  # 产品默认
AGAIN = timedelta(hours=1)  # after a look that failed
LIVES = 200  # HTTP
BELIEVED = 2  # so many failed looks in a row are told, once
ACT = "link_gone"


@dataclass(frozen=True, slots=True)
class Look:
    """A link that is to be looked at again."""

    case_no: str
    link: str


def due_looks(connection: Connection, now: datetime) -> list[Look]:
    """Return the links that are due, those looked at longest ago first; none of help-first cases."""
    query = select(reply_proof).join(case_file, case_file.c.case_no == reply_proof.c.case_no)
    order = (reply_proof.c.case_no, reply_proof.c.link, reply_proof.c.proof_id)
    rows = connection.execute(query.where(~case_file.c.restricted).order_by(*order)).all()
    due = []
    for (case_no, link), group in groupby(rows, key=lambda row: (row.case_no, row.link)):
        looks = list(group)
        if is_due(looks, now):
            due.append((looks[-1].checked_at, Look(case_no, link)))
    return [look for _, look in sorted(due, key=lambda pair: pair[0])]


def is_due(looks: list[Any], now: datetime) -> bool:
    """Tell whether a link is to be looked at now, from the looks at it so far (oldest first). Pure."""
    first, last = looks[0], looks[-1]
    if first.status != LIVES:
        return False  # it was published with a reason: nobody expects it to live
    if failures(looks) == 1:
        return bool(now - last.checked_at >= AGAIN)
    return any(last.checked_at < first.checked_at + after <= now for after in AFTER)


def failures(looks: list[Any]) -> int:
    """Return how many looks in a row, up to the last, found no living link or our words gone from it. Pure."""
    count = 0
    for look in reversed(looks):
        words_gone = looks[0].response_found and look.response_hash == looks[0].response_hash
        if look.status == LIVES and not (words_gone and not look.response_found):
            break
        count += 1
    return count


def note_look(work: Work, look: Look, proof: ReplyProof) -> bool:
    """Keep what a look showed; return whether it is now told that the answer is gone."""
    case = load_case(work.connection, look.case_no)
    keep_proof(work, look.case_no, proof, case.response)
    looks = [row for row in proofs_of(work.connection, look.case_no) if row.link == look.link]
    if case.restricted or failures(looks) != BELIEVED:
        return False
    reason = proof.problem or "页上的答复不见了"
    _tell(work, case, reason)
    return True


def _tell(work: Work, case: Case, reason: str) -> None:
    note_act(work, case.case_no, ACT, MACHINE, {"reason": reason})
    audit_act(work, case.case_no, ACT, MACHINE, {})
    work.tell("case.link_gone", case.case_no, reason=reason, restricted=case.restricted)
