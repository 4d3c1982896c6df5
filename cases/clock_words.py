"""Stage 5: the words of clocks: what a clock runs from, what stops it, what may be marked on a case. Pure.

The vocabulary is closed (docs/cases.md, 时钟): a policy may only use these words, and the acts of
`transitions.py` supply them. A stopping act is an entry of the case's timeline that is named like the word and whose
data name the `roles` of who did it; `acknowledge` by a role stands for its receipt of whatever it was to be told.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the words are read by --help, which must not wait for the database driver
    from cases.case import Act, Case

CONFIRMED = "confirmed"  # ends triage; no 制度 asks for it
RECEIVED = "received"  # ends the wait for a department's receipt; nor for this
RECEIPT = "acknowledge"  # the act by which an addressee says: I have it
Word = Literal[
    "notified", "reported", "reported_upward", "handling_opinion", "dept_reply_submitted", "responded",
    "reply_published", "special_report_submitted",
]  # fmt: skip
Anchor = Literal["discovered_at", "posted_at", "assigned_at", "received_at", "incident_at", "resolved_at", "raised_at"]
Mark = Literal[
    "sudden", "superior_instruction", "false_information", "media_republished_complaint", "widely_republished",
    "grave_emergency", "explained",
]  # fmt: skip
Kind = Literal["own_system_incident", "received_circular", "informant_lead"]
STOPPED_BY = {  # word → what must have happened, for people
    CONFIRMED: "研判",
    RECEIVED: "签收",
    "notified": "通知",
    "reported": "报告",
    "reported_upward": "逐级报告",
    "handling_opinion": "提出处理意见",
    "dept_reply_submitted": "报送回复",
    "responded": "处置并回应",
    "reply_published": "公开答复",
    "special_report_submitted": "报送特报",
    "follow_up_report": "续报",
    "review_report": "报送总结报告",
    "case_library": "收入案例库",
}
TOLD = ("notified", "reported")  # every addressee must have it, in any order
ADDRESSED = (*TOLD, "reported_upward")  # the clocks whose addressees may acknowledge; upward: each level in order
HANDS_OVER = ("assign", "transfer", "hand_back")  # acts of others by which a department gets a case
ENTRIES = {  # word → timeline entries that are it, among them acts of transitions.py (a reply counts when signed)
    "handling_opinion": ("handling_opinion",),
    "dept_reply_submitted": ("dept_reply_submitted", "sign_off"),
    "reply_published": ("reply_published", "publish", "answer"),
    "special_report_submitted": ("special_report_submitted", "special_report"),
    "review_report": ("review_report", "review"),
    "case_library": ("case_library", "review"),
}
ANCHORS = {  # word → what happened then, for people
    "discovered_at": "发现",
    "posted_at": "发帖（网民反映）",
    "assigned_at": "交办",
    "received_at": "收到批办意见",
    "incident_at": "事件发生",
    "resolved_at": "办结",
    "raised_at": "升级",
}
KINDS = {  # `case_file.kind`: what the case is about besides a public post; empty: a public post
    "own_system_incident": "本校系统事件",
    "received_circular": "上级通报",
    "informant_lead": "人工上报",
}
CO_DEPARTMENTS = "co_depts"  # the assisting departments of a case, as a role
LEVEL = "level:"  # `level:<department>`: whoever is responsible for it, as one level of a report upward
FOLLOW_UP = "follow_up_report"  # each of the departments asked, strictly after the last one
AFTER_CLOSE = ("review_report", "case_library")  # the clocks that run when a case is archived
INCIDENT = "own_system_incident"
KIND_OF_CLUE = {  # the way of a clue (huiyin/take_in.py, after its mark in `site_kind`) → kind of its case
    "公安通报": "received_circular",
    "宣传网信通报": "received_circular",
    "教育局通报": "received_circular",
    "上级部门通报": "received_circular",
    "信息员上报": "informant_lead",
    "本校系统事件": INCIDENT,
}
NOT_PUBLIC = ("own_system_incident", "received_circular", "informant_lead")  # nobody outside waits for a public word
MARKS = {  # `case_file.marks`: what a person found out and a level or a clock depends on
    "sudden": "突发事件",
    "superior_instruction": "上级批示",
    "false_information": "虚假信息",
    "media_republished_complaint": "投诉被媒体转载",
    "widely_republished": "被广泛转载",
    "grave_emergency": "特别重大突发事件",
    "explained": "已作书面说明",
}


def anchors_of(case: "Case") -> dict[str, datetime | None]:
    """Return the instants from which the clocks of a case may run; None: that has not happened.

    A post without a known time counts from its discovery (C2); a 批办意见 without receipt from its sending (Z9a.3.3).
    """
    return {
        "discovered_at": case.discovered_at,
        "posted_at": case.posted_at or case.discovered_at,
        "assigned_at": case.assigned_at,
        "received_at": case.acknowledged_at or case.assigned_at,
        "incident_at": case.incident_at,
        "resolved_at": case.resolved_at,
        "raised_at": case.raised_at,
        "closed_at": case.closed_at,
    }


def follow_ups_of(case: "Case") -> dict[str, datetime]:
    """Return the instants from which the lead and the assisting departments owe their next 续报; empty: not assigned.

    Several assisting departments are one side: it is behind as long as one of them is.
    """
    if case.assigned_at is None:
        return {}
    last = {unit: datetime.fromisoformat(text) for unit, text in case.followed_up.items()}
    sides = {"dept": [case.lead], CO_DEPARTMENTS: case.assisting}
    return {role: min(last.get(unit, case.assigned_at) for unit in units) for role, units in sides.items() if units}


def is_stopped(
    word: str,
    case: "Case",
    acts: Iterable["Act"],
    addressees: Sequence[str],
    since: datetime,
    *,
    internal: bool = False,
) -> bool:
    """Tell whether the act that stops a clock has happened.

    Args:
        word: A word of `STOPPED_BY`.
        case: The case after the latest act.
        acts: Its timeline, oldest first.
        addressees: Roles that must have been told.
        since: The clock's anchor: what happened before does not count.
        internal: A case that is not of a public post needs no public word (C18, `internal_ok`).

    Raises:
        ValueError: No such word.
    """
    if word not in STOPPED_BY:
        raise ValueError(f"no clock word {word}")
    if word == CONFIRMED:
        return not case.provisional
    if word == "responded":  # C18: the disposition note and the first public word; a draft answers nobody
        return bool(case.disposition and (case.published_at or (internal and case.kind in NOT_PUBLIC)))
    if word == FOLLOW_UP:
        heard = {unit for act in acts if act.act == "follow_up" and act.at > since for unit in act.data["units"]}
        return set(case.assisting if addressees == (CO_DEPARTMENTS,) else [case.lead]) <= heard
    later = [act for act in acts if act.at >= since]
    if word == RECEIVED:  # whatever the department does shows that it has the case
        return any("dept" in act.data.get("roles", ()) for act in later if act.act not in HANDS_OVER)
    if word in ENTRIES:
        return any(act.act in ENTRIES[word] for act in later)
    receipts = [set(act.data.get("roles", ())) for act in later if act.act in (word, RECEIPT)]
    return set(addressees) <= set().union(*receipts) if word in TOLD else _in_order(addressees, receipts)


def _in_order(addressees: Sequence[str], receipts: Iterable[set[str]]) -> bool:
    """Tell whether each level received after the one below it; one person may be two levels at once."""
    waiting = list(addressees)
    for roles in receipts:
        while waiting and waiting[0] in roles:
            waiting.pop(0)
    return not waiting
