"""Stage 5: the words with which a letter to the message board is acknowledged (Z9a.3.1). Case and clocks in, text out.

A person copies them to the board; nothing is posted by the program.
"""

from collections.abc import Iterable
from typing import Any

from cases.case import Case
from cases.plan_timers import PUBLIC_WORDS
from foundation.clock import for_people

MESSAGE_BOARD = "message_board"


def receipt_text(case: Case, timers: Iterable[Any]) -> str:
    """Return the receipt with the 受理号 (the case's number) and the promise; empty where nobody wrote to a board."""
    if case.source_kind != MESSAGE_BOARD or case.restricted or not case.is_open:
        return ""
    dues = [row.due_at for row in timers if row.state == "open" and row.done_by in PUBLIC_WORDS]
    promise = f"将于 {for_people(min(dues))} 前答复" if dues else "将尽快答复"
    return f"您的留言已受理，受理号 {case.case_no}，{promise}。"
