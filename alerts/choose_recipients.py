"""Stage 6: who is told of what. A table of routes, and roles turned into recipients. Pure.

A case notice goes to its department's own address and robot, a report to the persons who hold a role. Restricted cases
go to counsellors by mail only (and to the principal when the step names him), never to a robot (PRIVACY.md 5).
"""

from dataclasses import dataclass

from alerts.case_view import CaseView
from alerts.channels import channels_of, is_group
from cases.clock_words import CO_DEPARTMENTS, LEVEL
from foundation.school import Department, Person, School

STEP_ROLES = "step"  # audience word: the roles that the fact itself names
ASSISTING = "assisting"
ABOVE = "above"  # whoever is responsible for the unit above the lead (Z5.2)
CLIMBS = ("triage", "receipt")
DEPARTMENT_ROLES = ("dept", "lead_dept")
LAST_RESORT = "office"  # a role that nobody holds must not make a notice vanish


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table: template, audience (roles), and whom the robot calls by @."""

    template: str
    audience: tuple[str, ...]
    mention: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One destination: channel, department or person id, persons to call by @."""

    channel: str
    name: str
    mention: tuple[str, ...] = ()


ROUTES: dict[str, tuple[Route, ...]] = {
    "case.opened": (Route("case_opened", ("watch", "officer")), Route("case_heads_up", ("dept",))),
    "case.confirmed": (Route("case_confirmed", ("officer",)),),
    "case.dismissed": (Route("case_dismissed", ("dept",)),),
    "case.assigned": (Route("case_assigned", ("dept", ASSISTING), "owner"),),
    "case.raised": (Route("case_raised", ("dept", "officer", "office"), "owner"),),
    "case.handed_back": (Route("case_handed_back", ("office",)),),
    "case.graded": (Route("case_graded", ("dept", "officer", "office"), "owner"),),
    "case.followed_up": (Route("case_followed_up", ("office",)),),
    "duty.due": (Route("duty_due", (STEP_ROLES,)),),
    "duty.missed": (Route("duty_missed", (STEP_ROLES,)),),
    "roster.gap": (Route("roster_gap", (STEP_ROLES,)),),
    "task.asked": (Route("task_asked", (STEP_ROLES,)),),
    "task.due": (Route("task_due", (STEP_ROLES,)),),
    "forewarning.linked": (Route("forewarning_linked", (STEP_ROLES,)),),
    "case.returned": (Route("case_returned", ("dept",), "owner"),),
    "case.reopened": (Route("case_reopened", ("dept", "office"), "owner"),),
    "case.link_gone": (Route("case_link_gone", ("officer", "office")),),
    "case.urged": (Route("case_urged", ("liaison",), "liaison"),),
    "case.circular_signed": (Route("case_circular_signed", ("dept", ASSISTING, "office", ABOVE), "owner"),),
    "case.supervised": (Route("case_supervised", ("dept", "office"), "owner"),),
    "case.reported": (Route("case_reported", (STEP_ROLES,)),),
    "case.circulated": (Route("case_circulated", ("dept", ASSISTING)),),
    "timer.step:remind_50": (Route("remind", (STEP_ROLES,)),),
    "timer.step:remind_20": (Route("remind", (STEP_ROLES,), "liaison"),),
    "timer.step:due": (Route("due", (STEP_ROLES,), "owner"),),
    "timer.step:催办": (Route("urge", ("liaison",), "liaison"),),
    "timer.step:督办": (Route("supervise", ("dept", "office", ABOVE), "owner"),),
    "timer.step:通报": (Route("circular_draft", ("office",)),),
    "timer.moved": (Route("due_moved", (STEP_ROLES,)),),
    "timer.step:triage": (Route("triage", (STEP_ROLES,)),),
    "timer.step:receipt": (Route("unanswered", (STEP_ROLES,), "liaison"),),
    "rule.fired": (Route("rule_fired", (STEP_ROLES,)),),
    "rule.early": (Route("early_sign", (STEP_ROLES,)),),
    "rule.repeated": (Route("rule_repeated", (STEP_ROLES,)),),
    "rule.over": (Route("rule_over", (STEP_ROLES,)),),
    "template.broken": (Route("template_broken", ("tech",)),),
    "rule.disabled": (Route("rule_disabled", ("tech",)),),
    "round.finished": (Route("round_failed", ("tech",)),),
    "source.alarm": (Route("source_alarm", ("tech",)),),
    "source.calm": (Route("source_calm", ("tech",)),),
    "source.recovered": (Route("source_recovered", ("tech",)),),
    "channel.down": (Route("channel_down", ("tech",)),),
    "channel.up": (Route("channel_up", ("tech",)),),
    "notice.dead": (Route("notice_dead", ("tech",)),),
    "notice.stuck": (Route("notice_stuck", ("tech",)),),
    "quota.near": (Route("quota_near", ("tech",)),),
    "schedule.missed": (Route("schedule_missed", ("tech",)),),
    "schedule.silent": (Route("schedule_silent", ("tech",)),),
    "job.stuck": (Route("job_stuck", ("tech",)),),
    "patrol.daily": (Route("patrol_daily", (STEP_ROLES,)),),
}
RESTRICTED_KINDS = ("case.opened", "case.assigned", "case.raised", "timer.step", "timer.moved")
DANGER_KINDS = ("case.opened", "case.raised", "case.confirmed")  # facts by which a case can come to be in danger
SECURITY = "保卫"  # competence of the department whose head hears of immediate danger


def routes_of(kind: str, step: str = "") -> tuple[Route, ...]:
    """Return the routes of a fact; unknown kinds tell nobody."""
    if kind == "timer.step":
        climb = step.partition("_")[0]  # triage_1, receipt_2: the desks of a climb share their words
        return ROUTES.get(f"{kind}:{climb if climb in CLIMBS else step}", ())
    return ROUTES.get(kind, ())


def recipients_of(route: Route, school: School, view: CaseView, named: list[str]) -> list[Recipient]:
    """Return the destinations of one route, each once.

    Args:
        route: Line of the table.
        school: People, roles, departments.
        view: The case: its departments.
        named: Roles that the fact itself names.
    """
    roles = [role for word in route.audience for role in (named if word == STEP_ROLES else [word])]
    found: dict[tuple[str, str], Recipient] = {}
    for role in roles:
        for recipient in _of_role(role, school, view, route.mention):
            found.setdefault((recipient.channel, recipient.name), recipient)
    return list(found.values())


def recipients_named(name: str, school: School, view: CaseView) -> list[Recipient]:
    """Return the destinations of a person, a department or a role."""
    if school.knows_person(name):
        return _persons(school, [school.person(name)], view)
    unit = department_of(school, name)
    if unit and name not in school.organisation.roles:
        return _of_department(school, unit, "")
    return _of_role(name, school, view, "")


def restricted_recipients(school: School, view: CaseView, named: list[str]) -> list[Recipient]:
    """Return who may be told of a restricted case: counsellors, and the principal when a step names him.

    One who is away is told through the counsellor who acts for them; when no counsellor does, they are told themselves.
    """
    counsellors = {person.id: person for person in school.holders("counsellor")}
    reached = {name: person for name, person in counsellors.items() if person.mail}
    people = [reached.get(view.acting.get(name, name), person) for name, person in counsellors.items()]
    if "principal" in named:
        people += school.holders("principal")
    return _mails(_each_once(people))


def danger_recipients(school: School, view: CaseView) -> list[Recipient]:
    """Return who is told of immediate danger, by mail, never a robot.

    The persons of the role `duty`, those whose shift the roster says it is, and the heads of security. For one who is
    away their deputy is told; the person themselves where the deputy has no mail: nobody may be left out.
    """
    on_shift = [school.person(name) for name in view.on_duty if school.knows_person(name)]
    units = [unit for unit in school.organisation.departments if SECURITY in unit.competences]
    people = [*school.holders("duty"), *on_shift, *(school.person(unit.owner) for unit in units)]
    return _mails(_each_once([_reachable(school, view, person) for person in people]))


def _reachable(school: School, view: CaseView, person: Person) -> Person:
    """Return who acts for a person now, when they can be mailed; else the person."""
    acting = view.acting.get(person.id, person.id)
    deputy = school.person(acting) if school.knows_person(acting) else person
    return deputy if deputy.mail else person


def told_recipients(school: School, department_id: str) -> list[Recipient]:
    """Return whom a counsellor's `tell` reaches: the head of the department, by mail."""
    unit = department_of(school, department_id)
    return _mails([school.person(unit.owner)]) if unit else []


def _of_role(role: str, school: School, view: CaseView, mention: str) -> list[Recipient]:
    lead = department_of(school, view.lead)
    if role in DEPARTMENT_ROLES and lead:
        return _of_department(school, lead, mention)
    if role in (ASSISTING, CO_DEPARTMENTS):
        units = [department_of(school, name) for name in view.assisting]
        return [recipient for unit in units if unit for recipient in _of_department(school, unit, mention)]
    if role == "liaison" and lead:
        return _persons(school, [school.person(lead.liaison)], view) + _groups(school, lead, "liaison")
    if role == "tech":
        return _technicians(school)
    return _persons(school, _people_of(role, school, view), view)


def _people_of(role: str, school: School, view: CaseView) -> list[Person]:
    """Return the persons meant by a role; one that nobody holds goes to the office."""
    lead = department_of(school, view.lead)
    if role == ABOVE:
        return [school.person(unit.owner) for unit in school.ancestors(view.lead)[:1]]
    if role.startswith(LEVEL) and (unit := department_of(school, role.removeprefix(LEVEL))):
        return [school.person(unit.owner)]
    if role == "duty" and view.on_duty:
        return [school.person(name) for name in view.on_duty if school.knows_person(name)]
    if school.knows_person(role):  # a task may be owed by one person
        return [school.person(role)]
    own = {"deputy": lead.deputy, "owner": lead.owner, "dept_head": lead.owner} if lead else {}
    if role in own and not school.holders(role):
        return [school.person(own[role])]
    return school.holders(role) or school.holders(LAST_RESORT)


def _of_department(school: School, unit: Department, mention: str) -> list[Recipient]:
    return [Recipient("email", unit.id), *_groups(school, unit, mention)]


def _groups(school: School, unit: Department, mention: str = "") -> list[Recipient]:
    called = {"owner": unit.owner, "liaison": unit.liaison}.get(mention)
    names = [name for name in channels_of(school, unit.id) if name != "email"]
    return [Recipient(name, unit.id, (called,) if called and is_group(name) else ()) for name in names]


def _technicians(school: School) -> list[Recipient]:
    """Technicians themselves, and the robots of the unit that they lead: the mail server may be what is down."""
    people = school.holders("tech")
    known = {person.id for person in people}
    units = [unit for unit in school.organisation.departments if known & {unit.owner, unit.deputy}]
    return _persons(school, people) + [found for unit in units for found in _groups(school, unit)]


def _persons(school: School, people: list[Person], view: CaseView | None = None) -> list[Recipient]:
    """The people themselves; who is away is told through whoever acts for them."""
    there = [view.acting.get(person.id, person.id) if view else person.id for person in people]
    return [Recipient(name, person) for person in dict.fromkeys(there) for name in channels_of(school, person)]


def _each_once(people: list[Person]) -> list[Person]:
    return list({person.id: person for person in people}.values())


def _mails(people: list[Person]) -> list[Recipient]:
    return [Recipient("email", person.id) for person in people if person.mail]


def department_of(school: School, name: str) -> Department | None:
    """Return a department by id, or None when it is unknown or none was named."""
    return next((unit for unit in school.organisation.departments if unit.id == name), None)
