"""Each fault changes the ledger, and the checker sees it."""

import json
import sqlite3

import pytest

from demo.check_story import check_story
from demo.faults import FAULTS, LATE, strike
from demo.find_forbidden import find_forbidden
from demo.read_story import Story
from tests.demo.faithful_product import Faithful


def test_the_faults_are_the_four_promised() -> None:
    assert sorted(FAULTS) == ["double_send", "drop_post", "late_timer", "leak_text"]


def test_a_dropped_post_is_noticed(story: Story, faithful: Faithful) -> None:
    strike(FAULTS["drop_post"], faithful.ledger.path.parent, story)

    assert check_story(story, faithful.truth, faithful.ledger, faithful.messages, ()).lost == 1


def test_one_sent_notice_waits_again(story: Story, faithful: Faithful) -> None:
    strike(FAULTS["double_send"], faithful.ledger.path.parent, story)

    assert [row["state"] for row in faithful.ledger.outbox()].count("pending") == 1


def test_a_leak_stands_in_the_outbox_and_is_found(story: Story, faithful: Faithful) -> None:
    strike(FAULTS["leak_text"], faithful.ledger.path.parent, story)

    findings = find_forbidden(story, faithful.truth, faithful.ledger, faithful.messages, {})

    assert findings == ["先救助帖 restricted-1 的文字在 表 outbox"]


def test_ladders_slip(story: Story, faithful: Faithful) -> None:
    ladder = [{"step": "due", "at": "2026-12-10T09:30:00.000000+00:00", "to": []}]
    with sqlite3.connect(faithful.ledger.path) as connection:
        connection.execute("UPDATE timer SET ladder = ?", (json.dumps(ladder),))
    connection.close()

    strike(FAULTS["late_timer"], faithful.ledger.path.parent, story)

    slipped = faithful.ledger.rows("SELECT DISTINCT ladder FROM timer")
    assert LATE.total_seconds() == 5 * 3600
    assert json.loads(slipped[0]["ladder"])[0]["at"] == "2026-12-10T14:30:00.000000+00:00"


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_strikes_within_the_story(story: Story, name: str) -> None:
    assert story.posts[0].entry.at < FAULTS[name].at < FAULTS[name].shows < story.acts.ends
