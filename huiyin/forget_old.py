"""The application: forgets what people wrote when its days are over; promises, numbers and instants stay.

Post text older than `judge.post_text_days` goes from ledger and index, with the titles that events, finished cases,
facts and notices took from it. While a case runs, the text of its event stays (PRIVACY.md 7).
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from alerts.forget_words import forget_words
from cases.case import case_file
from cases.forget_notes import forget_notes
from cases.transitions import CLOSED
from events.event import event
from events.retitle_events import retitle_events
from foundation import clock
from foundation.ledger import Work, state_folder
from huiyin.upgrade_ledger import drop_copies
from huiyin.wiring import Parts
from search.change_posts import TEXTS
from search.posts import forget_posts, post

log = logging.getLogger(__name__)
BATCH = 500  # posts forgotten in one transaction, so that crawls need not wait


def forget_old(parts: Parts) -> int:
    """Forget all that is too old now; return how many posts and other rows lost their text."""
    before = clock.now() - timedelta(days=parts.school.settings.judge.post_text_days)
    posts = 0
    while count := _forget_batch(parts, before):
        posts += count
    with parts.ledger.change() as work:
        running = _open_cases(work.connection)
        others = _forget_titles(work, before) + forget_words(work, before, running)
        others += forget_notes(work, before, running)
        if posts or others:
            work.audit("text.expire", f"before {before:%Y-%m-%d}", posts=posts, others=others)
    if posts:
        parts.store.scrub(parts.ledger)
    drop_copies(state_folder())
    log.info("text of %d posts and %d other rows expired", posts, others)
    return posts + others


def _forget_batch(parts: Parts, before: datetime) -> int:
    with parts.ledger.change() as work:
        running = list(_open_cases(work.connection).values())
        old = (
            select(post.c.post_id)
            .where(post.c.first_seen_at <= before, or_(*(post.c[name] != "" for name in TEXTS)))
            .where(or_(post.c.event_id.is_(None), post.c.event_id.not_in(running)))
            .limit(BATCH)
        )
        post_ids = list(work.connection.execute(old).scalars())
        if post_ids:
            forget_posts(work, parts.store, post_ids)
            named = select(post.c.event_id).where(post.c.post_id.in_(post_ids), post.c.event_id.is_not(None))
            retitle_events(work, parts.store, work.connection.execute(named.distinct()).scalars())
        return len(post_ids)


def _forget_titles(work: Work, before: datetime) -> int:
    """Erase titles of events that were heard last before `before`, and of their cases, unless a case still runs."""
    running = select(case_file.c.event_id).where(case_file.c.state.not_in(CLOSED))
    old = (event.c.heard_at <= before, event.c.event_id.not_in(running))
    titles = update(event).where(*old, event.c.title != "").values(title="")
    of_cases = update(case_file).where(
        case_file.c.title != "", case_file.c.event_id.in_(select(event.c.event_id).where(*old))
    )
    erased = work.connection.execute(of_cases.values(title="")).rowcount
    return erased + work.connection.execute(titles).rowcount


def _open_cases(connection: Connection) -> dict[str, int]:
    """Return the cases that still run, each with its event."""
    running = select(case_file.c.case_no, case_file.c.event_id).where(case_file.c.state.not_in(CLOSED))
    return {str(row.case_no): int(row.event_id) for row in connection.execute(running)}
