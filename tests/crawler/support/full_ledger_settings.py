"""Scrapy settings of tests: the product's own, on a ledger that has no room while the file `full` stands beside it."""

import os
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.pool import Pool

from crawler.settings import *  # noqa: F403

ROOM = 2**30


@event.listens_for(Pool, "checkout")
def limit_pages(connection, *_):
    """Let SQLite say what it says on a full disk; it never sets a limit below the pages that there are."""
    is_full = Path(os.environ["HUIYIN_STATE"], "full").exists()
    connection.execute(f"PRAGMA max_page_count = {1 if is_full else ROOM}")
