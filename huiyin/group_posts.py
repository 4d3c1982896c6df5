"""The application: newly numbered posts become events and cases, in ingest order, each exactly once.

A batch, its events, its cases and the mark "seen up to here" are one transaction: after a crash nothing is seen twice
and nothing is skipped. One post that breaks grouping must not stop all others: it is stepped over, and that is told.
"""

import logging

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from cases.forewarn import link_forewarnings
from cases.open_case import open_cases
from events.cluster_posts import cluster_new_posts
from foundation.errors import Retry, Stop
from foundation.ledger import Work
from foundation.stack import code_place
from foundation.tables import meta
from huiyin.wiring import Parts
from search.posts import post, posts_after

log = logging.getLogger(__name__)
BATCH = 500
GROUPED = "grouped_seq"  # meta row: last ingest_seq that events and cases have seen
STEPPED_OVER = "post.stepped_over"  # audit act


def group_and_open(parts: Parts) -> int:
    """Group newly numbered posts into events and open their cases, batch by batch; return how many posts were seen."""
    seen, batch = 0, BATCH
    while True:
        try:
            count = _group_batch(parts, batch)
        except (Stop, Retry):  # the ledger or the school cannot be used: no post is to blame
            raise
        except Exception as problem:  # noqa: BLE001  # a bug that one post shows: found one by one, told, stepped over
            count = 0 if batch > 1 else _step_over(parts, problem)
            batch = 1
            seen += count
            continue
        if not count:
            return seen
        seen += count


def _group_batch(parts: Parts, batch: int) -> int:
    with parts.ledger.change() as work:
        numbered = posts_after(work.connection, _mark(work), batch)
        changes = cluster_new_posts(work, parts.store, parts.school, numbered)  # one may have become help-first
        open_cases(work, parts.store, parts.school, changes)
        link_forewarnings(work, [post.post_id for _, post in numbered if post.post_id is not None])
        if numbered:
            _move_mark(work, numbered[-1][0])
        return len(numbered)


def _step_over(parts: Parts, problem: Exception) -> int:
    with parts.ledger.change() as work:
        waiting = select(post.c.post_id, post.c.ingest_seq).where(post.c.ingest_seq > _mark(work))
        row = work.connection.execute(waiting.order_by(post.c.ingest_seq).limit(1)).one()
        work.audit(STEPPED_OVER, f"post {row.post_id}", place=code_place(problem))
        _move_mark(work, row.ingest_seq)
    log.error("post %s could not be grouped: %s", row.post_id, code_place(problem))
    return 1


def _mark(work: Work) -> int:
    return int(work.connection.execute(select(meta.c.value).where(meta.c.name == GROUPED)).scalar() or 0)


def _move_mark(work: Work, seq: int) -> None:
    statement = upsert(meta).values(name=GROUPED, value=str(seq))
    work.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": str(seq)}))
