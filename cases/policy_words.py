"""Stage 5: the words of a policy against each other: levels, natures, roles, lengths, names of profiles and timers.

A record alone cannot see that a role is written in `roles` or that a length is a word of `unnumbered`. What comes in is
the whole file; the first word that nothing explains is raised as a `Mistake` with its place.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cases.clock_words import CO_DEPARTMENTS
from cases.duration import GRAMMAR, parse_duration
from cases.profile_file import UNSET, OverdueStep, Profile, Timer, When
from foundation.config import Mistake, nearest

if TYPE_CHECKING:
    from cases.policy_file import Climb, PolicyFile

Place = tuple[str | int, ...]  # keys and positions in the document
Word = tuple[Place, str]
WAITS = {"triage": "初判", "receipt": "签收"}


def check_words(file: "PolicyFile") -> None:
    """Refuse the first word that is not known.

    Raises:
        Mistake: With its place and the nearest right word.
    """
    _check(_level_words(file), file.levels, "等级", "等级有")
    for name, climb in _climbs(file):
        for level in file.levels:
            if level not in climb.within:
                raise Mistake(f"{name} 没有写 {level} 的{WAITS[name]}时限", f"写上 {level}: 4h 这样的一项", (name,))
    for number, name in enumerate(file.enabled):
        if name not in file.profiles:
            hint = _hint(name, file.profiles, "写了的有")
            raise Mistake(f"enabled 里的 {name} 没有写在 profiles 里", hint, ("enabled", number))
    for name, profile in file.profiles.items():
        _check_ancestors(file.profiles, name, profile)
    _check(_nature_words(file), file.natures, "性质", "性质有")
    _check(_role_words(file), [*file.roles, CO_DEPARTMENTS], "角色", "先写在 roles 里；已有")
    _check_lengths(file)
    _check_timers_named(file)


def timers_of(file: "PolicyFile") -> Iterator[tuple[Place, Timer]]:
    """Yield every timer of every profile with its place."""
    for name, profile in file.profiles.items():
        for number, timer in enumerate(profile.timers):
            yield ("profiles", name, "timers", number), timer


def _climbs(file: "PolicyFile") -> Iterator[tuple[str, "Climb"]]:
    yield "triage", file.triage
    if file.receipt:
        yield "receipt", file.receipt


def _check(words: Iterable[Word], known: Iterable[str], what: str, lead: str) -> None:
    for path, word in words:
        if word and word not in known:
            raise Mistake(f"不认识的{what} {word}", _hint(word, known, lead), path)


def _check_ancestors(profiles: dict[str, Profile], name: str, profile: Profile) -> None:
    place, seen = ("profiles", name, "extends"), [name]
    while profile.extends:
        if profile.extends not in profiles:
            hint = _hint(profile.extends, profiles, "写了的有")
            raise Mistake(f"{name} 要继承的 {profile.extends} 没有写在 profiles 里", hint, place)
        if profile.extends in seen:
            raise Mistake(
                f"{name} 的继承绕成了圈：{'、'.join([*seen, profile.extends])}", "去掉其中一处 extends", place
            )
        seen.append(profile.extends)
        profile = profiles[profile.extends]


def _check_lengths(file: "PolicyFile") -> None:
    for path, timer in timers_of(file):
        _check_length(file, (*path, "within"), timer.within, unset=True)
    for name, profile in file.profiles.items():
        for number, duty in enumerate(profile.recurring):
            _check_length(file, ("profiles", name, "recurring", number, "every"), duty.every, unset=False)


def _check_length(file: "PolicyFile", path: Place, text: str, *, unset: bool) -> None:
    if text in file.unnumbered or (unset and text == UNSET):
        return
    try:
        parse_duration(text)
    except ValueError as mistake:
        words = "、".join(file.unnumbered)
        hint = f"可以写 {GRAMMAR}" + (f"，或 unnumbered 里的词：{words}" if words else "")
        raise Mistake(f"{text} 不是时限", hint, path) from mistake


def _check_timers_named(file: "PolicyFile") -> None:
    known = [timer.id for _, timer in timers_of(file)]
    for path, timer in timers_of(file):
        if timer.not_after and timer.not_after.timer not in known:
            named = timer.not_after.timer
            raise Mistake(f"{timer.id} 的 not_after 写了不认识的时限 {named}", _hint(named, known, "时限有"), path)


def _whens(file: "PolicyFile") -> Iterator[tuple[Place, When]]:
    for path, timer in timers_of(file):
        yield from (((*path, "when"), when) for when in (timer.when, *timer.when.any))
    for name, profile in file.profiles.items():
        if profile.follow_up_report:
            yield ("profiles", name, "follow_up_report", "when"), profile.follow_up_report.when


def _level_words(file: "PolicyFile") -> Iterator[Word]:
    for key, climb in _climbs(file):
        yield from (((key, level), level) for level in climb.within)
        yield from (((key, "duty_time", number), level) for number, level in enumerate(climb.duty_time or []))
    for path, when in _whens(file):
        yield from ((path, level) for level in (when.level, when.level_at_least))
    for name, profile in file.profiles.items():
        place: Place = ("profiles", name)
        yield from (((*place, "statement_by", level), level) for level in profile.statement_by)
        for number, floor in enumerate(profile.level_floor):
            yield (*place, "level_floor", number, "level"), floor.level
    yield from ((("guards", "sources_at", level), level) for level in file.guards.sources_at)


def _nature_words(file: "PolicyFile") -> Iterator[Word]:
    return ((path, when.nature) for path, when in _whens(file))


def _role_words(file: "PolicyFile") -> Iterator[Word]:
    for key, climb in _climbs(file):
        yield from (((key, "climbs", number), role) for number, role in enumerate(climb.climbs))
    for path, timer in timers_of(file):
        yield from (((*path, "to"), role) for role in timer.to)
        yield from (((*path, "by"), role) for role in timer.by)
        if timer.extend:
            yield from (((*path, "extend", "needs"), role) for role in timer.extend.needs if role != "reason")
    yield from _step_roles(("overdue_default",), file.overdue_default)
    for number, role in enumerate(file.guards.top_level_by):
        yield ("guards", "top_level_by", number), role
    for name, profile in file.profiles.items():
        yield from _profile_roles(("profiles", name), profile)


def _profile_roles(place: Place, profile: Profile) -> Iterator[Word]:
    yield from _step_roles((*place, "overdue"), profile.overdue)
    for key in ("approve_reply", "dual_report"):
        yield from (((*place, key), role) for role in getattr(profile, key))
    for key in ("publish_gate", "sign_off"):
        yield (*place, key), getattr(profile, key)
    yield from (((*place, "statement_by", level), role) for level, role in profile.statement_by.items())
    for number, duty in enumerate(profile.recurring):
        yield from (((*place, "recurring", number, "to"), role) for role in duty.to)
    if profile.follow_up_report:
        yield from (((*place, "follow_up_report", "by"), role) for role in profile.follow_up_report.by)


def _step_roles(place: Place, steps: list[OverdueStep]) -> Iterator[Word]:
    for number, step in enumerate(steps):
        yield from (((*place, number, "to"), role) for role in step.to)
        yield (*place, number, "needs_human"), step.needs_human


def _hint(word: str, known: Iterable[str], words: str) -> str:
    near = nearest(word, known)
    return f"是不是 {near}？" if near else f"{words}：{'、'.join(known)}"
