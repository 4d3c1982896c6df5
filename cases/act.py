"""Stage 5: one act by a named person. Case number, act and what the person wrote in; changed case out, or `Refused`.

The act's line in `transitions.py` says when, by whom and with what; `guards.py` says the rest. Case, timers, timeline,
audit row and fact change together in the caller's transaction; two persons acting on the same state never both win.
"""

from typing import Any

from cases.act_values import values_of_act
from cases.case import Act, Case, audit_act, change_case, load_case, note_act, timeline
from cases.check_inputs import complete
from cases.clock_words import ADDRESSED
from cases.course import since
from cases.deed import Deed
from cases.document_no import PREFIXES, next_document_no
from cases.guards import check_guards
from cases.join_cases import absorb_case, share_secrecy, split_case
from cases.matter import cases_of_matter
from cases.open_case import policy_of
from cases.policy import Policy
from cases.presence import presence_at
from cases.reply_proof import ReplyProof, keep_proof
from cases.roles import roles_in_case, units_of
from cases.set_timers import move_timers, open_timers
from cases.transitions import ADDRESSEE, TELL, TITLES, Transition, find_transition, legal_words, roles_for
from foundation.clock import at_school
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from search.posts import change_posts, select_posts
from search.store import Store

AUDITED = ("level", "nature", "verdict", "lead", "assisting", "to", "tracker", "cause", "adoption", "checklist", "rule",
           "within", "due_at", "mark", "into", "response_mode")  # choices and ids, never text  # fmt: skip
OF_UNITS = ("finish_task", "receipt")  # acts that a person does for the departments that they belong to


def perform(
    work: Work,
    store: Store,
    school: School,
    case_no: str,
    act: str,
    *,
    by: str,
    version: int | None = None,
    proof: ReplyProof | None = None,
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
        proof: What a look at the link of a public answer showed.
        inputs: What the person wrote, by the words of `act_words.INPUTS`.

    Raises:
        Refused: Not now, not by this person, or something is missing; the message names the legal acts.
    """
    case = load_case(work.connection, case_no)
    policy = policy_of(work.connection, school, case.school_version)
    acts = timeline(work.connection, case_no)
    transition = _legal(case, act, acts, version)
    presence = presence_at(work.connection, work.at)
    held = roles_in_case(school, case, by, presence)
    role = _role_for(work, policy, transition, case, held=held, by=by)
    written = complete(school, policy, case, transition, inputs)
    running, this_round = open_timers(work, case_no), since(acts, "reopen")  # what was published before counts no more
    deed = Deed(school, policy, case, transition, by, frozenset(held), written, this_round, work.at, running, proof)
    check_guards(deed)
    after = _change(work, deed)
    share_secrecy(work, deed, after)
    acting_for = presence.stands_for(by) if role not in roles_in_case(school, case, by) else []
    told = {**written, **_besides(work, deed, acts), "role": role, "roles": sorted(held)}
    told |= {"acting_for": acting_for} if acting_for else {}
    note_act(work, case_no, act, by, told)
    moved = move_timers(work, case, after, policy)
    _audit(work, after, deed, told=told, moved=moved)
    _mark_posts(work, store, case, after, deed)
    _tell(work, after, deed, told)
    return after


def _legal(case: Case, act: str, acts: list[Act], version: int | None) -> Transition:
    legal = legal_words(case)
    if act not in TITLES:
        raise Refused(f"没有 {act} 这个动作", case.case_no, f"现在可以做的：{legal}")
    if version is not None and version != case.version:
        what = f"案件在你看过之后被别人改过（你看的是第 {version} 版，现在是第 {case.version} 版，在 {case.state}）"
        raise Refused(what, case.case_no, f"{_since(acts, version)}先看 huiyin case show {case.case_no}，再决定")
    transition = find_transition(case, act)
    if transition is None:
        what = f"现在不能{TITLES[act]}（案件在 {case.state}）"
        raise Refused(what, case.case_no, f"现在可以做的：{legal}")
    return transition


def _since(acts: list[Act], version: int) -> str:
    """Return what happened after a version, for the person who saw that one; no text that anybody wrote."""
    newer = [act for act in acts if act.data.get("version", 0) > version]
    lines = [f"{at_school(act.at):%m-%d %H:%M} {act.actor} {TITLES.get(act.act, act.act)}" for act in newer]
    return f"其间：{'；'.join(lines)}。" if lines else ""


def _role_for(work: Work, policy: Policy, transition: Transition, case: Case, *, held: set[str], by: str) -> str:
    """Return the role in which the person acts."""
    allowed = roles_for(transition, case)
    ranked = [*(asked_to_know(work, case.case_no) if ADDRESSEE in allowed else []), *allowed]
    for role in ranked:
        if role in held:
            return role
    titles = dict.fromkeys(policy.role_name(role) for role in ranked if role != ADDRESSEE)
    raise Refused(f"{by} 不能{transition.title}", case.case_no, f"这一步由 {'、'.join(titles)} 来做")


def asked_to_know(work: Work, case_no: str) -> list[str]:
    """Return the roles that the running report clocks of a case name."""
    rows = [row for row in open_timers(work, case_no) if row.done_by in ADDRESSED]
    return list(dict.fromkeys(role for row in rows for role in row.addressees))


def _change(work: Work, deed: Deed) -> Case:
    """Store what the act changes, in this case and in the other one that it concerns."""
    values = values_of_act(deed, work.at)
    line = deed.transition
    if line.stamps:
        values.setdefault(line.stamps, work.at)
    if line.to:
        values.setdefault("state", line.to)
    if line.act == "merge":
        values["confidential"] = absorb_case(work, deed).confidential
    return change_case(work, deed.case, **values)


def _besides(work: Work, deed: Deed, acts: list[Act]) -> dict[str, Any]:
    """Return what the timeline also says of an act: for which departments, under which number, which new case."""
    act = deed.transition.act
    if deed.proof:
        response = deed.written.get("response", deed.case.response)
        return keep_proof(work, deed.case.case_no, deed.proof, response)
    if act in OF_UNITS:
        return {"units": [unit.id for unit in units_of(deed.school, deed.case, deed.by)]}
    if act == "follow_up":
        earlier = sum(each.act == act for each in acts)  # of all rounds: 续报 are numbered through
        chain = {"after": earlier} if earlier else {}
        return {
            "number": earlier + 1,
            **chain,
            "units": [unit.id for unit in units_of(deed.school, deed.case, deed.by)],
        }
    if act in PREFIXES:
        return {"number": next_document_no(work, act)}
    return {"split_into": split_case(work, deed).case_no} if act == "split" else {}


def _audit(work: Work, case: Case, deed: Deed, *, told: dict[str, Any], moved: dict[str, list[str]]) -> None:
    """One row: who, in which role, which fields were written, what moved; no text."""
    written = deed.written
    named: dict[str, Any] = {name: written[name] for name in AUDITED if name in written}
    named |= {name: told[name] for name in ("role", "acting_for") if name in told}
    timers = {word: rules for word, rules in moved.items() if rules}
    if case.approved_hash != deed.case.approved_hash:
        named["approved_hash"] = case.approved_hash
    audit_act(
        work, case.case_no, deed.transition.act, deed.by,
        {**named, "written": sorted(written), "state": case.state, "version": case.version, **timers},
    )  # fmt: skip


def _mark_posts(work: Work, store: Store, before: Case, after: Case, deed: Deed) -> None:
    """Let the event's posts know the verdict, so that search and the false-alarm rate can; 保密 leaves the index."""
    if deed.transition.act in ("confirm", "dismiss"):
        state = deed.written.get("verdict", "已确认")
        posts = select_posts(work.connection, "WHERE event_id = ?", (after.event_id,))
        numbers = [post.post_id for post in posts if post.post_id is not None]
        change_posts(work, store, numbers, review_state=state, false_alarm=state == "误报")
    if after.confidential != before.confidential or deed.transition.act == "merge":
        _hide_posts(work, store, after)


def _hide_posts(work: Work, store: Store, case: Case) -> None:
    """Let every post of the matter leave the index while one of its cases is confidential, and come back after."""
    cases = cases_of_matter(work.connection, case)
    hidden = any(each.confidential for each in cases)
    for event_id in {each.event_id for each in cases}:
        posts = select_posts(work.connection, "WHERE event_id = ?", (event_id,))
        changed = [post.post_id for post in posts if post.post_id is not None and post.confidential != hidden]
        change_posts(work, store, changed, confidential=hidden)


def _tell(work: Work, case: Case, deed: Deed, told: dict[str, Any]) -> None:
    """Write the act's fact (docs/architecture.md section 4); no fact holds what was written."""
    kind, role = deed.transition.tells, told["role"]
    if not kind:
        return
    if kind in ("confirmed", "dismissed", "graded"):
        data: dict[str, Any] = {"level_code": case.level_code}
    elif kind == "assigned":
        data = {"lead": case.lead, "assisting": case.assisting}
    elif deed.transition.act == TELL:
        data = {"role": role, "department": told["to"], "version": case.version}
    elif kind in ("supervised", "circular_signed"):
        data = {"role": role, "document": told["number"]}
    elif kind == "reported":
        data = {"role": role, "to": asked_to_know(work, case.case_no)}
    else:
        data = {"role": role}
    work.tell(f"case.{kind}", case.case_no, **data, by=deed.by, restricted=case.restricted)
