"""Stage 5: two cases of one matter become one, one case of two matters becomes two. Deed in, other case out."""

from dataclasses import replace

from sqlalchemy import func, select

from cases.case import Case, audit_act, case_file, change_case, insert_case, load_case, next_case_no, note_act
from cases.deed import Deed
from cases.matter import cases_of_matter
from cases.set_timers import derive_timers
from cases.transitions import ASSIGNING
from foundation.errors import Refused
from foundation.ledger import Work

SECRECY = ("set_confidential", "lift_confidential", "merge")  # acts after which a matter has one state of 保密


def absorb_case(work: Work, deed: Deed) -> Case:
    """Let another case take this one in: its clocks and departments stay, its timeline says so.

    When either is confidential (保密), the case returned is: what the office hid for one matter does not come out by
    joining it to another.

    Raises:
        Refused: The other case is this one, closed, or of the other kind of readers.
    """
    own, into = deed.case.case_no, deed.written["into"]
    other = load_case(work.connection, into)
    if into == own or not other.is_open or other.restricted != deed.case.restricted:
        words = "写另一个还在办的案件号；先救助案件只能与先救助案件合并"
        raise Refused("不能并入这个案件", f"{own} → {into}", words)
    after = change_case(work, other, confidential=other.confidential or deed.case.confidential)
    note_act(work, into, "absorb", deed.by, {"absorbed": own})
    audit_act(work, into, "absorb", deed.by, {"absorbed": own, "confidential": after.confidential})
    return after


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
