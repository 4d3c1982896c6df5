"""Stage 3: ships what waits in the ledger to Elasticsearch, in requests of bounded size, in order of post ids.

A post that may be searched is sent whole, any other is deleted; the version is the ledger's `revision`, so a late or
repeated request never puts an older state over a newer one (409: the newer one is there already), whatever clocks do.
Only the holder of the lease sends; what is refused for good goes to the dead letters, everything else waits on.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from crawler.items import Post
from foundation import clock
from foundation.errors import HuiyinError
from foundation.lease import holder_name, release_lease, take_lease
from foundation.ledger import Ledger
from search.bulk_answers import advice, sort_answers
from search.elastic_client import RequestTooLarge, ServerAway
from search.elastic_index import ElasticIndex
from search.elastic_store import ElasticStore
from search.index_state import IndexState, read_state
from search.mapping import document_of
from search.note_expunge import expunge_due, forget_note, note_expunge
from search.post_table import is_indexable, load_posts
from search.records import count_records
from search.ship_records import RecordShipper
from search.waiting import Dead, count_waiting, next_waiting, settle

log = logging.getLogger(__name__)
LEASE, LEASE_SECONDS = "index", 120.0
FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0  # seconds between tries while the server is away: doubled each time


@dataclass(frozen=True, slots=True)
class Sent:
    """What one pass did: posts shipped, posts and records refused for good, records shipped."""

    shipped: int = 0
    dead: int = 0
    records: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """Posts as lines of one bulk request: what to do and the document of each, in their order."""

    posts: Sequence[Post]
    lines: Sequence[bytes]


class Sender:
    """One process's way of shipping; keeps how long to wait after a failure."""

    def __init__(self, ledger: Ledger, store: ElasticStore, holder: str | None = None) -> None:
        self.ledger = ledger
        self.store = store
        self.index: ElasticIndex = store.index
        self.records = RecordShipper(ledger, store.index)
        self.holder = holder or holder_name()
        self._failures = 0
        self._not_before = 0.0

    def run_if_due(self) -> Sent:
        """Ship all that waits, unless the last failure was too short ago; a failure is logged and waited out."""
        if clock.monotonic_seconds() < self._not_before or not self._has_work():
            return Sent()
        try:
            sent = self.send_all()
        except HuiyinError as problem:
            pause = min(FIRST_WAIT * 2**self._failures, LONGEST_WAIT)
            self._failures += 1
            self._not_before = clock.monotonic_seconds() + pause
            log.warning("%s（%g 秒后再试，第 %d 次）", problem, pause, self._failures)
            return Sent()
        self._failures = 0
        return sent

    def _has_work(self) -> bool:
        """Look without taking the lease: asked every few seconds, it must not make others wait for the ledger."""
        with self.ledger.read() as connection:
            return bool(count_waiting(connection) or count_records(connection) or expunge_due(connection))

    def send_all(self, told: Callable[[Sent], object] = lambda sent: None) -> Sent:
        """Ship until nothing waits; nothing happens while another process holds the lease.

        Raises:
            HuiyinError: The server is away, refuses the key, or holds a foreign index; everything unsent still waits.
        """
        total = Sent()
        try:
            while (state := self._lead()) and state.fed_generations():
                one = self.send_batch(state)
                if one is None:
                    total = self._send_records(state, total)
                    self._expunge_if_due(state)
                    break
                total = replace(total, shipped=total.shipped + one.shipped, dead=total.dead + one.dead)
                told(total)
        finally:
            self.release()
        return total

    def send_batch(self, state: IndexState) -> Sent | None:
        """Ship the next posts that wait to every fed generation; None when none wait. The caller holds the lease."""
        with self.ledger.read() as connection:
            waiting = next_waiting(connection)
            posts = load_posts(connection, list(waiting))
            give_back_cache(connection)
        if not posts:
            return None
        dead: dict[int, Dead] = {}
        for generation in state.fed_generations():
            self.ship(posts, generation, state.generation, dead)
        gone = [post for post in posts if _must_go(post)]
        for generation in state.kept:
            self._withdraw(gone, generation)
        revisions = [(post.post_id or 0, post.revision) for post in posts if post.post_id not in dead]
        with self.ledger.change() as work:
            settle(work, revisions, list(dead.values()))
            if any(post.revision > 1 for post in gone):
                note_expunge(work)
        return Sent(len(revisions), len(dead))

    def ship(self, posts: Sequence[Post], generation: int, serving: int, dead: dict[int, Dead]) -> None:
        """Send posts to one generation; refused ones are added to `dead`.

        Raises:
            ServerAway: Some were not taken now: all are sent again later, which does no harm.
        """
        dead.update(self.send(self.write(posts, generation, serving)))

    def write(self, posts: Sequence[Post], generation: int, serving: int) -> Written:
        """Return posts as one ready request to a generation; its indices are made if they are missing."""
        from search.pair_characters import cut_texts  # with numpy: most commands ship no post

        names = [self.index.name(generation, post.post_id or 0) for post in posts]
        self.index.ensure(names, serving)
        texts = (text for post in posts if is_indexable(post) for text in (post.title, post.content))
        tokens = cut_texts(self.store.segmenter, texts)
        return Written(posts, [_line(post, name, tokens) for post, name in zip(posts, names, strict=True)])

    def send(self, written: Written) -> dict[int, Dead]:
        """Send a ready request; return the posts that the index refused for good.

        Raises:
            ServerAway: Some were not taken now: all are sent again later, which does no harm.
        """
        posts = written.posts
        try:
            answers = self.index.client.bulk(b"".join(written.lines))
        except RequestTooLarge:
            if len(posts) == 1:
                post_id = posts[0].post_id or 0
                return {post_id: Dead(post_id, posts[0].revision, "too_large")}
            half = len(posts) // 2
            parts = (slice(None, half), slice(half, None))
            first, second = (self.send(Written(posts[part], written.lines[part])) for part in parts)
            return first | second
        dead: dict[int, Dead] = {}
        self._sort_answers(posts, answers, dead)
        return dead

    def _withdraw(self, posts: Sequence[Post], generation: int) -> None:
        """Delete posts from a generation that is only kept."""
        names = [self.index.name(generation, post.post_id or 0) for post in posts]
        lines = "".join(line_of("delete", post, name) for post, name in zip(posts, names, strict=True))
        if lines:
            self._sort_answers(posts, self.index.client.bulk(lines.encode()), {})

    def _send_records(self, state: IndexState, total: Sent) -> Sent:
        shipped, dead = self.records.send_waiting(state)
        return replace(total, records=total.records + shipped, dead=total.dead + dead)

    @contextmanager
    def leading(self) -> Iterator[IndexState | None]:
        """Hold the lease for a while; gives None while another process holds it."""
        try:
            yield self._lead()
        finally:
            self.release()

    def release(self) -> None:
        """Give the lease back."""
        with self.ledger.change() as work:
            release_lease(work, LEASE, self.holder)

    def _lead(self) -> IndexState | None:
        with self.ledger.change() as work:
            if take_lease(work, LEASE, self.holder, LEASE_SECONDS) is None:
                return None
            return read_state(work.connection)

    def _sort_answers(self, posts: Sequence[Post], answers: list[dict[str, Any]], dead: dict[int, Dead]) -> None:
        found = sort_answers(answers)
        for position, reason in found.refused.items():
            post = posts[position]
            dead[post.post_id or 0] = Dead(post.post_id or 0, post.revision, reason)
        if found.later:
            self.index.forget_known()
            where = f"{self.index.client.where}（{found.later}）"
            raise ServerAway("Elasticsearch 现在收不下", where, advice(found.later))

    def _expunge_if_due(self, state: IndexState) -> None:
        with self.ledger.read() as connection:
            due = expunge_due(connection)
        if not due:
            return
        for generation in state.fed_generations():
            self.index.expunge(generation)
        with self.ledger.change() as work:
            forget_note(work, due)


def give_back_cache(connection: Connection) -> None:
    """Let SQLite drop the pages it keeps: a backlog is read once, and may be larger than the sender's memory."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA shrink_memory")


def _line(post: Post, name: str, tokens: Mapping[str, tuple[str, str]]) -> bytes:
    """Return a post's lines of a bulk request; `tokens` holds the words and grams of its texts."""
    if not is_indexable(post):
        return line_of("delete", post, name).encode()
    return line_of("index", post, name).encode() + document_of(post, tokens)


def line_of(act: str, post: Post, name: str) -> str:
    """Return the line that says what to do; names and numbers are our own and need no quoting."""
    place = f'"_index":"{name}","_id":"{post.post_id}"'
    return f'{{"{act}":{{{place},"version":{post.revision},"version_type":"external"}}}}\n'


def _must_go(post: Post) -> bool:
    """Return whether a post's text may stand nowhere any more: help-first, not ours, or forgotten."""
    return not is_indexable(post) or not (post.title or post.content)
