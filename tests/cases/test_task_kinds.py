"""Kinds of tasks have numbers of their own, and each is asked for by roles that exist."""

from cases.roles import ROLES
from cases.task_kinds import BY_PEOPLE, HEAD, KINDS


def test_each_kind_has_its_own_prefix() -> None:
    assert len({kind.prefix for kind in KINDS.values()}) == len(KINDS)


def test_people_ask_in_roles_that_exist() -> None:
    asked = {role for name in BY_PEOPLE for role in KINDS[name].askers}

    assert asked - {HEAD} <= set(ROLES)


def test_the_programs_own_kinds_are_not_asked_for_by_people() -> None:
    assert set(KINDS) - set(BY_PEOPLE) == {"review", "second_response", "seen_reply"}
