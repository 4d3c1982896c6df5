"""Demo: which notices the story must cause. In: story and truth. Out: `Told`: what, of which event, to whom, when.

Written from the 制度 and from docs/architecture.md, without a line of the product's own deadline or routing code: due
instants are counted by hand in `story/acts.yaml`, recipients by the roles of the example school below.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.read_story import Act, Climb, Event, Promise, Story
from foundation.clock import SCHOOL_ZONE

WATCH, OFFICER, COUNSELLORS = ("email:tang_ruolan",), ("email:xu_songbai",), ("email:wen_ruxin", "email:jiang_huiyin")
OFFICE, DUTY = ("email:gu_wenjing", "email:he_qiming"), ("email:qin_weiguo", "email:bai_shouping")
TECHNICIANS = ("email:cheng_wangluo", "dingtalk:network")
OWNERS = {"safety": "qin_weiguo", "office": "gu_wenjing", "publicity": "ding_xiaoyu", "students": "luo_chengan"}
LIAISONS = {"safety": "bai_shouping", "office": "he_qiming", "publicity": "xu_songbai", "students": "meng_qiuyan"}
DEPUTIES = LIAISONS  # the same persons in the example school
CLIMB = (WATCH, OFFICER, DUTY, OFFICE)
REMINDERS = {"remind_50": 0.5, "remind_20": 0.2}  # share of time left
RESTRICTED = "restricted"
CALM = timedelta(days=3)  # after the answer and the last post
LOWEST, NIGHT_BEGINS, NIGHT_ENDS = "一般", 22, 7  # 一般 waits for the morning, school time


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """One notice as a recipient sees it."""

    event: str  # event of the story; empty for a notice about a site
    what: str  # template or step, with the rule where a step belongs to one
    to: str  # channel:recipient
    at: datetime


def expected_notices(story: Story, truth: dict[str, Any]) -> set[Told]:
    """Return every notice that must arrive before the story ends, each once."""
    told: set[Told] = set()
    for event in story.events:
        heard = [row["first_served_at"] for row in truth["posts"].values() if row["event"] == event.id]
        if heard:
            found = _of_event(story, event, datetime.fromisoformat(min(heard)))
            told |= {_in_the_morning(each) for each in found} if event.level == LOWEST else set(found)
            told |= {_in_the_morning(each) for each in _of_calm(story, event, datetime.fromisoformat(max(heard)))}
    for visit in truth["closed"][:1]:
        told |= {Told("", "round_failed", to, datetime.fromisoformat(visit["at"])) for to in TECHNICIANS}
        told |= {Told("", "source_recovered", to, story.acts.closed_site.well_again) for to in TECHNICIANS}
    return {each for each in told if each.at <= story.acts.ends}


def _of_event(story: Story, event: Event, opened_at: datetime) -> Iterator[Told]:
    acts = {act.act: act for act in story.acts.acts if act.event == event.id}
    for what, people in _on_opening(event):
        yield from (Told(event.id, what, to, opened_at) for to in people)
    for act in acts.values():
        yield from _on_act(event, act)
    for wave in story.acts.thresholds:
        if wave.event == event.id:
            yield from (Told(event.id, "rule_fired", to, wave.at) for to in OFFICER)
    for climb in story.acts.triage:
        if climb.event == event.id:
            yield from _of_climb(event, climb, acts.get("confirm"))
    yield from _of_receipt(event, next((climb.at for climb in story.acts.receipts if climb.event == event.id), []))
    for promise in story.acts.deadlines:
        if promise.event == event.id:
            stop = acts.get("acknowledge" if promise.rule.endswith("a") else "publish")  # C18: a public word
            yield from _of_promise(event, promise, opened_at, stop)


def _on_opening(event: Event) -> list[tuple[str, tuple[str, ...]]]:
    if event.course == "counselled":
        return [(RESTRICTED, COUNSELLORS)]
    return [("case_opened", WATCH + OFFICER), ("case_heads_up", _department(event))]


def _on_act(event: Event, act: Act) -> Iterator[Told]:
    if event.course == "counselled":
        people = COUNSELLORS if act.act == "assign" else ()
        yield from (Told(event.id, RESTRICTED, to, act.at) for to in people)
    elif act.act == "confirm":
        yield from (Told(event.id, "case_confirmed", to, act.at) for to in OFFICER)
    elif act.act == "assign":
        yield from (Told(event.id, "case_assigned", to, act.at) for to in _department(event))


def _of_climb(event: Event, climb: Climb, confirmed: Act | None) -> Iterator[Told]:
    for number, (at, desk) in enumerate(zip(climb.at, CLIMB, strict=True), 1):
        if confirmed is None or at < confirmed.at:
            people = COUNSELLORS if event.course == "counselled" else desk
            yield from (Told(event.id, f"triage:triage_{number}", to, at) for to in people)


def _of_receipt(event: Event, instants: list[datetime]) -> Iterator[Told]:
    desks = (_department(event), (f"email:{DEPUTIES[event.department]}",), OFFICE) if instants else ()
    for number, (at, desk) in enumerate(zip(instants, desks, strict=True), 1):
        yield from (Told(event.id, f"receipt:receipt_{number}", to, at) for to in desk)


def _of_promise(event: Event, promise: Promise, opened_at: datetime, stop: Act | None) -> Iterator[Told]:
    debtors = _debtors(event, promise.to)
    length = promise.due - opened_at
    steps = [(name, promise.due - length * share, debtors) for name, share in REMINDERS.items()]
    steps += [("due", promise.due, debtors), ("催办", promise.due, _liaison(event))]
    if promise.supervised:
        steps.append(("督办", promise.supervised, (*_department(event), *OFFICE)))
    if promise.circular:
        steps.append(("通报", promise.circular, OFFICE))
    for step, at, people in steps:
        if stop is None or at < stop.at:
            whole = at.replace(microsecond=0) + timedelta(seconds=round(at.microsecond / 1_000_000))
            yield from (Told(event.id, f"{promise.rule}:{step}", to, whole) for to in people)


def _in_the_morning(told: Told) -> Told:
    """Return a notice as it arrives when the night is quiet."""
    local = told.at.astimezone(SCHOOL_ZONE)
    if NIGHT_ENDS <= local.hour < NIGHT_BEGINS:
        return told
    morning = local + timedelta(days=local.hour >= NIGHT_BEGINS)
    return replace(told, at=morning.replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0).astimezone(UTC))


def _department(event: Event) -> tuple[str, ...]:
    return f"email:{event.department}", f"dingtalk:{event.department}"


def _liaison(event: Event) -> tuple[str, ...]:
    if event.course == "counselled":
        return COUNSELLORS
    return f"email:{LIAISONS[event.department]}", f"dingtalk:{event.department}"


def _of_calm(story: Story, event: Event, last_heard: datetime) -> Iterator[Told]:
    """Yield the review that the lead is asked for, without the case's number; help-first cases are left alone."""
    answered = [act.at for act in story.acts.acts if (act.event, act.act) == (event.id, "publish")]
    if answered and event.course != "counselled":
        yield from (Told("", "task_asked", to, max(*answered, last_heard) + CALM) for to in _department(event))


def _debtors(event: Event, role: str) -> tuple[str, ...]:
    return {
        "principal": ("email:lin_zhiyuan",),
        "owner": (f"email:{OWNERS[event.department]}",),
        "dept": _department(event),
        "counsellor": COUNSELLORS,
    }[role]
