"""Ground floor: departments.yaml against itself: people known, ids once, roles held, the tree without circles.

The records in, every problem with its line out; what one record can see alone, it says itself.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from foundation.config import line_in, nearest
from foundation.errors import Problem

if TYPE_CHECKING:
    from foundation.school import Organisation

REQUIRED_ROLES = ("watch", "officer", "office", "principal", "duty", "counsellor", "tech")


def check_organisation(organisation: "Organisation", text: str, file: str) -> Iterator[Problem]:
    """Yield what the records cannot see one by one; `text` is theirs, for the lines."""

    def problem(path: tuple[str | int, ...], what: str, hint: str) -> Problem:
        return Problem(file, line_in(text, file, path), what, hint)

    yield from _check_doubles([person.id for person in organisation.people], "people", "人员", text, file)
    yield from _check_doubles([unit.id for unit in organisation.departments], "departments", "部门", text, file)
    known = [person.id for person in organisation.people]
    for path, who, where in _mentions(organisation):
        if who not in known:
            near = nearest(who, known)
            hint = f"是不是 {near}？" if near else "先在 people 里登记这个人"
            yield problem(path, f"{where} 写了不认识的人 {who}", hint)
    yield from _check_tree(organisation, text, file)
    for role in REQUIRED_ROLES:
        if not organisation.roles.get(role):
            yield problem(("roles", role), f"没有人担任 {role}", f"在 roles 里写上 {role}: [人员编号]")
    for number, unit in enumerate(organisation.departments):
        if unit.owner == unit.deputy:
            yield problem(("departments", number, "deputy"), f"{unit.name} 的负责人与副手是同一人", "另选一名副手")
        if not unit.has_group:
            hint = "写上 robot（钉钉）、wecom、feishu、webhook 或 dingtalk_users 之一，使通知不只靠邮件"
            yield problem(("departments", number), f"{unit.name} 没有邮件以外的去处", hint)


def _check_tree(organisation: "Organisation", text: str, file: str) -> Iterator[Problem]:
    """Yield parents that nobody knows and circles; the tree may have any depth (Z5.2)."""

    def problem(number: int, what: str, hint: str) -> Problem:
        return Problem(file, line_in(text, file, ("departments", number, "parent")), what, hint)

    parents = {unit.id: unit.parent for unit in organisation.departments}
    for number, unit in enumerate(organisation.departments):
        seen, above = [unit.id], unit.parent
        while above and above in parents and above not in seen:
            seen.append(above)
            above = parents[above]
        if unit.parent and unit.parent not in parents:
            near = nearest(unit.parent, parents)
            hint = f"是不是 {near}？" if near else "先在 departments 里登记上级部门"
            yield problem(number, f"{unit.name} 的上级 {unit.parent} 不是本校的部门", hint)
        elif above == unit.id:
            yield problem(number, f"{unit.name} 的上级绕回了自己", "去掉其中一个 parent")


def _mentions(organisation: "Organisation") -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield every person that roles and departments name: place in the document, person id, place for people."""
    for role, holders in organisation.roles.items():
        yield from ((("roles", role, number), who, f"roles.{role}") for number, who in enumerate(holders))
    for number, unit in enumerate(organisation.departments):
        for post in ("owner", "deputy", "liaison"):
            yield ("departments", number, post), getattr(unit, post), f"{unit.name}.{post}"


def _check_doubles(ids: list[str], key: str, kind: str, text: str, file: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, name in enumerate(ids):
        if name in first:
            line = line_in(text, file, (key, first[name], "id"))
            here = line_in(text, file, (key, number, "id"))
            what = f"{kind}编号 {name} 已经用在第 {line} 行"
            yield Problem(file, here, what, f"每个{kind}用自己的编号")
        first.setdefault(name, number)
