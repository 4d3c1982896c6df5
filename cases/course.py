"""Stage 5: what the course of a case says so far. Case and acts in; approvals that count and what is owed out. Pure."""

import hashlib
from collections.abc import Sequence

from cases.case import Act, Case

VOIDING = ("reply", "edit", "return", "reopen")  # acts after which earlier approvals no longer count
AUTHORING = ("reply", "edit")  # acts that write the answer: a reply anew, an edit on top of it
ROUTING = ("assign", "transfer", "reopen")  # acts after which assisting departments have their task again


def since(acts: Sequence[Act], last: str) -> list[Act]:
    """Return the acts after the last one of a name; all of them when there was none."""
    begin = max((place for place, act in enumerate(acts, 1) if act.act == last), default=0)
    return list(acts[begin:])


def text_hash(text: str) -> str:
    """Return what an approval pins: SHA-256 of the outward text."""
    return hashlib.sha256(text.encode()).hexdigest()


def approvals(acts: Sequence[Act]) -> list[Act]:
    """Return the approvals that still count: those after the last change of the text."""
    counting: list[Act] = []
    for act in acts:
        if act.act in VOIDING:
            counting = []
        elif act.act == "approve":
            counting.append(act)
    return counting


def authors(acts: Sequence[Act]) -> set[str]:
    """Return who wrote the answer as it stands: the last reply that holds one, and every change of it since."""
    writers: set[str] = set()
    for act in acts:
        if act.act in AUTHORING and "response" in act.data:
            writers = {act.actor} if act.act == "reply" else writers | {act.actor}
    return writers


def unfinished(case: Case, acts: Sequence[Act]) -> list[str]:
    """Return the assisting departments that have not reported their task as done."""
    done: set[str] = set()
    for act in acts:
        if act.act in ROUTING:
            done = set()
        elif act.act == "finish_task":
            done |= set(act.data.get("units", ()))
    return [name for name in case.assisting if name not in done]


def missing_receipts(case: Case, acts: Sequence[Act]) -> list[str]:
    """Return the departments that have not said that they have the result told last."""
    done = {name for act in since(acts, "circulate") if act.act == "receipt" for name in act.data.get("units", ())}
    return [name for name in (case.lead, *case.assisting) if name not in done]
