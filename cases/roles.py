"""Stage 5: roles and their rights, in one place. School, case and person in; roles held, what may be read, out.

Which role may do which act stands in `transitions.py`; here stands who holds a role towards a case, and what each role
may read (docs/cases.md, 谁能看什么). The deputy acts while the person is on leave.
"""

from dataclasses import dataclass

from cases.case import Case
from cases.clock_words import CO_DEPARTMENTS, LEVEL
from cases.presence import EVERYBODY, Presence
from cases.transitions import TRANSITIONS
from foundation.errors import Refused
from foundation.school import Department, School

ORDINARY, RESTRICTED, NUMBERS, OWN, NOTHING = "ordinary", "restricted", "numbers", "own", "nothing"


@dataclass(frozen=True, slots=True)
class Role:
    """One role.

    Attributes:
        title: Its name for people; the school's policy may say another.
        reads: ordinary (all cases that are not restricted), own (cases of the own departments), restricted (help-first
            cases only), numbers (restricted cases: number, level and due time), or nothing of any case.
        knows: Whether it needs to know what is confidential.
        by_department: Whether the departments of departments.yaml name it themselves.
    """

    title: str
    reads: tuple[str, ...]
    knows: bool = False
    by_department: bool = False


ROLES = {
    "watch": Role("网络舆情监督员", (ORDINARY,)),
    "officer": Role("网络舆情管理员", (ORDINARY,)),
    "office": Role("领导小组办公室", (ORDINARY,), knows=True),
    "leading_group": Role("领导小组", (ORDINARY,), knows=True),
    "principal": Role("主要领导", (ORDINARY, NUMBERS), knows=True),
    "vice": Role("分管领导", (ORDINARY,), knows=True),
    "owner": Role("具体业务主管人", (OWN,), knows=True, by_department=True),
    "lead_dept": Role("牵头领办部门", (OWN,), knows=True, by_department=True),
    "dept": Role("承办部门", (OWN,), knows=True, by_department=True),
    CO_DEPARTMENTS: Role("协办部门", (OWN,), knows=True, by_department=True),
    "dept_head": Role("科室负责人", (OWN,), knows=True, by_department=True),
    "deputy": Role("部门副职", (OWN,), knows=True, by_department=True),
    "liaison": Role("部门联络员", (OWN,), knows=True, by_department=True),
    "spokesperson": Role("新闻发言人", (ORDINARY,)),
    "approver": Role("审定人", (ORDINARY,)),
    "duty": Role("值班人", (ORDINARY,)),
    "tracker": Role("跟踪人", (ORDINARY,)),
    "informant": Role("信息员", (OWN,)),
    "monitor": Role("监测机构", (OWN,)),
    "counsellor": Role("心理老师", (RESTRICTED,)),
    "tech": Role("网络管理人员", (NOTHING,)),
    "auditor": Role("审计员", (NOTHING,)),
}


def acts_of(role: str) -> list[str]:
    """Return the acts that a role may do on ordinary cases, in the table's order."""
    return list(dict.fromkeys(line.act for line in TRANSITIONS if role in line.roles))


def units_of(school: School, case: Case, person_id: str) -> list[Department]:
    """Return the departments of a case to which a person belongs, the lead first."""
    named = [case.lead, *case.assisting]
    units = [unit for unit in school.organisation.departments if unit.id in named]
    own = [unit for unit in units if _belongs(school, unit, person_id)]
    return sorted(own, key=lambda unit: named.index(unit.id))


def _belongs(school: School, unit: Department, person_id: str) -> bool:
    """Tell whether a person belongs to a unit, or is responsible for one above it (§12: its children too)."""
    above = [name for each in school.ancestors(unit.id) for name in (each.owner, each.deputy)]
    return person_id in (unit.owner, unit.deputy, unit.liaison, *above)


def roles_in_case(school: School, case: Case, person_id: str, presence: Presence = EVERYBODY) -> set[str]:
    """Return the roles that a person holds towards a case: the school's, its departments', and what they stand in for.

    Towards a help-first case only a counsellor stands in for anybody: leave hands no words of it on (PRIVACY.md 5).

    Raises:
        Refused: Nobody has this id.
    """
    if not school.knows_person(person_id):
        raise Refused("没有这个人", person_id, "写 departments.yaml 里的人员编号")
    held = own_roles(school, case, person_id)
    stands_in = not case.restricted or may_read_restricted(school, person_id)
    for away in presence.stands_for(person_id) if stands_in else []:
        held |= own_roles(school, case, away)
    return held | {"duty"} if person_id in presence.on_duty else held


def own_roles(school: School, case: Case, person_id: str) -> set[str]:
    """Return the roles that a person holds by themselves, whoever is away."""
    held = {role for role, people in school.organisation.roles.items() if person_id in people}
    if person_id == case.tracker:
        held.add("tracker")
    for above in school.ancestors(case.lead):
        if person_id == above.owner:
            held.add(f"{LEVEL}{above.id}")
    for unit in units_of(school, case, person_id):
        held |= {"dept", "lead_dept" if unit.id == case.lead else CO_DEPARTMENTS}
        if unit.id == case.lead:
            if person_id in (unit.owner, *(above.owner for above in school.ancestors(unit.id))):
                held |= {"owner", "dept_head"}
            if person_id == unit.liaison:
                held.add("liaison")
    return held


def may_read_restricted(school: School, person_id: str | None) -> bool:
    """Tell whether a person may read help-first cases: counsellors only (PRIVACY.md 5)."""
    return person_id in [holder.id for holder in school.holders("counsellor")]


def reads_of(school: School, case: Case, person_id: str, presence: Presence = EVERYBODY) -> list[Role]:
    """Return the roles in which a person reads a case: `own` counts when the case is their department's.

    Raises:
        Refused: Nobody has this id.
    """
    held = roles_in_case(school, case, person_id, presence)
    roles = [ROLES[role] for role in sorted(held) if role in ROLES]
    return [role for role in roles if role.reads != (OWN,) or "dept" in held]


def may_read(school: School, case: Case, person_id: str | None, presence: Presence = EVERYBODY) -> bool:
    """Tell whether a person may read what is said in a case (docs/cases.md, 谁能看什么).

    None is the operator at the machine, who reads what is neither help-first nor confidential.

    Raises:
        Refused: Nobody has this id.
    """
    if case.restricted or person_id is None:
        return may_read_restricted(school, person_id) if case.restricted else not case.confidential
    reading = [role for role in reads_of(school, case, person_id, presence) if {ORDINARY, OWN} & set(role.reads)]
    return any(role.knows or not case.confidential for role in reading)


def may_list(school: School, case: Case, person_id: str | None, presence: Presence = EVERYBODY) -> bool:
    """Tell whether a case's number, state and times stand in a person's list: theirs to read, or to keep running.

    Raises:
        Refused: Nobody has this id.
    """
    if case.restricted or person_id is None:
        return may_read_restricted(school, person_id) or not case.restricted
    return any(role.reads != (RESTRICTED,) for role in reads_of(school, case, person_id, presence))


def may_know(school: School, case: Case, person_id: str | None) -> bool:
    """Tell whether secrecy lets a person know of a case what many read: lessons, tasks, 预警事项."""
    if case.restricted:
        return may_read_restricted(school, person_id)
    if not case.confidential:
        return True
    if person_id is None or not school.knows_person(person_id):
        return False
    return any(ROLES[role].knows for role in roles_in_case(school, case, person_id) if role in ROLES)
