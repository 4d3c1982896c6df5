"""Stage 6: reminders that lost their point before they went out. A ladder's later word in, fewer waiting rows out.

督办 mutes a waiting 催办 of the same timer, 通报 both; a timer whose act has happened takes its reminders along.
"""

from sqlalchemy import select, update

from alerts.outbox_rows import is_unclaimed
from foundation import clock
from foundation.ledger import Work
from foundation.tables import outbox, timer

LADDER = ("remind_50", "remind_20", "due", "催办", "督办", "通报")
STEP_KEY_PARTS = 6  # case:timer:step:due:channel:recipient


def drop_lower(work: Work, case_no: str, timer_id: int, step: str) -> int:
    """Skip the waiting rows of lower steps of a timer; return how many."""
    lower = LADDER[: LADDER.index(step)] if step in ("督办", "通报") else ()
    return sum(_skip(work, f"{case_no}:{timer_id}:{word}:", f"{step}已发出") for word in lower)


def is_moot(work: Work, dedupe_key: str) -> bool:
    """Return whether a row is a step of a timer that no longer runs."""
    parts = dedupe_key.split(":")
    if len(parts) != STEP_KEY_PARTS or not parts[1].isdigit():
        return False
    state = work.connection.execute(select(timer.c.state).where(timer.c.timer_id == int(parts[1]))).scalar()
    return state is not None and state != "open"


def _skip(work: Work, prefix: str, reason: str) -> int:
    waiting = (
        outbox.c.state == "pending",
        is_unclaimed(clock.real_seconds()),
        outbox.c.dedupe_key.startswith(prefix, autoescape=True),
    )
    return int(work.connection.execute(update(outbox).where(*waiting).values(state="skipped", error=reason)).rowcount)
