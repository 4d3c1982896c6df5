"""The application: which threads crawls read again in each round. Open cases in, rows of the crawler's table out.

The crawler knows no case; before rounds begin it is told the threads of the posts that a running case is about.
"""

from sqlalchemy import delete, exists, insert, select

from cases.case import case_file
from cases.transitions import CLOSED
from crawler.tables import thread_mark, watched_thread
from foundation.ledger import Work
from search.posts import post


def watch_threads(work: Work) -> int:
    """Write the threads of running cases in place of those written before; return how many."""
    running = select(case_file.c.event_id).where(case_file.c.state.not_in(CLOSED))
    named = select(post.c.thread_key).where(post.c.event_id.in_(running), post.c.thread_key != "")
    is_read_alone = exists().where(thread_mark.c.source_id == post.c.source_id, thread_mark.c.thread_key == post.c.key)
    alone = select(post.c.key).where(post.c.event_id.in_(running), post.c.key != post.c.thread_key, is_read_alone)
    wanted = set(work.connection.execute(named.union(alone)).scalars())  # a repost is read apart from its original
    known = set(work.connection.execute(select(watched_thread.c.thread_key)).scalars())
    for gone in known - wanted:
        work.connection.execute(delete(watched_thread).where(watched_thread.c.thread_key == gone))
    for fresh in wanted - known:
        work.connection.execute(insert(watched_thread).values(thread_key=fresh))
    return len(wanted)
