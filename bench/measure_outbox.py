"""10,000 pending rows: claims a second, and the CPU of one pass over them. `python -m bench.measure_outbox`.

Ends non-zero when a pass takes more than 250 ms or fewer than 1,000 rows are claimed a second.
"""

import tempfile
import time
from pathlib import Path

import alerts.silences
import alerts.tables
import cases.case
import events.event
import search.sqlite_store
from alerts.merge_waiting import merge_waiting
from alerts.outbox_rows import Notice, claim_rows, put_in
from foundation.ledger import open_ledger

TABLES = (alerts.silences, alerts.tables, cases.case, events.event, search.sqlite_store)
ROWS, BATCH = 10_000, 500
MOST_MS, FEWEST_A_SECOND = 250, 1000


def main():
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(Path(folder), create=True)
        payload = {"title": "【一般】待研判", "body": "请做：核实", "link": "", "mention": [], "private": False}
        with ledger.change() as work:
            put_in(
                work,
                [Notice(f"k{n}", f"HY-{n}", 1, "due", "email", f"person{n % 500}", payload) for n in range(ROWS)],
            )
        begun = time.process_time()
        with ledger.change() as work:
            merge_waiting(work, 15)
            claim_rows(work, "bench", 50)
        tick_ms = (time.process_time() - begun) * 1000
        begun, claimed = time.perf_counter(), 0
        while True:
            with ledger.change() as work:
                rows = claim_rows(work, "bench", BATCH)
            claimed += len(rows)
            if not rows:
                break
        a_second = claimed / (time.perf_counter() - begun)
        ledger.close()
    print(f"one pass over {ROWS} pending rows: {tick_ms:.0f} ms CPU; claims: {a_second:.0f} a second")
    return verdict(tick_ms, a_second)


def verdict(tick_ms: float, a_second: float) -> int:
    """Return the exit code: 1 when a promise is broken."""
    return int(tick_ms > MOST_MS or a_second < FEWEST_A_SECOND)


if __name__ == "__main__":
    raise SystemExit(main())
