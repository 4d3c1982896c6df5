"""A storm through the product itself: `python -m bench.measure_storm [--posts 5000 --threads 40]`.

Ten virtual minutes of posts that go through every step of the Scrapy run, the tick that `huiyin scheduler` turns every
30 s, a real mail server and robots on loopback. Prints what was told; ends with 1 when a promise is broken.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from alerts.merge_waiting import PER_HOUR, told_at
from bench.virtual_school import BEGINS, VirtualSchool, virtual_school
from cases.case import case_file
from crawler.items import Page, Post
from foundation.opening import Opened
from foundation.tables import outbox
from huiyin.schedule import Schedule
from pipelines.replay_quarantine import steps
from search.post_table import post_table

TICK_SECONDS, MINUTES, AFTER = 30, 10, 160  # ticks after the last post
PLACES = (
    "一食堂", "二食堂", "清真餐厅", "松园", "竹园", "梅园", "桂园", "明德楼", "求真楼", "致远楼", "逸夫实验楼", "麓湖",
    "东区操场", "北门快递站",
)  # fmt: skip
GRAVEST = (
    "{}着火了，浓烟往上冒，有学生还在里面",
    "{}爆炸了，有学生还在里面没出来",
    "在{}吃完午饭，我们班十几个人上吐下泻",
)
OTHERS = (
    "{}走廊电线裸露好几天没人管", "{}的电梯困人半小时", "{}热水器坏了一周没人修", "{}空调坏了报修三次没人来",
    "{}厕所漏水一直没人修", "{}晚上停电没有通知", "{}断网两天了没人管", "{}门禁坏了谁都能进",
)  # fmt: skip
EVERY_GRAVE = 10  # one thread in ten is 特别重大
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Storm:
    """What a storm did: counts, virtual seconds, the slowest tick in real seconds."""

    posts: int
    threads: int
    cases: int
    gravest: int
    first_gravest_seconds: float
    slowest_gravest_seconds: float
    cases_told: int
    most_in_an_hour: int
    messages: int
    merged: int
    blocked_robots: int
    dead: int
    failures: dict[str, int]
    slowest_tick_seconds: float

    @property
    def broken(self) -> list[str]:
        """The promises that were not kept."""
        promises = {
            "every thread is a case": self.cases == self.threads,
            "some 特别重大": self.gravest > 0,
            "first 特别重大 < 60 s": self.first_gravest_seconds < 60,
            "every case told": self.cases_told == self.cases,
            "≤ 30 an hour": self.most_in_an_hour <= PER_HOUR,
            "robots within budget": self.blocked_robots == 0,
            "nothing dead": self.dead == 0,
            "no step failed": not self.failures,
        }
        return [promise for promise, kept in promises.items() if not kept]


def play_storm(folder: Path, posts: int, threads: int) -> Storm:
    """Play a storm in an empty folder and return what it did.

    Args:
        folder: Gets the school and the ledger.
        posts: How many in ten virtual minutes.
        threads: How many events they tell of.
    """
    with virtual_school(folder) as school:
        schedule = school.schedule()
        slowest = _rain(school, schedule, posts, threads)
        found = _look(schedule, threads, school.blocked_robots, slowest)
        schedule.close()
    return found


def _rain(school: VirtualSchool, schedule: Schedule, posts: int, threads: int) -> float:
    """Let posts fall and the tick turn; return the slowest tick."""
    judge = steps(Opened(schedule.parts.ledger, schedule.parts.school))
    ticks, slowest = MINUTES * 60 // TICK_SECONDS, 0.0
    pages = _pages(posts, threads, ticks)
    for turn in range(ticks + AFTER):
        heard_at = school.move(seconds=1)  # just after a tick: the longest wait
        for page in pages[turn] if turn < ticks else ():
            page.fetched_at = heard_at
            for post in page.posts:
                post.fetched_at = post.published_at = heard_at
            for step in judge:
                step.process_item(page)
        school.move(seconds=TICK_SECONDS - 1)
        begun = time.perf_counter()
        schedule.tick()
        slowest = max(slowest, time.perf_counter() - begun)
        if turn >= ticks and not _waiting(schedule):
            break
    return slowest


def _pages(posts: int, threads: int, ticks: int) -> list[list[Page]]:
    """Return what each turn's round brings: threads begin one after another in the first half and go on to the end."""
    turns: list[dict[int, list[Post]]] = [{} for _turn in range(ticks)]
    floors = [0] * threads
    for number in range(posts):
        begun = max(1, min(threads, (number + 1) * 2 * threads // posts))
        thread = number % begun
        floors[thread] += 1
        post = _post(thread, floors[thread], number)
        turns[number * ticks // posts].setdefault(thread, []).append(post)
    return [
        [Page("forum", f"http://forum.test/t{thread}", BEGINS, found) for thread, found in each.items()]
        for each in turns
    ]


def _post(thread: int, floor: int, number: int) -> Post:
    """Return one post: the first of a thread says what is wrong where, the others say that it is so."""
    is_grave = thread % EVERY_GRAVE == 0
    issue = GRAVEST[thread // EVERY_GRAVE % len(GRAVEST)] if is_grave else OTHERS[thread % len(OTHERS)]
    title = issue.format(PLACES[thread % len(PLACES)])
    more = f"{number} 号床也一样，{number % 24} 点又来看过，第 {floor} 次说了，希望处理"
    name = f"forum.test:t{thread}"
    return Post(
        source_id="forum", site="forum.test", key=f"{name}:p{number}", thread_key=name, floor=floor,
        url=f"http://forum.test/t{thread}#p{number}", title=title if floor == 1 else "",
        content=f"{title}，学校能不能管管？" if floor == 1 else more,
    )  # fmt: skip


def _waiting(schedule: Schedule) -> int:
    with schedule.parts.ledger.read() as connection:
        asked = select(func.count()).where(outbox.c.state == "pending")
        return int(connection.execute(asked).scalar_one())


def _look(schedule: Schedule, threads: int, blocked: int, slowest: float) -> Storm:
    """Read from the ledger what was told; `sent_at` is what a provider accepted."""
    with schedule.parts.ledger.read() as connection:
        posts = connection.execute(select(func.count()).select_from(post_table)).scalar_one()
        cases = {row.case_no: row for row in connection.execute(select(case_file))}
        rows = connection.execute(select(outbox)).all()
        told = {row.outbox_id: told_at(connection, row.outbox_id) for row in rows}
    gravest = {case_no: case.opened_at for case_no, case in cases.items() if case.level_code == 3}
    heard = {case_no: case.discovered_at for case_no, case in cases.items()}
    waits = {
        case_no: min(row.sent_at - heard[case_no] for row in rows if row.case_no == case_no and row.sent_at)
        for case_no in gravest
    }
    seconds = [wait.total_seconds() for wait in waits.values()]
    to: dict[tuple[str, str], list[datetime]] = {}
    for row in rows:
        if row.sent_at:
            to.setdefault((row.channel, row.recipient), []).append(row.sent_at)
    return Storm(
        posts=posts,
        threads=threads,
        cases=len(cases),
        gravest=len(gravest),
        first_gravest_seconds=min(seconds, default=float("inf")),
        slowest_gravest_seconds=max(seconds, default=float("inf")),
        cases_told=len({row.case_no for row in rows if row.case_no and told[row.outbox_id]}),
        most_in_an_hour=max(_most_in_an_hour(instants) for instants in to.values()),
        messages=sum(len(instants) for instants in to.values()),
        merged=sum(row.state == "skipped" for row in rows),
        blocked_robots=blocked,
        dead=sum(row.state == "dead" for row in rows),
        failures=dict(schedule.failures),
        slowest_tick_seconds=round(slowest, 2),
    )


def _most_in_an_hour(instants: list[datetime]) -> int:
    return max(sum(at <= each < at + HOUR for each in instants) for at in instants)


def main() -> int:
    parser = argparse.ArgumentParser(description="plays a storm of posts through the product's own tick")
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--threads", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        begun, cpu = time.perf_counter(), time.process_time()
        storm = play_storm(Path(folder), arguments.posts, arguments.threads)
        real, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(json.dumps({**asdict(storm), "real_seconds": round(real), "cpu_seconds": round(cpu)}, ensure_ascii=False))
    for promise in storm.broken:
        print(f"broken: {promise}")
    return int(bool(storm.broken))


if __name__ == "__main__":
    raise SystemExit(main())
