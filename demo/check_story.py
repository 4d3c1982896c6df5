"""Demo: compares what is true with what the product did. In: truth, ledger, messages. Out: the demo's last line.

Truth is what the servers served. Nothing here uses the product's code: the ledger is read as a file, expected notices
come from `expect_notices.py`. Every mismatch is kept as a sentence, so that a red demo says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from demo.collect_messages import Message, trace_messages
from demo.expect_notices import Told, expected_notices
from demo.read_ledger import LedgerReader, Row
from demo.read_story import QUIET_KINDS, Story

TOLERANCE = timedelta(seconds=2)  # mail dates carry whole seconds


@dataclass(slots=True)
class Count:
    """How many of how many."""

    good: int = 0
    all: int = 0

    def __str__(self) -> str:
        return f"{self.good}/{self.all}"


@dataclass(slots=True)
class Result:
    """The demo's figures, and a sentence for each mismatch."""

    heard: Count = field(default_factory=Count)
    duplicates: Count = field(default_factory=Count)
    events: Count = field(default_factory=Count)
    cases: Count = field(default_factory=Count)
    notices: Count = field(default_factory=Count)
    repeats: int = 0
    lost: int = 0
    forbidden: int = 0
    why: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the last line of the demo."""
        return (
            f"demo: heard={self.heard} duplicates={self.duplicates} events={self.events} cases={self.cases} "
            f"notices={self.notices} repeats={self.repeats} lost={self.lost} forbidden={self.forbidden}"
        )

    def is_well(self, kills: int = 0) -> bool:
        """Return whether everything holds; each kill excuses one repeated message, nothing else."""
        counts = (self.heard, self.duplicates, self.events, self.cases, self.notices)
        whole = all(count.good == count.all > 0 for count in counts)
        return whole and self.repeats <= kills and self.lost == 0 and self.forbidden == 0


def check_story(
    story: Story, truth: dict[str, Any], ledger: LedgerReader, messages: list[Message], forbidden: Iterable[str]
) -> Result:
    """Return the figures of a finished demo.

    Args:
        story: What was planned.
        truth: What the servers served.
        ledger: The product's ledger.
        messages: What arrived at mail and DingTalk servers.
        forbidden: Findings of `find_forbidden`.
    """
    result = Result()
    posts = ledger.posts()
    _check_heard(truth, posts, result)
    _check_duplicates(story, truth, posts, result)
    event_ids = _check_events(story, truth, posts, result)
    case_nos = _check_cases(ledger.cases(), posts, event_ids, result)
    places = case_nos | {str(event_id): event for event, event_id in event_ids.items()}
    _check_notices(expected_notices(story, truth), ledger, messages, places, result)
    for finding in forbidden:
        result.forbidden += 1
        result.why.append(f"不该出现：{finding}")
    return result


def _check_heard(truth: dict[str, Any], posts: dict[str, Row], result: Result) -> None:
    for key, row in truth["posts"].items():
        result.heard.all += 1
        post = posts.get(key)
        if post is None:
            result.lost += 1
            result.why.append(f"没听到：{row['id']}")
        elif post["version"] != len(row["versions"]):
            result.why.append(f"版本不对：{row['id']} 有 {len(row['versions'])} 版，账本记到第 {post['version']} 版")
        elif row["kind"] == "picture" and post["outcome"] != "needs_eyes":
            result.why.append(f"只有图片，却没有留给人看：{row['id']}")
        elif bool(post["vanished_at"]) != bool(row["gone_at"]):
            result.why.append(f"消失与否不对：{row['id']}")
        elif post["published_at"] != _stored(row["published_at"]):
            result.why.append(f"发布时间不对：{row['id']} {post['published_at']}")
        else:
            result.heard.good += 1
    for key in posts.keys() - truth["posts"].keys():
        result.heard.all += 1
        result.why.append(f"账本里多出一帖：{key}")


def _check_duplicates(story: Story, truth: dict[str, Any], posts: dict[str, Row], result: Result) -> None:
    ids = {row["id"]: key for key, row in truth["posts"].items()}
    by_id = {post["post_id"]: key for key, post in posts.items()}
    for key, row in truth["posts"].items():
        post = posts.get(key)
        found = by_id.get(post["duplicate_of"]) if post and post["duplicate_of"] else None
        if row["copy_of"]:
            result.duplicates.all += 1
            if found == ids.get(row["copy_of"]):
                result.duplicates.good += 1
            else:
                result.why.append(f"没认出转载：{row['id']}")
        elif found is not None:
            result.duplicates.all += 1
            result.why.append(f"误认作转载：{row['id']} 被当作 {found} 的转载")


def _check_events(story: Story, truth: dict[str, Any], posts: dict[str, Row], result: Result) -> dict[str, int]:
    """Return story event → event id, for the events that are exactly one."""
    ids: dict[str, int] = {}
    for event in story.events:
        members = {key for key, row in truth["posts"].items() if row["event"] == event.id}
        if not members:
            continue
        result.events.all += 1
        found = {posts[key]["event_id"] for key in members if key in posts}
        first = next((posts[key]["event_id"] for key in sorted(members) if key in posts), None)
        strangers = [key for key, post in posts.items() if post["event_id"] == first and key not in members]
        if first is not None:
            ids[event.id] = first
        if len(found) == 1 and first is not None and not strangers:
            result.events.good += 1
        else:
            alone = [truth["posts"][key]["id"] for key in members if key in posts and posts[key]["event_id"] != first]
            guests = [truth["posts"].get(key, {}).get("id", key) for key in strangers]
            result.why.append(f"事件 {event.id} 不完整：散在外面 {sorted(alone)}，混进来 {sorted(guests)}")
    return ids


def _check_cases(cases: list[Row], posts: dict[str, Row], event_ids: dict[str, int], result: Result) -> dict[str, str]:
    """Return case number → story event."""
    events = {event_id: event for event, event_id in event_ids.items()}
    known: dict[str, str] = {}
    for event in event_ids:
        result.cases.all += 1
        own = [case for case in cases if events.get(case["event_id"]) == event]
        if len(own) == 1:
            result.cases.good += 1
        else:
            result.why.append(f"事件 {event} 有 {len(own)} 个案件，应当恰有一个")
    for case in cases:
        known[case["case_no"]] = events.get(case["event_id"], "?")
        if case["event_id"] not in events:
            result.cases.all += 1
            members = [key for key, post in posts.items() if post["event_id"] == case["event_id"]]
            result.why.append(f"多立了案件 {case['case_no']}：{members[:3]}")
    return known


def _check_notices(
    expected: set[Told], ledger: LedgerReader, messages: list[Message], places: dict[str, str], result: Result
) -> None:
    """`places` gives the story's event by case number, or by event id for notices without a case."""
    outbox, timers = ledger.outbox(), ledger.timers()
    traced, strays = trace_messages(messages, outbox)
    result.repeats = sum(len(found) - 1 for found in traced.values())
    received: dict[Told, str] = {}
    for row in outbox:
        if row["outbox_id"] in traced:
            at = traced[row["outbox_id"]][0].at
            told = Told(places.get(_about(row), ""), _what(row, timers), _to(row), at)
            received[_nearest(told, expected)] = row["dedupe_key"]
    result.notices.good = len(expected & received.keys())
    result.notices.all = len(expected | received.keys()) + len(strays)
    result.why += [f"没收到：{_say(told)}" for told in sorted(expected - received.keys())]
    result.why += [f"多收到：{_say(told)}（{received[told]}）" for told in sorted(received.keys() - expected)]
    result.why += [f"来历不明的消息：{stray.channel} {stray.to}" for stray in strays]


def _what(row: Row, timers: dict[int, Row]) -> str:
    """Return what a notice is about: its template, or for ladder steps the rule and the step of its timer."""
    parts = row["dedupe_key"].split(":")
    timer = timers.get(int(parts[1])) if len(parts) > 3 and parts[1].isdigit() else None  # noqa: PLR2004 case:timer:step:due
    return f"{timer['rule']}:{parts[2]}" if timer else str(row["kind"]).removeprefix("tech.")


def _about(row: Row) -> str:
    """Return the case number of a notice, for a threshold rule the event that its key names."""
    if row["case_no"]:
        return str(row["case_no"])
    parts = row["dedupe_key"].split(":")
    return str(parts[2]) if parts[0] == "rule.fired" else ""


def _to(row: Row) -> str:
    return f"{row['channel']}:{row['recipient']}"


def _nearest(told: Told, expected: set[Told]) -> Told:
    """Return the expected notice that differs from the received one by less than the tolerance in time, or itself."""
    for other in expected:
        same = (other.event, other.what, other.to) == (told.event, told.what, told.to)
        if same and abs(other.at - told.at) <= TOLERANCE:
            return other
    return told


def _say(told: Told) -> str:
    return f"{told.at:%m-%d %H:%M:%S}Z {told.event or '站点'} {told.what} → {told.to}"


def _stored(text: str) -> str:
    return datetime.fromisoformat(text).isoformat(timespec="microseconds")


def quiet_keys(truth: dict[str, Any]) -> set[str]:
    """Return the keys of posts that must never alarm."""
    return {key for key, row in truth["posts"].items() if row["kind"] in QUIET_KINDS}
