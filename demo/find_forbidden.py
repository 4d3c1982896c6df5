"""Demo: looks for what must not be there. In: story, truth, all files of the state folder, messages. Out: findings.

Personal data and nicknames may stand in no byte of any store, log or message. A help-first post may stand in its own
row of the ledger, for the counsellor, and nowhere else: no index, fact, audit row, notice, log or search. Praise and
namesakes may not alarm. What robots.txt forbids may not be asked for. Findings name the post, never the text.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from demo.check_story import quiet_keys
from demo.collect_messages import Message
from demo.read_ledger import LedgerReader
from demo.read_story import Story


def find_forbidden(
    story: Story, truth: dict[str, Any], ledger: LedgerReader, messages: list[Message], shown: dict[str, str]
) -> list[str]:
    """Return one sentence for each thing that must not be there.

    Args:
        story: Holds what was planted.
        truth: What was served, and requests that robots.txt forbids.
        ledger: The ledger; every file beside it is read too.
        messages: What arrived.
        shown: What commands of the product printed, by command.
    """
    said = {f"消息 {number}": f"{message.title}\n{message.text}" for number, message in enumerate(messages, 1)}
    files = dict(_files(ledger.path.parent))
    findings = [*_personal(story, files, said | shown)]
    loose = {name: text for name, text in files.items() if not name.startswith(ledger.path.name)}
    findings += _help_first(
        story, {f"表 {name}": text for name, text in ledger.other_texts().items()} | loose | said | shown
    )
    findings += _indexed(truth, ledger)
    findings += _alarms(truth, ledger)
    findings += [f"robots.txt 禁止的请求 {request['site']}{request['path']}" for request in truth["forbidden_requests"]]
    return findings


def _files(state: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(state.rglob("*")):
        if path.is_file():
            yield path.relative_to(state).as_posix(), path.read_bytes().decode("utf-8", "replace")


def _personal(story: Story, files: dict[str, str], said: dict[str, str]) -> Iterator[str]:
    nicknames = {post.entry.author for post in story.posts if post.entry.author}
    planted = {(post.entry.id, text) for post in story.posts for text in post.entry.planted}
    for place, text in {**files, **said}.items():
        yield from (f"{post_id} 的个人信息在 {place}" for post_id, secret in sorted(planted) if secret in text)
        found = sum(name in text for name in nicknames)
        if found:
            yield f"{found} 个网名在 {place}"


def _help_first(story: Story, places: dict[str, str]) -> Iterator[str]:
    for post in story.posts:
        for place, text in places.items():
            if any(words in text for words in post.entry.help_first):
                yield f"先救助帖 {post.entry.id} 的文字在 {place}"


def _indexed(truth: dict[str, Any], ledger: LedgerReader) -> Iterator[str]:
    """The index holds words, not texts: a help-first post must have no row in it."""
    indexed = {row["key"] for row in ledger.rows("SELECT key FROM post JOIN post_tokens USING (post_id)")}
    for key, row in truth["posts"].items():
        if row["kind"] == "restricted" and key in indexed:
            yield f"先救助帖 {row['id']} 在索引里"


def _alarms(truth: dict[str, Any], ledger: LedgerReader) -> Iterator[str]:
    quiet = quiet_keys(truth)
    alarmed = {row["event_id"] for row in ledger.cases()}
    for key, post in ledger.posts().items():
        if key in quiet and (post["event_id"] in alarmed or post["level_code"]):
            yield f"表扬或重名的帖子报了警：{truth['posts'][key]['id']}"
