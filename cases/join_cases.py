"""Stage 5: two cases of one matter become one, one case of two matters becomes two. Deed in, other case out."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from cases.case import Case, audit_act, case_file, change_case, insert_case, load_case, next_case_no, note_act
from cases.deed import Deed
from cases.guards import EXPLAINED
from cases.matter import cases_of_matter
from cases.open_case import policy_of
from cases.policy import Policy
from cases.set_timers import derive_timers, move_timers
from cases.situation import Situation
from cases.transitions import ASSIGNING
from foundation.errors import Refused
from foundation.ledger import Work

SECRECY = ("set_confidential", "lift_confidential", "merge")  # acts after which a matter has one state of 保密


def absorb_case(work: Work, deed: Deed) -> Case:
    """Let another case take this one in: one case answers for both, and joining them gives nobody more time.

    Its clocks run from the earlier instants and the earlier limit. When either is confidential (保密), the case
    returned is: what the office hid for one matter does not come out by joining it to another.

    Raises:
        Refused: The other case is this one, closed, of the other kind of readers, of a lower level, or without a clock
            that this one owes.
    """
    own, into = deed.case.case_no, deed.written["into"]
    other = load_case(work.connection, into)
    if into == own or not other.is_open or other.restricted != deed.case.restricted:
        words = "写另一个还在办的案件号；先救助案件只能与先救助案件合并"
        raise Refused("不能并入这个案件", f"{own} → {into}", words)
    values, policy = taken_in(deed.case, other), policy_of(work.connection, deed.school, other.school_version)
    _check_clocks(deed, other, replace(other, **values), policy)
    after = change_case(work, other, **values)
    note_act(work, into, "absorb", deed.by, {"absorbed": own})
    moved = {word: rules for word, rules in move_timers(work, other, after, policy).items() if rules}
    audit_act(work, into, "absorb", deed.by, {"absorbed": own, "confidential": after.confidential, **moved})
    return after


def taken_in(own: Case, other: Case) -> dict[str, Any]:
    """Return what `other` has after it took `own` in: the earlier instants and limit, the marks of both. Pure.

    The level is the other's, and so is the instant since when it is known: a level that came later keeps its own clocks
    (C17). A 说明 is left behind: it speaks for the department that filed it. What the machine suggested for
    either, and a person lowered, is not suggested again.
    """
    both = (own, other)
    discovered_at = min(each.discovered_at for each in both)
    since = min(each.raised_at or each.discovered_at for each in both if each.level_code == other.level_code)
    earlier = ("posted_at", "incident_at", "external_due_at")
    return {
        **{name: min(filter(None, (getattr(each, name) for each in both)), default=None) for name in earlier},
        "discovered_at": discovered_at,
        "raised_at": since if since > discovered_at else None,
        "marks": list(dict.fromkeys([*other.marks, *(mark for mark in own.marks if mark != EXPLAINED)])),
        "nature": other.nature or own.nature,
        "suggested_level_code": max(each.suggested_level_code for each in both),
        "confidential": own.confidential or other.confidential,
    }


def _check_clocks(deed: Deed, other: Case, after: Case, policy: Policy) -> None:
    """A level is a person's verdict, and a 制度 stays owed: neither gets lost by choosing the other direction."""
    own = deed.case
    words = f"反过来并：huiyin case merge {other.case_no} --into {own.case_no}"
    if own.level_code > other.level_code:
        levels = [f"{each.case_no}（{policy.level_name(each.level_code)}）" for each in (own, other)]
        confirmed = "或先由有权的人给它定到同一等级（confirm、grade）再并"
        raise Refused("等级高的不能并入等级低的案件", " → ".join(levels), f"{words}；{confirmed}")
    owed = Situation.of(replace(own, level_code=after.level_code, marks=after.marks))
    lost = policy.owed_rules(owed) - policy.owed_rules(Situation.of(after))
    if lost:
        what = f"并入之后没有案件再计这些时限：{'、'.join(sorted(lost))}"
        raise Refused(what, f"{own.case_no} → {other.case_no}", f"{words}；两边各有对方没有的时限时，分开办")


def split_case(work: Work, deed: Deed) -> Case:
    """Open a second case of the same event for another department; it inherits what was found out, and its clocks."""
    case = deed.case
    count = select(func.max(case_file.c.part)).where(case_file.c.event_id == case.event_id)
    part = int(work.connection.execute(count).scalar_one()) + 1
    new = replace(
        case, case_no=next_case_no(work.connection, work.at), part=part, state=ASSIGNING, lead=deed.written["lead"],
        assisting=[], opened_at=work.at, assigned_at=None, acknowledged_at=None, hand_backs=0, version=1,
    )  # fmt: skip
    insert_case(work, new)
    started = derive_timers(work, new, deed.policy)
    note_act(work, new.case_no, "open", deed.by, {"split_from": case.case_no, "lead": new.lead})
    details = {"split_from": case.case_no, "lead": new.lead, "started": started}
    audit_act(work, new.case_no, "open", deed.by, details)
    about = {"event_id": new.event_id, "level_code": new.level_code, "lead": new.lead, "late": new.late}
    work.tell("case.opened", new.case_no, **about, restricted=new.restricted, title=new.title)
    return new


def share_secrecy(work: Work, deed: Deed, case: Case) -> None:
    """Let all cases of a matter be confidential together, or none: they share title and posts, whoever reads one.

    Joining a confidential case to others makes all of them confidential; only lifting it, from any of them, ends it.
    """
    if deed.transition.act not in SECRECY or (deed.transition.act == "merge" and not case.confidential):
        return
    for each in cases_of_matter(work.connection, case):
        if each.case_no == case.case_no or each.restricted or each.confidential == case.confidential:
            continue
        change_case(work, each, confidential=case.confidential)
        about = {"shared_with": case.case_no, "confidential": case.confidential}
        note_act(work, each.case_no, "share_secrecy", deed.by, about)
        audit_act(work, each.case_no, "share_secrecy", deed.by, about)
