"""Stage 5: an act about to happen, as guards and setters see it; and the one way in which a guard says no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from cases.case import Act, Case
from cases.policy import Policy
from cases.reply_proof import ReplyProof
from cases.transitions import Transition, legal_words
from foundation.errors import Refused
from foundation.school import School


@dataclass(frozen=True, slots=True)
class Deed:
    """An act about to happen: who, on which case as it stands, with what written, after which acts, on what clocks."""

    school: School
    policy: Policy
    case: Case
    transition: Transition
    by: str
    held: frozenset[str]
    written: dict[str, Any]
    acts: Sequence[Act]
    at: datetime
    running: Sequence[Any] = ()
    proof: ReplyProof | None = None  # of the link written, when somebody looked


def refuse(deed: Deed, what: str, next_step: str) -> NoReturn:
    """Say that the act may not be done, what to do instead, and which acts are legal; help-first cases name none.

    Raises:
        Refused: Always.
    """
    legal = "" if deed.case.restricted else f"。现在可以做的：{legal_words(deed.case)}"
    raise Refused(what, f"{deed.case.case_no} {deed.transition.act}", next_step + legal)
