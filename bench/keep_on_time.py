"""200 sources and one worker: how late their rounds begin, by a virtual clock through real leases and rounds."""

import heapq
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.report import RoundReport
from crawler.rounds import Lease, finish_round, release_group, sync_sources, take_due_group
from crawler.source import Source
from foundation import clock
from foundation.ledger import open_ledger

HOUR = timedelta(hours=1)
SOURCES, REQUESTS, START_SECONDS, HOURS, TICK = 200, 10, 3, 4, timedelta(seconds=30)


def measure_on_time(slots: int) -> dict[str, float]:
    """Return how late sources are begun at most, as a share of their interval, and the ledger's CPU for a round."""
    with tempfile.TemporaryDirectory() as name:
        file, now = Path(name) / "clock", datetime(2026, 10, 12, 2, tzinfo=UTC)
        file.write_text(now.isoformat())
        os.environ["HUIYIN_CLOCK"] = str(file)
        ledger = open_ledger(Path(name), create=True)
        common = {"spider": "feed", "owner": "x", "interval_minutes": 60, "expected_posts_per_day": (0, 99)}
        sources = [Source(id=f"s{n}", title=f"s{n}", url=f"http://h{n}.example/", **common) for n in range(SOURCES)]
        with ledger.change() as work:
            sync_sources(work, {source.id: source for source in sources})
        due, running, late, rounds = dict.fromkeys((s.id for s in sources), now), [], timedelta(0), 0
        settled, ends, begun = now + HOUR, now + HOURS * HOUR, time.process_time()
        while now < ends:  # each tick: reap what ended, then begin what is due, as huiyin/worker.py does
            while running and running[0][0] <= now:
                _, group, source_id, fence = heapq.heappop(running)
                with ledger.change() as work:
                    finish_round(work, source_id, RoundReport(), Lease(group, "bench", fence), complete=True)
                    release_group(work, group, "bench")
                due[source_id] = clock.now() + HOUR
            while len(running) < slots:
                with ledger.change() as work:
                    leased = take_due_group(work, now, "bench", 600)
                if leased is None:
                    break
                (source_id,), rounds = leased.sources, rounds + 1
                late = max(late, now - due[source_id]) if now > settled else late  # at the start all are due at once
                end = now + timedelta(seconds=START_SECONDS + REQUESTS)
                heapq.heappush(running, (end, leased.group, source_id, leased.fence))
            now += TICK
            file.write_text(now.isoformat())
        cpu = (time.process_time() - begun) / rounds * 1000
        ledger.close()
        del os.environ["HUIYIN_CLOCK"]
    return {"late_share": late / HOUR, "rounds": rounds, "ledger_ms_a_round": cpu}
