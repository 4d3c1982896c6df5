"""Stage 5: what people wrote beside cases, once its days are over. Instant in, count of rows out; numbers stay.

Notes of hand-overs, reasons of swaps, words and answers of tasks that ended, filed 预警事项 that are over; what belongs
to a case that still runs keeps its words (privacy.md 7).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select, update

from cases.case import case_file
from cases.forewarn import forewarning
from cases.handover import handover
from cases.roster import shift_swap
from cases.task import OPEN, task
from cases.transitions import CLOSED
from foundation.ledger import Work


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
    return sum(int(work.connection.execute(change).rowcount) for change in (notes, reasons, words, filed))
