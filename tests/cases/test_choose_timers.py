"""Tests of which timers a case owes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cases.choose_timers import applies, holds, merged_profile, owed_timers
from cases.policy_file import PolicyFile
from cases.profile_file import AppliesTo, Profile, When
from cases.situation import Situation
from foundation.config import parse

FILE = parse(
    PolicyFile, (Path(__file__).parents[2] / "school" / "policy.yaml").read_text(encoding="utf-8"), "policy.yaml"
)
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def code(level: str) -> int:
    return FILE.levels.index(level) + 1


def case(level_code: int = 1, **more: Any) -> Situation:
    return Situation.found(level_code, AT, **more)


@pytest.mark.parametrize(("when", "situation", "so"), [
    ({}, case(), True),
    ({"level": "重大"}, case(2), True),
    ({"level": "重大"}, case(3), False),
    ({"level_at_least": "重大"}, case(3), True),
    ({"level_at_least": "重大"}, case(1), False),
    ({"nature": "诉求"}, case(nature="诉求"), True),
    ({"nature": "诉求"}, case(nature="建议"), False),
    ({"kind": "own_system_incident"}, case(kind="own_system_incident"), True),
    ({"kind": "own_system_incident"}, case(), False),
    ({"sudden": True}, case(marks=frozenset({"sudden"})), True),
    ({"sudden": True}, case(), False),
    ({"marked": "false_information"}, case(marks=frozenset({"false_information"})), True),
    ({"any": ["sudden", {"level_at_least": "重大"}]}, case(1), False),
    ({"any": ["sudden", {"level_at_least": "重大"}]}, case(2), True),
    ({"any": ["sudden", {"level_at_least": "重大"}]}, case(1, marks=frozenset({"sudden"})), True),
    ({"nature": "诉求", "level": "重大"}, case(1, nature="诉求"), False),
])  # fmt: skip
def test_everything_that_is_written_must_hold(when: dict[str, Any], situation: Situation, so: bool) -> None:
    assert holds(When.model_validate(when), situation, code) is so


def test_a_profile_may_be_for_one_kind_of_source_only() -> None:
    board = AppliesTo(source_kind="message_board")

    assert applies(board, case(source_kind="message_board"))
    assert not applies(board, case(source_kind="forum"))
    assert applies(AppliesTo(), case(source_kind="forum"))
    assert not applies(AppliesTo(kind="received_circular"), case())


def test_a_child_replaces_what_it_writes_and_inherits_the_rest() -> None:
    """Z3.12: 按其他规定处理."""
    own = Profile.model_validate({
        "extends": "z9a-message-board",
        "timers": [
            {"id": "Z9a.3.5", "from": "posted_at", "within": "2d", "done_by": "reply_published", "by": "officer"},
        ],
        "approve_reply": ["principal"],
    })  # fmt: skip
    merged = merged_profile({**FILE.profiles, "own": own}, "own")
    parent = FILE.profiles["z9a-message-board"]

    assert [(timer.id, timer.within) for timer in merged.timers] == [("Z9a.3.3", "3d"), ("Z9a.3.5", "2d")]
    assert merged.approve_reply == ["principal"]
    assert (merged.overdue, merged.applies_to) == (parent.overdue, parent.applies_to)


def test_owed_timers_name_their_profiles() -> None:
    owed = list(owed_timers(FILE.profiles.values(), case(2, source_kind="message_board"), code))

    assert [timer.id for _, timer in owed] == [
        "Z1.6.2-2a", "Z1.6.2-2b", "Z7.7-2a", "Z7.7-2", "Z8.7", "Z9a.3.3", "Z9a.3.5", "Z9b.5.2-1b", "Z9c.7", "Z9c.9-3",
    ]  # fmt: skip
    assert owed[-1][0] is FILE.profiles["z9c-hospital"]
