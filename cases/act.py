"""Stage 5: one act by a named person. Case number, act and what the person wrote in; changed case out, or `Refused`.

The act's guard is its line in `transitions.py`. Case, timers, timeline, audit row and fact change together in the
caller's transaction; two persons acting on the same state never both win.
"""

from typing import Any

from cases.case import Case, audit_act, change_case, load_case, note_act
from cases.check_inputs import complete
from cases.clock_words import ADDRESSED
from cases.open_case import policy_of
from cases.policy import Policy
from cases.set_timers import move_timers, open_timers
from cases.transitions import ADDRESSEE, TELL, TITLES, Transition, find_transition, legal_acts, roles_for
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from search.posts import change_posts, select_posts
from search.store import Store

DONE = "已办结"


def perform(
    work: Work,
    store: Store,
    school: School,
    case_no: str,
    act: str,
    *,
    by: str,
    version: int | None = None,
    **inputs: Any,
) -> Case:
    """Do one act on a case and return the case after it.

    Args:
        work: The caller's transaction.
        store: The index, which learns decisions about posts.
        school: The active school version.
        case_no: The case.
        act: A word of `transitions.TRANSITIONS`.
        by: Person id of who acts.
        version: The case's version that the person saw, if known.
        inputs: What the person wrote, by the words of `transitions.INPUTS`.

    Raises:
        Refused: Not now, not by this person, or something is missing; the message names the legal acts.
    """
    case = load_case(work.connection, case_no)
    policy = policy_of(work.connection, school, case.school_version)
    transition = _legal(case, act, version)
    held = roles_in_case(school, case, by)
    role = _role_for(work, policy, transition, case, held=held, by=by)
    written = complete(school, policy, case, transition, inputs)
    values = _values(work, policy, case, act, held=held, written=written)
    if transition.to:
        values["state"] = transition.to
    after = change_case(work, case, **values)
    note_act(work, case_no, act, by, {**written, "role": role, "roles": sorted(held)})
    moved = move_timers(work, case, after, policy)
    _audit(work, after, act, by=by, role=role, written=written, moved=moved)
    _mark_posts(work, store, after, act, written)
    _tell(work, after, act, by, role, to=written.get("to", ""))
    return after


def roles_in_case(school: School, case: Case, person_id: str) -> set[str]:
    """Return the roles that a person holds towards a case: the school's, and the department roles of its departments.

    Raises:
        Refused: Nobody has this id.
    """
    if not school.knows_person(person_id):
        raise Refused("没有这个人", person_id, "写 departments.yaml 里的人员编号")
    held = {role for role, people in school.organisation.roles.items() if person_id in people}
    for unit in school.organisation.departments:
        if unit.id not in (case.lead, *case.assisting):
            continue
        if person_id in (unit.owner, unit.deputy, unit.liaison):
            held.add("dept")
        if unit.id == case.lead and person_id in (unit.owner, unit.deputy):
            held |= {"owner", "dept_head"}
        if unit.id == case.lead and person_id == unit.liaison:
            held.add("liaison")
    return held


def _legal(case: Case, act: str, version: int | None) -> Transition:
    legal = "、".join(f"{TITLES[word]}（{word}）" for word in legal_acts(case)) or "无"
    if act not in TITLES:
        raise Refused(f"没有 {act} 这个动作", case.case_no, f"现在可以做的：{legal}")
    if version is not None and version != case.version:
        raise Refused("案件在你看过之后被别人改过", case.case_no, f"先看 huiyin case show {case.case_no}，再决定")
    transition = find_transition(case, act)
    if transition is None:
        what = f"现在不能{TITLES[act]}（案件在 {case.state}）"
        raise Refused(what, case.case_no, f"现在可以做的：{legal}")
    return transition


def _role_for(work: Work, policy: Policy, transition: Transition, case: Case, *, held: set[str], by: str) -> str:
    """Return the role in which the person acts."""
    allowed = roles_for(transition, case)
    asked: list[str] = [
        role for row in open_timers(work, case.case_no) if row.done_by in ADDRESSED for role in row.addressees
    ]
    ranked = [*(asked if ADDRESSEE in allowed else []), *allowed]
    for role in ranked:
        if role in held:
            return role
    titles = dict.fromkeys(policy.role_name(role) for role in ranked if role != ADDRESSEE)
    raise Refused(f"{by} 不能{transition.title}", case.case_no, f"这一步由 {'、'.join(titles)} 来做")


def _values(
    work: Work, policy: Policy, case: Case, act: str, *, held: set[str], written: dict[str, Any]
) -> dict[str, Any]:
    """Return the columns that an act sets besides the state."""
    texts: dict[str, Any] = {
        name: written[name] for name in ("fact_note", "disposition", "response", "nature") if name in written
    }
    if act == "confirm":
        level_code = policy.level_code(written["level"])
        raised_at = work.at if level_code > case.level_code else case.raised_at
        if level_code < case.level_code:
            raised_at = None
        return {
            **texts,
            "level_code": level_code,
            "raised_at": raised_at,
            "provisional": False,
            "confirmed_at": work.at,
        }
    if act == "dismiss":
        return {"provisional": False, "closed_at": work.at, "outcome": written["verdict"]}
    if act == "assign":
        return {"lead": written["lead"], "assisting": written.get("assisting", []), "assigned_at": work.at}
    if act == "acknowledge":
        first = case.assigned_at is not None and case.acknowledged_at is None and "dept" in held
        return {"acknowledged_at": work.at} if first else {}
    if act == "close":
        return {"closed_at": work.at, "outcome": DONE}
    written_at = {"reply": {"replied_at": work.at}, "publish": {"published_at": work.at}, TELL: {}}
    return {**texts, **written_at[act]}


def _audit(
    work: Work, case: Case, act: str, *, by: str, role: str, written: dict[str, Any], moved: dict[str, list[str]]
) -> None:
    """One row: who, in which role, which fields were written, what moved; no text."""
    named: dict[str, Any] = {
        name: written[name] for name in ("level", "nature", "verdict", "lead", "assisting", "to") if name in written
    }
    timers = {word: rules for word, rules in moved.items() if rules}
    audit_act(
        work, case.case_no, act, by,
        {**named, "role": role, "written": sorted(written), "state": case.state, "version": case.version, **timers},
    )  # fmt: skip


def _mark_posts(work: Work, store: Store, case: Case, act: str, written: dict[str, Any]) -> None:
    """Let the event's posts know the verdict, so that search and the false-alarm rate can."""
    if act not in ("confirm", "dismiss"):
        return
    state = written.get("verdict", "已确认")
    posts = select_posts(work.connection, "WHERE event_id = ?", (case.event_id,))
    ids = [post.post_id for post in posts if post.post_id is not None]
    change_posts(work, store, ids, review_state=state, false_alarm=state == "误报")


def _tell(work: Work, case: Case, act: str, by: str, role: str, *, to: str) -> None:
    """Write the act's fact (docs/architecture.md section 4); publishing has none; no fact holds what was written."""
    if act in ("confirm", "dismiss"):
        data: dict[str, Any] = {"level_code": case.level_code}
    elif act == "assign":
        data = {"lead": case.lead, "assisting": case.assisting}
    elif act == TELL:
        data = {"role": role, "department": to, "version": case.version}
    else:
        data = {"role": role}
    kinds = {"confirm": "confirmed", "dismiss": "dismissed", "assign": "assigned", "acknowledge": "acknowledged",
             "reply": "replied", "close": "closed", TELL: "told"}  # fmt: skip
    if act in kinds:
        work.tell(f"case.{kinds[act]}", case.case_no, **data, by=by, restricted=case.restricted)
