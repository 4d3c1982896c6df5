"""Stage 5: numbers of documents, one sequence a year and kind: 督办单 by hand (Z9a.3.4b) or overdue (Z9a.3.4), 通报."""

from sqlalchemy import func, select

from cases.case import case_act
from foundation.clock import at_school
from foundation.ledger import Work
from foundation.tables import fact

SUPERVISION, CIRCULAR = "supervise", "sign_circular"  # acts that make a document
PREFIXES = {SUPERVISION: "DB", CIRCULAR: "TB"}  # 督办, 通报


def next_document_no(work: Work, act: str = SUPERVISION) -> str:
    """Return the next number of the school's year: DB-2026-0001."""
    prefix = f"{PREFIXES[act]}-{at_school(work.at).year}-"
    by_hand = select(func.count()).where(case_act.c.act == act)
    by_hand = by_hand.where(case_act.c.data["number"].as_string().startswith(prefix))
    overdue = select(func.count()).where(fact.c.kind == "timer.step")
    overdue = overdue.where(fact.c.data["document"].as_string().startswith(prefix))
    used = sum(int(work.connection.execute(query).scalar() or 0) for query in (by_hand, overdue))
    return f"{prefix}{used + 1:04d}"
