"""Stage 1: addresses and posts that somebody asked not to be kept (PRIVACY.md 7). Words in, "never again" out.

The list holds keyed digests only, so that it does not keep what it promises to forget. It is asked at the door: a
listed post never becomes an item, a listed thread is never asked for and leaves no mark.
"""

import hashlib
from collections.abc import Iterable
from urllib.parse import urldefrag

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from crawler.items import Post
from crawler.tables import opt_out
from foundation.keys import read_key
from foundation.ledger import Work

KEY_NAME = "opt_out"
DIGEST_BYTES = 16


class OptOuts:
    """The list as one round, or one import, knows it."""

    def __init__(self, digests: Iterable[str] = ()) -> None:
        self._digests = frozenset(digests)

    @classmethod
    def load(cls, connection: Connection) -> "OptOuts":
        """Read the list."""
        return cls(connection.execute(select(opt_out.c.digest)).scalars())

    def holds(self, word: str) -> bool:
        """Return whether a post's key, a thread's key or an address is listed."""
        return bool(self._digests) and bool(word) and digest_of(word) in self._digests

    def is_refused(self, post: Post) -> bool:
        """Return whether a post must not be kept: it, its address or its whole thread is listed."""
        return any(self.holds(word) for word in (post.key, post.url, post.thread_key))


def list_words(work: Work, words: Iterable[str]) -> int:
    """Put keys and addresses on the list in the caller's transaction; return how many were not on it."""
    rows = [{"digest": digest, "listed_at": work.at} for digest in sorted({digest_of(word) for word in words if word})]
    if not rows:
        return 0
    statement = insert(opt_out).on_conflict_do_nothing()
    return sum(work.connection.execute(statement.values(**row)).rowcount for row in rows)


def digest_of(word: str) -> str:
    """Return the keyed digest of a key or address; an address counts without its fragment."""
    plain = urldefrag(word).url if "://" in word else word
    return hashlib.blake2b(plain.encode(), key=read_key(KEY_NAME), digest_size=DIGEST_BYTES).hexdigest()
