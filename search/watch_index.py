"""Stage 3: lets the ledger note what Elasticsearch must hear of, posts and records alike.

The triggers stand on the ledger's tables. Whoever builds a table anew (a migration on SQLite, a move) takes them away
and calls this at the end, in the same transaction.
"""

from foundation.ledger import Work
from search.index_state import read_state
from search.records import queue_every_record, watch_records
from search.waiting import queue_posts, watch_posts


def watch_index(work: Work) -> None:
    """Note every change of a post or a record from now on; nothing happens when that is done already.

    The kinds of records must be declared by then (`huiyin/wiring.py` imports them).
    """
    watch_posts(work)
    watch_records(work)


def watch_again(work: Work) -> None:
    """Note changes again, and send once more whatever may have changed unnoticed; nothing without Elasticsearch."""
    if read_state(work.connection).feeds("elasticsearch"):
        watch_index(work)
        queue_posts(work)
        queue_every_record(work)
