"""The checker passes a faultless product and catches each kind of fault."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from cases.case import case_file
from demo.check_story import Result, check_story, quiet_keys
from demo.read_story import Story
from tests.demo.faithful_product import Faithful


def judge(story: Story, faithful: Faithful, forbidden: tuple[str, ...] = ()) -> Result:
    return check_story(story, faithful.truth, faithful.ledger, faithful.messages, forbidden)


def change(faithful: Faithful, sql: str, *values: object) -> None:
    with sqlite3.connect(faithful.ledger.path) as connection:
        connection.execute(sql, values)
    connection.close()


def test_a_faultless_product_is_well(story: Story, faithful: Faithful) -> None:
    result = judge(story, faithful)

    assert result.why == []
    assert result.is_well()
    assert result.line().startswith(
        f"demo: heard={len(story.posts)}/{len(story.posts)} duplicates=3/3 events=6/6 cases=6/6"
    )
    assert result.line().endswith("repeats=0 lost=0 forbidden=0")


def test_a_missing_post_is_lost(story: Story, faithful: Faithful) -> None:
    change(faithful, "DELETE FROM post WHERE key = ?", story.post("chat-1").key)

    result = judge(story, faithful)

    assert (result.lost, result.is_well()) == (1, False)


@pytest.mark.parametrize(
    ("column", "value", "post"),
    [("version", 1, "power-1"), ("vanished_at", None, "parcel-1"), ("published_at", "2026-12-07T00:00", "chat-2")],
)
def test_an_unnoticed_edit_deletion_or_wrong_time_is_not_heard(story, faithful, column, value, post) -> None:
    change(faithful, f"UPDATE post SET {column} = ? WHERE key = ?", value, story.post(post).key)

    result = judge(story, faithful)

    assert result.heard.good == result.heard.all - 1
    assert not result.is_well()


def test_a_copy_of_the_wrong_original_counts_as_missed(story: Story, faithful: Faithful) -> None:
    change(faithful, "UPDATE post SET duplicate_of = 1 WHERE key = ?", story.post("canteen-9").key)

    assert str(judge(story, faithful).duplicates) == "2/3"


def test_a_post_taken_for_a_copy_counts(story: Story, faithful: Faithful) -> None:
    change(faithful, "UPDATE post SET duplicate_of = 1 WHERE key = ?", story.post("canteen-16").key)

    assert str(judge(story, faithful).duplicates) == "3/4"


def test_an_event_with_a_stranger_is_not_whole(story: Story, faithful: Faithful) -> None:
    change(faithful, "UPDATE post SET event_id = 1 WHERE key = ?", story.post("praise-1").key)

    assert str(judge(story, faithful).events) == "5/6"


def test_a_second_case_counts(story: Story, faithful: Faithful) -> None:
    copied = [column.name for column in case_file.columns if column.name not in ("case_no", "event_id")]
    names = ", ".join(copied)
    change(
        faithful,
        f"INSERT INTO case_file (case_no, event_id, {names}) SELECT 'HY-9', 99, {names} FROM case_file LIMIT 1",
    )

    assert str(judge(story, faithful).cases) == "6/7"


def test_a_message_that_came_twice_is_a_repeat_that_only_a_kill_excuses(story: Story, faithful: Faithful) -> None:
    faithful.messages.append(faithful.messages[0])

    result = judge(story, faithful)

    assert result.repeats == 1
    assert not result.is_well()
    assert result.is_well(kills=1)


def test_a_late_message_is_not_the_expected_one(story: Story, faithful: Faithful) -> None:
    first = faithful.messages[0]
    faithful.messages[0] = replace(first, at=first.at + timedelta(hours=5))

    result = judge(story, faithful)

    assert result.notices.good == result.notices.all - 2
    assert not result.is_well()


def test_a_message_that_no_notice_explains_counts(story: Story, faithful: Faithful) -> None:
    faithful.messages.append(replace(faithful.messages[0], number=0, channel="email"))

    assert any("来历不明" in reason for reason in judge(story, faithful).why)


def test_each_forbidden_finding_counts(story: Story, faithful: Faithful) -> None:
    result = judge(story, faithful, ("某处",))

    assert result.forbidden == 1
    assert not result.is_well()


def test_nothing_heard_is_never_well() -> None:
    assert not Result().is_well()


def test_praise_and_namesakes_are_quiet(story: Story, faithful: Faithful) -> None:
    quiet = quiet_keys(faithful.truth)

    assert story.post("praise-1").key in quiet
    assert story.post("namesake-1").key in quiet
    assert len(quiet) == 21
