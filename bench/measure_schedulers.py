"""Two schedulers over a thousand ticks: `python -m bench.measure_schedulers [--ticks 1000]`.

Both turn the whole tick of the product on one ledger. Now and then the one that leads is paused past its lease and
wakes believing that it leads: it sends before it looks. Prints what was put in and heard; ends with 1 when one came
twice or not at all.
"""

import argparse
import json
import random
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select

from alerts.outbox_rows import Notice, put_in
from bench.virtual_school import VirtualSchool, virtual_school
from foundation.tables import outbox
from huiyin.schedule import Schedule

PAYLOAD = {"title": "题", "body": "文", "link": "", "mention": []}
TICK_SECONDS, PAUSE_TICKS, PUT_EVERY = 30, 10, 8


@dataclass(frozen=True, slots=True)
class Together:
    """What two schedulers did: notices put in and heard, times the lead changed hands."""

    ticks: int
    put: int
    heard: int
    doubled: int
    unsent: int
    takeovers: int
    failures: dict[str, int]

    @property
    def broken(self) -> list[str]:
        """The promises that were not kept."""
        promises = {
            "nothing twice": self.doubled == 0,
            "nothing lost": self.heard == self.put and self.unsent == 0,
            "the lead changed hands": self.takeovers > 1,
            "no step failed": not self.failures,
        }
        return [promise for promise, kept in promises.items() if not kept]


def play_two(folder: Path, ticks: int) -> Together:
    """Let two schedulers turn `ticks` ticks each, one of them paused now and then."""
    with virtual_school(folder) as place:
        both = [place.schedule("a"), place.schedule("b")]
        found = _play(place, both, ticks)
        for schedule in both:
            schedule.close()
    return found


def _play(place: VirtualSchool, both: list[Schedule], ticks: int) -> Together:
    chance, asleep_until, put, fences = random.Random(5), [0, 0], 0, []
    ledger = both[0].parts.ledger
    for tick in range(ticks):
        place.move(seconds=TICK_SECONDS)
        if tick % PUT_EVERY == 0 and tick < ticks - 2 * PAUSE_TICKS:
            put += 1
            with ledger.change() as work:
                put_in(work, [Notice(f"n{put}", f"HY-{put}", 3, "due", "email", "xu_songbai", PAYLOAD)])
        for number, schedule in enumerate(both):
            if tick < asleep_until[number]:
                continue
            if tick == asleep_until[number] and tick:  # it wakes in the middle of its tick, where it was paused
                schedule._steps()["send"]()
            schedule.tick()
            if schedule.leads:
                fences += [schedule.fence] if schedule.fence not in fences else []
                if chance.random() < 0.1:
                    asleep_until[number] = tick + PAUSE_TICKS
    heard = Counter(str(mail.message["Message-ID"]) for mail in place.mail.received)
    with ledger.read() as connection:
        unsent = connection.execute(select(outbox.c.outbox_id).where(outbox.c.state != "sent")).all()
    failures = dict(sum((Counter(schedule.failures) for schedule in both), Counter()))
    return Together(ticks, put, len(heard), sum(heard.values()) - len(heard), len(unsent), len(fences) - 1, failures)


def main() -> int:
    parser = argparse.ArgumentParser(description="two schedulers on one ledger")
    parser.add_argument("--ticks", type=int, default=1000)
    with tempfile.TemporaryDirectory() as folder:
        together = play_two(Path(folder), parser.parse_args().ticks)
    print(json.dumps(asdict(together), ensure_ascii=False))
    for promise in together.broken:
        print(f"broken: {promise}")
    return int(bool(together.broken))


if __name__ == "__main__":
    raise SystemExit(main())
