"""Stage 3: builds a whole index from the ledger beside the one that answers, then changes over in one transaction.

For `reindex` (to the other store), `index rebuild` and `index migrate` (to a new generation on Elasticsearch). Killed
half-way it goes on where it was: the ledger remembers the last post that is in. Meanwhile the other index answers and
changes of posts reach both; when the cluster's index cannot take them (made for other fields, or its server is gone),
they wait in the ledger for the change.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import Connection

from crawler.items import Post
from foundation.errors import HuiyinError, Refused, Stop
from foundation.lease import take_lease
from foundation.ledger import Ledger, Work
from search.elastic_index import ElasticIndex
from search.elastic_store import ElasticStore
from search.index_state import Building, IndexState, StoreName, read_state, write_state
from search.no_store import NoStore
from search.post_table import select_posts
from search.records import ignore_records
from search.sender import LEASE, LEASE_SECONDS, Sender
from search.sqlite_query import VISIBLE
from search.sqlite_store import SqliteStore
from search.verify_index import verify_generation
from search.verify_records import verify_records
from search.waiting import BATCH_POSTS, Dead, ignore_posts, settle

log = logging.getLogger(__name__)
IN_FLIGHT = 2  # requests that the server works at while the next is written: it has two threads for them at least
ROUNDS = 5  # comparisons before the change is given up: posts that change all the time are sent meanwhile


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: posts looked at, and all posts."""

    done: int
    whole: int


Told = Callable[[Progress], object]


class BuildIndex:
    """One build: from its begin (or where it was broken off) to the change."""

    def __init__(self, ledger: Ledger, embedded: SqliteStore | NoStore, cluster: ElasticStore, told: Told) -> None:
        self.ledger = ledger
        self.embedded = embedded
        self.cluster = cluster
        self.sender = Sender(ledger, cluster)
        self.told = told
        self._is_fed = True  # whether what changes meanwhile can be shipped

    def run(self, store: StoreName) -> int:
        """Build an index on `store` and let it answer; return how many posts it holds.

        Raises:
            Refused: Another process writes the index now, or another build was begun.
            HuiyinError: The server is away; run it again to go on.
        """
        if store == "elasticsearch":
            self.cluster.index.require_aliases()  # else, or when the server does not answer, nothing is begun
        try:
            self._lead()
            state = self._begin(store)
            (self._fill_cluster if store == "elasticsearch" else self._fill_embedded)(state)
            return self._change_over(store)
        finally:
            self.sender.release()

    def give_up(self) -> None:
        """Forget an index that was begun on the other store; the one that answers stays, and needs no server for it.

        Raises:
            Refused: Another process writes the index now.
        """
        try:
            self._lead()
            with self.ledger.change() as work:
                state = read_state(work.connection)
                write_state(work, replace(state, building=None))
                if state.serving == "elasticsearch":
                    self.embedded.clear(work)
                else:
                    ignore_posts(work)
                    ignore_records(work)
            self.embedded.scrub(self.ledger)
        finally:
            self.sender.release()

    def _lead(self) -> None:
        with self.ledger.change() as work:
            if take_lease(work, LEASE, self.sender.holder, LEASE_SECONDS) is None:
                raise Refused("另一个进程正在写索引", "huiyin index", "等它做完（或 huiyin run 送完这一批）再运行一次")

    def _begin(self, store: StoreName) -> IndexState:
        with self.ledger.change() as work:
            state = read_state(work.connection)
            if state.building is None:
                generation = state.generation + 1 if store == "elasticsearch" else 0
                state = replace(state, building=Building(store, generation))
                if store == "sqlite":
                    self.embedded.prepare(work)
                    self.embedded.clear(work)
                write_state(work, state)
            elif state.building.store != store:
                step = f"先运行 huiyin reindex --to {state.building.store} 把它做完，或 --to {state.serving} 放弃它"
                raise Refused("另一个索引正建到一半", state.building.store, step)
            if store == "elasticsearch":
                self.cluster.prepare(work)  # also when it goes on: the tables may have been built anew since
            return state

    def _fill_cluster(self, state: IndexState) -> None:
        building = cast("Building", state.building)
        self._is_fed = state.serving == "sqlite" or self.cluster.index.fits(state.generation)
        last, done, whole = building.last, *self._counts(building.last)
        with ThreadPoolExecutor(IN_FLIGHT) as ways:  # the server indexes some requests while the next one is written
            flying: deque[tuple[Sequence[Post], Future[dict[int, Dead]]]] = deque()
            while (posts := self._posts_after(last)) or flying:
                if posts:
                    written = self.sender.write(posts, building.generation, state.generation)
                    flying.append((posts, ways.submit(self.sender.send, written)))
                    last = posts[-1].post_id or 0
                if len(flying) > IN_FLIGHT or not posts:
                    sent, dead = flying.popleft()
                    done += self._arrived(sent, list(dead.result().values()))
                    self.told(Progress(done, whole))
        self.sender.records.fill(building.generation, state.generation)

    def _posts_after(self, last: int) -> list[Post]:
        with self.ledger.read() as connection:
            return select_posts(connection, "WHERE post_id > ? ORDER BY post_id LIMIT ?", (last, BATCH_POSTS))

    def _arrived(self, posts: Sequence[Post], dead: list[Dead]) -> int:
        """Remember that all posts up to these are in, and ship what changed meanwhile; return how many these are."""
        with self.ledger.change() as work:
            settle(work, [], dead)
            self._remember(work, posts[-1].post_id or 0)
        self._send_waiting()
        return len(posts)

    def _fill_embedded(self, state: IndexState) -> None:
        building = cast("Building", state.building)
        last, done, whole = building.last, *self._counts(building.last)
        while True:
            with self.ledger.change() as work:
                posts = select_posts(work.connection, "WHERE post_id > ? ORDER BY post_id LIMIT ?", (last, BATCH_POSTS))
                if not posts:
                    return
                self.embedded.put_stored(work, posts)
                last, done = posts[-1].post_id or 0, done + len(posts)
                self._remember(work, last)
            self._send_if_taken()
            self.told(Progress(done, whole))

    def _counts(self, last: int) -> tuple[int, int]:
        with self.ledger.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT count(*), count(*) FILTER (WHERE post_id <= ?) FROM post", (last,)
            ).one()
        return int(row[1] or 0), int(row[0])

    def _remember(self, work: Work, last: int) -> None:
        take_lease(work, LEASE, self.sender.holder, LEASE_SECONDS)
        state = read_state(work.connection)
        write_state(work, replace(state, building=replace(cast("Building", state.building), last=last)))

    def _send_if_taken(self) -> None:
        """Ship what changed meanwhile while the cluster still takes it: leaving it must not need it."""
        try:
            self._send_waiting()
        except HuiyinError as problem:
            self._is_fed = False
            log.warning("%s：先把自带的索引建完，新帖到那时才找得到", problem)

    def _send_waiting(self) -> None:
        """Ship what changed meanwhile to every fed generation."""
        if not self._is_fed:
            return
        with self.ledger.read() as connection:
            state = read_state(connection)
        while state.fed_generations() and self.sender.send_batch(state):
            pass
        if state.fed_generations():
            self.sender.records.send_waiting(state)

    def _change_over(self, store: StoreName) -> int:
        """Compare, then let the new index answer; what changed since the comparison is sent by the usual way."""
        if store == "sqlite":
            return self._change_to_embedded()
        with self.ledger.read() as connection:
            building = cast("Building", read_state(connection).building)
        index = self.cluster.index
        for _ in range(ROUNDS):
            self._send_waiting()
            found = verify_generation(self.ledger, index, building.generation, told=lambda done: None)
            records = verify_records(self.ledger, index, building.generation)
            if all(each.is_equal for each in (found, *records.values())):
                break
            self._send_waiting()
        else:
            raise Stop(
                "新建的索引与账本对不上", f"第 {building.generation} 代，{found}", "运行 huiyin index verify 看是哪些"
            )
        with self.ledger.change() as work:
            index.serve(building.generation)
            write_state(work, self._changed(read_state(work.connection), building.generation))
            self.embedded.clear(work)
        self.embedded.scrub(self.ledger)
        return found.in_index

    def _changed(self, state: IndexState, generation: int) -> IndexState:
        """Return the state after the change; the generation that answered until now is kept."""
        kept = (*state.kept, state.generation) if state.serving == "elasticsearch" else state.kept
        return IndexState("elasticsearch", generation, kept=kept)

    def _change_to_embedded(self) -> int:
        with self.ledger.change() as work:
            count, missing = _embedded_counts(work.connection)
            if missing:
                raise Stop("新建的索引与账本对不上", f"少 {missing} 条", "再运行一次 huiyin reindex --to sqlite")
            state = read_state(work.connection)
            write_state(work, IndexState("sqlite", state.generation, kept=(*state.kept, state.generation)))
            ignore_posts(work)
            ignore_records(work)
        return count


def _embedded_counts(connection: Connection) -> tuple[int, int]:
    """Return how many posts the embedded index holds, and how many it lacks."""
    sql = (
        "SELECT count(t.post_id), count(*) - count(t.post_id) FROM post "  # noqa: S608
        f"LEFT JOIN post_tokens AS t ON t.post_id = post.post_id WHERE {VISIBLE}"
    )
    row = connection.exec_driver_sql(sql).one()
    return int(row[0]), int(row[1])


def drop_kept(ledger: Ledger, index: ElasticIndex) -> list[str]:
    """Delete every generation that is not fed any more; return the names of its indices."""
    with ledger.read() as connection:
        fed = read_state(connection).fed_generations()
    dropped = [name for old in index.generations() if old not in fed for name in index.drop(old)]
    with ledger.change() as work:
        write_state(work, replace(read_state(work.connection), kept=()))
    return dropped
