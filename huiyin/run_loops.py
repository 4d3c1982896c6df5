"""The application: the loops of long-running processes. Parts in; ticks or rounds until a signal; an exit code out.

`huiyin run` ticks and visits sources, `huiyin scheduler` only ticks, `huiyin worker` only visits sources.
"""

import os
import signal
import sys
import threading
from datetime import datetime
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from foundation import clock
from foundation.ledger import state_folder
from huiyin.schedule import SENDS_A_TICK, STOP_SECONDS, WATCH_SECONDS, Schedule
from huiyin.wiring import Parts
from huiyin.worker import Worker

LINKS_SECONDS = 300.0  # a link is due after a day at the earliest


def run_forever(parts: Parts, *, with_rounds: bool = True) -> int:
    """Tick until SIGINT or SIGTERM; children and leases are given back on the way out."""
    scheduler = BackgroundScheduler(
        timezone=clock.SCHOOL_ZONE,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    schedule = Schedule(
        parts,
        Worker(parts.ledger, state_folder() / "log"),
        lambda pace: scheduler.reschedule_job("tick", trigger="interval", seconds=pace),
        with_rounds=with_rounds,
    )
    seconds = parts.school.settings.schedule.tick_seconds
    at_once = datetime.fromtimestamp(clock.real_seconds(), clock.SCHOOL_ZONE)
    scheduler.add_job(schedule.tick, "interval", seconds=seconds, id="tick", next_run_time=at_once)
    scheduler.add_job(schedule.send_index, "interval", seconds=max(seconds / SENDS_A_TICK, 1.0), id="index")
    scheduler.add_job(schedule.recheck_links, "interval", seconds=LINKS_SECONDS, id="links")
    scheduler.add_job(schedule.watch, "interval", seconds=WATCH_SECONDS, id="watch")
    wanted = _stop_wanted()
    print(f"回音已启动：每 {seconds:g} 秒一拍，按 Ctrl-C 停止。", flush=True)
    scheduler.start()
    wanted.wait()
    schedule.stopping.set()
    scheduler.shutdown(wait=False)
    has_ended = schedule.busy.acquire(timeout=STOP_SECONDS)
    schedule.close()
    print("回音已停止，没有未提交的内容。", flush=True)
    if not has_ended:  # a send waits for a server that does not answer: its claim is freed by the next start
        sys.stderr.flush()
        os._exit(0)
    return 0


def work_forever(parts: Parts) -> int:
    """Run due rounds until SIGINT or SIGTERM, following newly applied school versions."""
    schedule = Schedule(parts, Worker(parts.ledger, state_folder() / "log"))
    wanted = _stop_wanted()
    print("抓取进程已启动，按 Ctrl-C 停止。", flush=True)
    while not wanted.wait(schedule.parts.school.settings.schedule.tick_seconds):
        schedule.work_once()
    schedule.worker.stop()
    schedule.parts.ledger.close()
    print("抓取进程已停止，没有未提交的内容。", flush=True)
    return 0


def _stop_wanted() -> threading.Event:
    """Return the event that SIGINT and SIGTERM set."""
    wanted = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        wanted.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return wanted
