"""A ledger and messages as a faultless product would leave them, built from the story: what the checker must pass."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from cases.case import case_file
from crawler.items import Post
from demo.collect_messages import Message
from demo.expect_notices import Told, expected_notices
from demo.read_ledger import LedgerReader
from demo.read_story import Event, Story, StoryPost, story_instant
from demo.record_truth import Truth
from foundation.tables import outbox, timer
from search import sqlite_store
from search.post_table import insert_posts
from tests.servers.new_ledger import new_ledger

ROUND = timedelta(hours=6)
FIRST_ROUND = story_instant("1 08:00")
LEVELS = {"一般": 1, "重大": 2, "特别重大": 3}
INDEX = sqlite_store.post_tokens  # imported so that new_ledger makes the tables of the index too
OUTBOX = {"level_code": 1, "attempts": 1, "lease_until": 0.0, "state": "sent", "payload": {"title": "", "body": "无"}}


@dataclass(slots=True)
class Faithful:
    """What the checker reads."""

    truth: dict[str, Any]
    ledger: LedgerReader
    messages: list[Message]


def play_faithfully(story: Story, folder: Path) -> Faithful:
    """Serve everything in rounds of six hours, keep every post, send every notice once."""
    truth = _serve(story, Truth(folder.parent / "truth.json"))
    ledger = new_ledger(folder)
    with ledger.change() as work:
        insert_posts(work.connection, [_post(story, post, place) for place, post in enumerate(story.posts, 1)], work.at)
        for number, event in enumerate(story.events, 1):
            _open_case(work.connection, event, number)
        numbers = {event.id: number for number, event in enumerate(story.events, 1)}
        told = sorted(expected_notices(story, truth))
        messages = [_send(work.connection, notice, place, numbers) for place, notice in enumerate(told, 1)]
    ledger.close()
    return Faithful(truth, LedgerReader(folder), messages)


def _serve(story: Story, truth: Truth) -> dict[str, Any]:
    for post in story.posts:
        rounds = 0
        while FIRST_ROUND + rounds * ROUND < post.entry.at:
            rounds += 1
        truth.served(post, 1, FIRST_ROUND + rounds * ROUND)
        for version, edit in enumerate(post.entry.edits, 2):
            truth.served(post, version, edit.at)
        gone = story.thread_of(post).entry.deleted_at if post.entry.site == "forum" else None
        if gone:
            truth.gone(post, gone)
    truth.closed("forum", story.acts.closed_site.from_)
    return truth.snapshot()


def _post(story: Story, post: StoryPost, place: int) -> Post:
    order = {other.entry.id: number for number, other in enumerate(story.posts, 1)}
    events = {event.id: number for number, event in enumerate(story.events, 1)}
    gone = story.thread_of(post).entry.deleted_at if post.entry.site == "forum" else None
    return Post(
        key=post.key,
        post_id=place,
        published_at=post.entry.at,
        version=1 + len(post.entry.edits),
        vanished_at=gone,
        duplicate_of=order.get(post.entry.copy_of),
        event_id=events.get(post.event),
        restricted=post.entry.kind == "restricted",
        outcome="needs_eyes" if post.entry.kind == "picture" else "stored",
    )


def _open_case(connection: Connection, event: Event, number: int) -> None:
    opened_at = FIRST_ROUND
    case_no = f"HY-{number}"
    values = {"case_no": case_no, "event_id": number, "state": "研判", "lead": event.department}
    level = {"level_code": LEVELS[event.level], "suggested_level_code": LEVELS[event.level]}
    flags = {"provisional": True, "restricted": event.course == "counselled", "late": False, "school_version": 1}
    times = {"discovered_at": opened_at, "opened_at": opened_at}
    connection.execute(insert(case_file).values(**values, **level, **flags, **times))


def _send(connection: Connection, told: Told, place: int, numbers: dict[str, int]) -> Message:
    case_no = f"HY-{numbers[told.event]}" if told.event else None
    channel, recipient = told.to.split(":")
    rule, _, step = told.what.rpartition(":")
    key = f"{told.what}:{case_no}:{place}:{told.to}"
    if told.what == "rule_fired":
        case_no, key = None, f"rule.fired:多帖:{numbers[told.event]}:{told.at}:{told.to}"
    if rule:
        key = f"{case_no}:{_timer(connection, rule, case_no or '', told.at)}:{step}:0:{told.to}"
    values = {**OUTBOX, "payload": {"title": f"第 {place} 条", "body": "无"}, "dedupe_key": key, "case_no": case_no}
    row = {"kind": told.what, "channel": channel, "recipient": recipient, "not_before": told.at, "created_at": told.at}
    connection.execute(insert(outbox).values(outbox_id=place, **values, **row))
    return Message(channel, recipient, f"第 {place} 条", "无", told.at, place if channel == "email" else 0)


def _timer(connection: Connection, rule: str, case_no: str, at: datetime) -> int:
    lists: dict[str, Any] = {"addressees": [], "steps_taken": {}, "ladder": [], "explanation": []}
    words = {"case_no": case_no, "rule": rule, "done_by": "reported", "state": "open"}
    versions = {"policy_version": "1", "calendar_version": "1", "anchor_at": at, "due_at": at}
    return int(connection.execute(insert(timer).values(**words, **lists, **versions)).inserted_primary_key[0])
