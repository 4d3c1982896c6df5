"""Stage 6: facts in, outbox rows out, in the transaction of the change itself.

`notices_for` is pure and decides who reads what; `write_notices` is the listener that wiring registers. A restricted
case goes by mail only, with number, level and due time: to the restricted roster, in immediate danger to security too,
and where a counsellor tells a department, with her own words.
"""

from datetime import datetime
from hashlib import sha256

from alerts.case_view import CaseView, read_case_view, read_empty_view
from alerts.choose_recipients import (
    DANGER_KINDS,
    RESTRICTED_KINDS,
    Recipient,
    danger_recipients,
    recipients_of,
    restricted_recipients,
    routes_of,
    told_recipients,
)
from alerts.drop_moot import drop_lower
from alerts.hold_notices import hold_back
from alerts.outbox_rows import Notice, put_in
from alerts.refresh_left import remember_left
from alerts.render import due_of, level_of, render, values_of
from alerts.subscriptions import TEMPLATE as SUBSCRIBED
from alerts.subscriptions import subscribers_of
from alerts.withdraw import withdraw_notices
from foundation.ledger import Fact, Listener, Work
from foundation.school import School

TECHNICAL = (
    "round.finished", "source.alarm", "source.calm", "source.recovered", "channel.down", "channel.up", "notice.dead",
    "notice.stuck", "rule.disabled", "quota.near", "schedule.missed", "schedule.silent", "job.stuck", "patrol.daily",
    "template.broken",
)  # fmt: skip
ALERTS = ("rule.fired", "rule.early", "rule.repeated", "rule.over")
OF_ROUNDS = ("round.finished", "source.alarm", "source.calm")  # crawl children write them: alerts/tell_rounds.py tells
BROKEN = "template.broken"  # a fact of this module only: it is not in the ledger
DANGER, TOLD = "danger", "told"
PRIVATE = ("restricted", DANGER, TOLD)  # templates of restricted cases
FOR_OTHERS = (DANGER, TOLD)  # their readers are told to speak with the counsellor; the case itself they may not open


def write_notices(school: School) -> Listener:
    """Return the listener that turns the facts of a unit of work into outbox rows, before it commits."""

    def listener(work: Work, facts: list[Fact]) -> None:
        for fact in facts:
            if fact.kind in OF_ROUNDS:
                continue
            case_no = fact.subject if fact.kind.startswith(("case.", "timer.")) else str(fact.data.get("case_no") or "")
            unit = str(fact.data.get("unit", ""))
            view = (
                read_case_view(work.connection, case_no, work.at)
                if case_no
                else read_empty_view(work.connection, work.at, unit)
            )
            if fact.kind == "case.retitled" or (view.restricted and fact.kind == "case.opened"):
                withdraw_notices(work, view.case_no)
            if fact.kind == "timer.step":
                drop_lower(work, fact.subject, int(fact.data["timer_id"]), str(fact.data["step"]))
            put_in(work, hold_back(work, school, fact, notices_for(fact, school, view)))

    return listener


def notices_for(fact: Fact, school: School, view: CaseView) -> list[Notice]:
    """Return the notices that one fact asks for.

    Args:
        fact: What happened.
        school: Departments, people, roles, address of the console.
        view: The case as it now stands; for facts without a case an empty view with the present instant.
    """
    if fact.kind == "case.opened" and fact.data.get("level_code") == 0:
        return []
    named = list(fact.data.get("to", []))
    if view.restricted or fact.data.get("restricted"):
        return _restricted_notices(fact, school, view, named)
    step = str(fact.data.get("step", ""))
    notices = [
        notice
        for route in routes_of(fact.kind, step)
        for notice in _build(route.template, fact, school, view, recipients_of(route, school, view, named))
    ]
    told = {(notice.channel, notice.recipient) for notice in notices}
    others = [one for one in subscribers_of(fact, school, view) if (one.channel, one.name) not in told]
    return notices + (_build(SUBSCRIBED, fact, school, view, others) if others else [])


def _restricted_notices(fact: Fact, school: School, view: CaseView, named: list[str]) -> list[Notice]:
    notices = []
    if fact.kind in RESTRICTED_KINDS:
        notices += _build("restricted", fact, school, view, restricted_recipients(school, view, named))
    if fact.kind in DANGER_KINDS and view.in_danger:
        notices += _build(DANGER, fact, school, view, danger_recipients(school, view))
    if fact.kind == "case.told":
        notices += _build(TOLD, fact, school, view, told_recipients(school, fact.data["department"]))
    return notices


def _build(template: str, fact: Fact, school: School, view: CaseView, recipients: list[Recipient]) -> list[Notice]:
    words = render(template, values_of(fact, school, view), school)
    technical = fact.kind in TECHNICAL or fact.data.get("to") == ["tech"]
    link, command = ("", "") if technical or template in FOR_OTHERS else _where(school, view)
    key = f"{DANGER}:{view.case_no}" if template == DANGER else _dedupe_key(fact, view)  # danger is told once
    notices = [
        Notice(
            f"{key}:{recipient.channel}:{recipient.name}",
            view.case_no,
            level_of(fact, view),
            f"tech.{template}" if technical else template,
            recipient.channel,
            recipient.name,
            {
                "title": words.title,
                "body": words.body + command,
                "link": link,
                "mention": list(recipient.mention),
                "private": template in PRIVATE,
                "event_id": fact.data.get("event_id"),
                **remember_left(due_of(fact, view), view.as_of),
            },
        )
        for recipient in recipients
    ]
    if words.instead and notices and fact.kind != BROKEN:
        notices += _tell_broken(template, words.instead, school, view)
    return notices


def _tell_broken(template: str, instead: str, school: School, view: CaseView) -> list[Notice]:
    """Return what technicians are told, once a school version, of a template that could not be filled."""
    about = Fact(BROKEN, template, {"reason": instead, "version": school.version})
    nobody = CaseView(view.as_of)
    return [
        notice
        for route in routes_of(BROKEN)
        for notice in _build(route.template, about, school, nobody, recipients_of(route, school, nobody, []))
    ]


def _where(school: School, view: CaseView) -> tuple[str, str]:
    """Return the link to a case, and, where the school has no console, the line that names the command instead."""
    console = school.settings.alerts.console_url.rstrip("/")
    if console or not view.case_no:
        return (f"{console}/cases/{view.case_no}" if view.case_no else ""), ""
    return "", f"\n查看：huiyin case show {view.case_no}{' --as 本人编号' if view.restricted else ''}"


def _dedupe_key(fact: Fact, view: CaseView) -> str:
    """Return what makes the notice unique: the same fact told again creates nothing, a new due time does."""
    data = fact.data
    if fact.kind == "timer.step":
        due_epoch = int(datetime.fromisoformat(data["due_at"]).timestamp())
        return f"{fact.subject}:{data['timer_id']}:{data['step']}:{due_epoch}"
    if fact.kind == "timer.moved":
        return f"{fact.subject}:{data['timer_id']}:moved:{data['old_due_at']}:{data['due_at']}"
    moment = str(int(view.as_of.timestamp()))
    telling = {
        "case.opened": "",
        "case.confirmed": str(data.get("level_code", "")),
        "case.raised": str(data.get("level_code", "")),
        "case.told": str(data.get("version", "")),
        BROKEN: str(data.get("version")),
        "rule.disabled": str(data.get("digest") or data.get("school_version")),
        **dict.fromkeys(("case.supervised", "case.circular_signed"), str(data.get("document", ""))),
        "round.finished": f"{data.get('outcome')}:{moment}",
        "source.alarm": f"{data.get('alarm')}:{moment}",
        "source.calm": f"{data.get('alarm')}:{moment}",
        "source.recovered": f"{data.get('outcome')}:{moment}",
        "channel.up": str(data.get("since")),
        "schedule.silent": str(data.get("since")),
        "channel.down": str(data.get("since")),
        "notice.dead": str(data.get("outbox_id")),
        "notice.stuck": str(data.get("outbox_id")),
        "quota.near": str(data.get("month")),
        "patrol.daily": str(data.get("day")),
        **dict.fromkeys(("duty.due", "duty.missed", "roster.gap", "forewarning.linked"), ""),  # the subject is unique
    }.get(fact.kind, moment)
    if fact.kind in ALERTS:
        about = data.get("event_id") or f"a{data.get('alert_id')}"
        telling = f"{about}:{data.get('window_at')}:{_digest(str(data.get('says')))}"
    return f"{fact.kind}:{fact.subject}:{telling}"


def _digest(says: str) -> str:
    """Two different sentences about one event in one tick are two notices; their words do not stand in the key."""
    return sha256(says.encode()).hexdigest()[:12]
