"""Stage 5: what people wrote beside cases, once its days are over. Instant in, count of rows out; numbers stay.

What was found and done in archived cases and every opinion and reason of their acts (the published answer, cause,
lessons, instants and numbers stay; the audit chain never held a word). Notes of hand-overs, reasons of swaps, words and
answers of tasks that ended, filed 预警事项 that are over; what belongs to a case that still runs keeps its words
(PRIVACY.md 7).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Text, bindparam, cast, or_, select, update

from cases.case import case_act, case_file
from cases.forewarn import forewarning
from cases.handover import handover
from cases.roster import shift_swap
from cases.task import OPEN, task
from cases.transitions import CLOSED
from foundation.ledger import Work

WRITTEN = ("opinion", "reason", "words", "harm", "fact_note", "disposition", "nature_why", "impact", "risk")


def forget_notes(work: Work, before: datetime, running: Collection[str]) -> int:
    """Erase texts written at `before` or earlier; return how many rows lost theirs.

    Args:
        work: The unit of work.
        before: What was written at this instant or earlier is old.
        running: Numbers of cases that still run: the words of their tasks stay.
    """
    notes = update(handover).where(handover.c.at <= before, handover.c.note != "").values(note="")
    reasons = update(shift_swap).where(shift_swap.c.asked_at <= before, shift_swap.c.reason != "").values(reason="")
    ended = (task.c.state != OPEN, task.c.ended_at <= before, task.c.case_no.not_in(running), task.c.words != "")
    words = update(task).where(*ended).values(words="", outside="", answer="")
    busy = select(case_file.c.event_id).where(case_file.c.state.not_in(CLOSED))
    foreseen = update(forewarning).where(forewarning.c.ends_at <= before, forewarning.c.title != "")
    foreseen = foreseen.where(or_(forewarning.c.event_id.is_(None), forewarning.c.event_id.not_in(busy)))
    filed = foreseen.values(title="", holding_line="", signs=[])
    erased = sum(int(work.connection.execute(change).rowcount) for change in (notes, reasons, words, filed))
    return erased + _forget_written(work, before)


def _forget_written(work: Work, before: datetime) -> int:
    """Erase what people wrote on the way of cases that were closed at `before` or earlier."""
    old = select(case_file.c.case_no).where(case_file.c.state.in_(CLOSED), case_file.c.closed_at <= before)
    texts = update(case_file).where(
        case_file.c.case_no.in_(old), or_(case_file.c.fact_note != "", case_file.c.disposition != "")
    )
    erased = int(work.connection.execute(texts.values(fact_note="", disposition="")).rowcount)
    told = cast(case_act.c.data, Text)
    holding = select(case_act.c.seq, case_act.c.data).where(
        case_act.c.case_no.in_(old), case_act.c.at <= before, or_(*(told.like(f'%"{name}"%') for name in WRITTEN))
    )
    rows = [
        {"key": seq, "kept": {name: value for name, value in data.items() if name not in WRITTEN}}
        for seq, data in work.connection.execute(holding)
        if any(name in data for name in WRITTEN)
    ]
    if rows:
        kept = update(case_act).where(case_act.c.seq == bindparam("key")).values(data=bindparam("kept"))
        work.connection.execute(kept, rows)
    return erased + len(rows)
