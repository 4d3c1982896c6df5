"""Stage 6: words that have outlived their days. Notices and facts of old, finished matters keep their numbers only.

Who was told when stays provable; what was said goes, as the posts' own text did (PRIVACY.md 7).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from alerts.tables import alert
from foundation.ledger import Work
from foundation.tables import fact, outbox

EXPIRED = "内容已到期清除"
WORDS: dict[str, object] = {"title": "", "says": "", "grounds": []}  # of a fact: they quote posts
ON_REQUEST = "内容已按要求删除"


def forget_words(work: Work, before: datetime, open_cases: dict[str, int]) -> int:
    """Erase title and text of notices and titles of facts that are older than `before`; return how many rows.

    Args:
        work: The unit of work.
        before: What was written at this instant or earlier is old.
        open_cases: Cases that still run, each with its event: their words stay.
    """
    events = set(open_cases.values())
    notices = _forget_notices(work, before, open_cases, events)
    return notices + _forget_titles(work, before, open_cases, events) + _forget_alerts(work, before, events)


def _forget_alerts(work: Work, before: datetime, events: Collection[int]) -> int:
    old = (alert.c.found_at <= before, alert.c.look_at.is_(None), alert.c.title != "")
    kept = alert.c.event_id.is_(None) | alert.c.event_id.not_in(events)
    return int(work.connection.execute(update(alert).where(*old, kept).values(title="", says="")).rowcount)


def _forget_notices(work: Work, before: datetime, cases: Collection[str], events: Collection[int]) -> int:
    old = select(outbox.c.outbox_id, outbox.c.case_no, outbox.c.payload).where(
        outbox.c.created_at <= before,
        outbox.c.state != "pending",
        outbox.c.payload["body"].as_string() != EXPIRED,
    )
    rows = [
        row
        for row in work.connection.execute(old).all()
        if row.case_no not in cases and row.payload.get("event_id") not in events
    ]
    for row in rows:
        payload = {**row.payload, "title": f"{row.case_no or ''} {EXPIRED}".strip(), "body": EXPIRED}
        work.connection.execute(update(outbox).where(outbox.c.outbox_id == row.outbox_id).values(payload=payload))
    return len(rows)


def _forget_titles(work: Work, before: datetime, cases: Collection[str], events: Collection[int]) -> int:
    old = select(fact).where(fact.c.at <= before, fact.c.data["title"].as_string() != "")
    rows = [
        row
        for row in work.connection.execute(old).all()
        if row.subject not in cases and row.data.get("event_id") not in events
    ]
    for row in rows:
        _empty_fact(work, row)
    return len(rows)


def forget_title(work: Work, titles: Collection[str], cases: Collection[str]) -> int:
    """Erase these titles from facts and notices, and the text of notices that show one (a request to forget).

    Args:
        work: The unit of work.
        titles: Titles of the posts that are forgotten.
        cases: Cases that they belong to: what their notices said goes too, whatever it quoted.
    """
    count = 0
    for row in work.connection.execute(select(fact).where(fact.c.data["title"].as_string().in_(titles))).all():
        _empty_fact(work, row)
        count += 1
    for row in work.connection.execute(select(outbox.c.outbox_id, outbox.c.case_no, outbox.c.payload)).all():
        words = f"{row.payload.get('title', '')}{row.payload.get('body', '')}"
        if row.case_no in cases or any(title and title in words for title in titles):
            payload = {**row.payload, "title": f"{row.case_no or ''} {ON_REQUEST}".strip(), "body": ON_REQUEST}
            work.connection.execute(update(outbox).where(outbox.c.outbox_id == row.outbox_id).values(payload=payload))
            count += 1
    return count


def _empty_fact(work: Work, row: Any) -> None:
    """Take the words of posts out of one fact; that it happened stays."""
    data = row.data | {name: empty for name, empty in WORDS.items() if name in row.data}
    work.connection.execute(update(fact).where(fact.c.fact_id == row.fact_id).values(data=data))
