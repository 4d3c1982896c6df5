"""Stage 5: which columns an act sets besides state and instant. A deed in; column → value out. Pure.

Acts whose inputs are columns by name need no function; the others have one each in `SETTERS`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cases.act_words import MERGED
from cases.check_inputs import school_time
from cases.course import approvals, text_hash
from cases.deed import Deed
from cases.guards import EXPLAINED
from cases.policy_rights import approval_chain
from cases.roles import units_of
from cases.route_case import office_department
from cases.transitions import HANDLING
from foundation.tables import instant_text

DONE = "已办结"
COLUMNS = ("fact_note", "disposition", "response", "nature", "lead", "cause", "response_mode", "tracker")
HAND_BACKS = 2  # from the second on nobody is asked again: the office takes it, so that no case is an orphan
UNAPPROVED = {"approved_hash": "", "approved_by": ""}
UNSIGNED = {**UNAPPROVED, "signed_at": None}

Values = dict[str, Any]


def values_of_act(deed: Deed, at: datetime) -> Values:
    """Return the columns that the act sets; `state` is among them where it is not the table's."""
    written = {name: deed.written[name] for name in COLUMNS if name in deed.written}
    author = {"response_by": deed.by} if "response" in written else {}
    setter = SETTERS.get(deed.transition.act)
    return {**written, **author, **(setter(deed, at) if setter else {})}


def _confirm(deed: Deed, at: datetime) -> Values:
    level_code, before = deed.policy.level_code(deed.written["level"]), deed.case.level_code
    raised_at = at if level_code > before else (None if level_code < before else deed.case.raised_at)
    return {"level_code": level_code, "raised_at": raised_at, "provisional": False}


def _grade(deed: Deed, at: datetime) -> Values:
    """The clocks of a higher level start now (C17), those of a lower one count from the discovery."""
    level_code = deed.policy.level_code(deed.written["level"])
    return {"level_code": level_code, "raised_at": at if level_code > deed.case.level_code else None}


def _dismiss(deed: Deed, _at: datetime) -> Values:
    return {"provisional": False, "outcome": deed.written["verdict"]}


def _assign(deed: Deed, at: datetime) -> Values:
    """A case that came back keeps the instant of its first 批办: handing back never restarts a clock."""
    return {"assisting": deed.written.get("assisting", []), "assigned_at": deed.case.assigned_at or at}


def _transfer(deed: Deed, _at: datetime) -> Values:
    return {"assisting": deed.written.get("assisting", [])}


def _acknowledge(deed: Deed, at: datetime) -> Values:
    first = deed.case.assigned_at is not None and deed.case.acknowledged_at is None and "dept" in deed.held
    return {"acknowledged_at": at} if first else {}


def _hand_back(deed: Deed, _at: datetime) -> Values:
    count = deed.case.hand_backs + 1
    if count < HAND_BACKS:
        return {"hand_backs": count}
    return {"hand_backs": count, "lead": office_department(deed.school), "assisting": [], "state": HANDLING}


def _approve(deed: Deed, _at: datetime) -> Values:
    chain = approval_chain(deed.policy, deed.case)
    if len(approvals(deed.acts)) + 1 < len(chain):
        return {}
    return {"approved_hash": text_hash(deed.case.response), "approved_by": deed.by}


def _answer(_deed: Deed, at: datetime) -> Values:
    return {"replied_at": at, "resolved_at": at, "assigned_at": at}


def _close(deed: Deed, _at: datetime) -> Values:
    return {"outcome": deed.written.get("adoption", DONE)}


def _reopen(deed: Deed, at: datetime) -> Values:
    """再次反映: a new round with new clocks; what was written before stands in the timeline.

    A limit from above and a 说明 were given for the round that has ended.
    """
    instants = ("posted_at", "raised_at", "assigned_at", "acknowledged_at", "replied_at", "published_at", "resolved_at",
                "closed_at", "external_due_at")  # fmt: skip
    texts = ("fact_note", "disposition", "response", "response_by", "outcome", "cause", "response_mode", "merged_into")
    marks = [mark for mark in deed.case.marks if mark != EXPLAINED]
    fresh = {"discovered_at": at, "marks": marks, "hand_backs": 0, "extensions": {}, "followed_up": {}, "late": False}
    return {**UNSIGNED, **fresh, **dict.fromkeys(instants), **dict.fromkeys(texts, "")}


def _mark(deed: Deed, at: datetime) -> Values:
    marks = list(dict.fromkeys([*deed.case.marks, deed.written["mark"]]))
    floor = deed.policy.level_floor(frozenset(marks))
    raised = {"level_code": floor, "raised_at": at} if floor > deed.case.level_code else {}
    return {"marks": marks, **raised}


def _justify(deed: Deed, _at: datetime) -> Values:
    return {"marks": list(dict.fromkeys([*deed.case.marks, EXPLAINED]))}


def _extend(deed: Deed, _at: datetime) -> Values:
    return {"extensions": {**deed.case.extensions, deed.written["rule"]: deed.written["within"]}}


def _limit(deed: Deed, _at: datetime) -> Values:
    return {"external_due_at": school_time(deed.written["due_at"])}


def _follow_up(deed: Deed, at: datetime) -> Values:
    own = [unit.id for unit in units_of(deed.school, deed.case, deed.by)]
    return {"followed_up": {**deed.case.followed_up, **dict.fromkeys(own, instant_text(at))}}


def _merge(deed: Deed, _at: datetime) -> Values:
    return {"merged_into": deed.written["into"], "outcome": MERGED, "provisional": False}


def _split(deed: Deed, _at: datetime) -> Values:
    return {"lead": deed.case.lead}  # the lead that was written is the new case's


def _fill(deed: Deed, _at: datetime) -> Values:
    key, _, value = deed.written["field"].partition("=")
    return {"own_fields": {**deed.case.own_fields, key.strip(): value.strip()}}


SETTERS: dict[str, Callable[[Deed, datetime], Values]] = {
    "confirm": _confirm,
    "grade": _grade,
    "dismiss": _dismiss,
    "assign": _assign,
    "transfer": _transfer,
    "acknowledge": _acknowledge,
    "hand_back": _hand_back,
    "reply": lambda _deed, _at: UNSIGNED,
    "edit": lambda _deed, _at: UNAPPROVED,
    "return": lambda _deed, _at: UNSIGNED,
    "approve": _approve,
    "answer": _answer,
    "close": _close,
    "reopen": _reopen,
    "mark": _mark,
    "justify": _justify,
    "extend": _extend,
    "limit": _limit,
    "follow_up": _follow_up,
    "merge": _merge,
    "split": _split,
    "set_confidential": lambda _deed, _at: {"confidential": True},
    "lift_confidential": lambda _deed, _at: {"confidential": False},
    "fill": _fill,
}
