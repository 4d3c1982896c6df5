"""kill -9 at random points of the send path: `python -m bench.measure_crashes [--crashes 200]`.

A forked sender kills itself (SIGKILL) before or after a statement, at a commit, before or after a sending; another one
goes on. Prints how often which kind of point was hit; ends with 1 when a notice was lost or came more than twice.
"""

import argparse
import json
import os
import random
import signal
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import event, select, update

from alerts.merge_waiting import HOUR
from alerts.outbox import Sender, send_pending
from alerts.outbox_rows import Notice, put_in
from bench.virtual_school import VirtualSchool, virtual_school
from foundation.ledger import Ledger, open_ledger
from foundation.school import School
from foundation.tables import outbox
from huiyin.wiring import open_parts

MOMENTS = ("before_cursor_execute", "after_cursor_execute", "commit")
SENDINGS = ("before_send", "after_send")
PAYLOAD = {"title": "题", "body": "文", "link": "", "mention": []}
EACH = 2  # notices of one pass


@dataclass(frozen=True, slots=True)
class Crashes:
    """What crashes did: how many processes died at which kind of point, what was heard and repeated."""

    died: int
    hit: dict[str, int]
    lost: int
    repeats: int
    most_repeats_of_a_crash: int
    unsent: int

    @property
    def broken(self) -> list[str]:
        """The promises that were not kept."""
        promises = {
            "nothing lost": self.lost == 0 and self.unsent == 0,
            "≤ 1 repeat a crash": self.most_repeats_of_a_crash <= 1,
            "some crash fell between sending and marking": self.repeats >= 1,
            "every kind of point was hit": set(self.hit) == {*MOMENTS, *SENDINGS},
        }
        return [promise for promise, kept in promises.items() if not kept]


def play_crashes(folder: Path, crashes: int) -> Crashes:
    """Let `crashes` senders die, the first ones at each kind of point, the others anywhere."""
    with virtual_school(folder) as place:
        parts = open_parts()
        found = _play(place, parts.ledger, parts.school, crashes)
        parts.ledger.close()
    return found


def _play(place: VirtualSchool, ledger: Ledger, school: School, crashes: int) -> Crashes:
    chance, hit, repeats, lost, died = random.Random(11), Counter[str](), [], 0, 0
    _put(ledger, "w")
    points = _fork(school, kill_at=0)  # the kinds of points of a whole pass
    kinds = [[at for at, kind in enumerate(points, 1) if kind == wanted] for wanted in (*MOMENTS, *SENDINGS)]
    for crash in range(crashes):
        before = len(place.mail.received)
        _put(ledger, str(crash))
        kill_at = chance.choice(kinds[crash]) if crash < len(kinds) else chance.randrange(1, len(points) + 1)
        died += not _fork(school, kill_at)
        hit[points[kill_at - 1]] += 1
        _age(ledger)
        send_pending(ledger, school, "next")
        heard = Counter(str(mail.message["Message-ID"]) for mail in place.mail.received[before:])
        lost += EACH - len(heard)
        repeats.append(sum(heard.values()) - len(heard))
    with ledger.read() as connection:
        unsent = len(connection.execute(select(outbox.c.outbox_id).where(outbox.c.state != "sent")).all())
    return Crashes(died, dict(hit), lost, sum(repeats), max(repeats), unsent)


def _put(ledger: Ledger, name: str) -> None:
    with ledger.change() as work:
        put_in(
            work,
            [Notice(f"{name}:{n}", f"HY-{name}-{n}", 1, "due", "email", "xu_songbai", PAYLOAD) for n in range(EACH)],
        )


def _age(ledger: Ledger) -> None:
    """Let the dead process's leases run out; the hourly budget is not what is measured here."""
    with ledger.change() as work:
        work.connection.execute(update(outbox).where(outbox.c.state == "pending").values(lease_until=0.0))
        work.connection.execute(update(outbox).where(outbox.c.state == "sent").values(sent_at=work.at - 2 * HOUR))


def _fork(school: School, kill_at: int) -> list[str]:
    """Send in a forked process that dies at its `kill_at`-th point; return the points it passed (none: it died)."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as passed:
            text = passed.read()
        os.waitpid(pid, 0)
        return text.split()
    points: list[str] = []

    def point(kind: str) -> None:
        points.append(kind)
        if len(points) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        own = open_ledger()
        for moment in MOMENTS:
            event.listen(own.engine, moment, lambda *_each, kind=moment, **_more: point(kind))
        plain = Sender._send

        def send(self, row):
            point(SENDINGS[0])
            answer = plain(self, row)
            point(SENDINGS[1])
            return answer

        Sender._send = send
        send_pending(own, school, f"doomed-{os.getpid()}")
        os.write(writing, " ".join(points).encode())
    finally:
        os._exit(0)


def main() -> int:
    parser = argparse.ArgumentParser(description="kills senders at random points of the send path")
    parser.add_argument("--crashes", type=int, default=200)
    with tempfile.TemporaryDirectory() as folder:
        crashes = play_crashes(Path(folder), parser.parse_args().crashes)
    print(json.dumps(asdict(crashes), ensure_ascii=False))
    for promise in crashes.broken:
        print(f"broken: {promise}")
    return int(bool(crashes.broken))


if __name__ == "__main__":
    raise SystemExit(main())
