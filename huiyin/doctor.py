"""The application: says how things stand: what a school holds, what this machine lacks, how far the work is."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from cases.case import case_file
from cases.policy import load_policy
from crawler.rounds import source_state
from crawler.source import load_sources
from events.event import event
from foundation import clock
from foundation.audit import first_broken_row
from foundation.config import read_secret
from foundation.errors import HuiyinError, LedgerUnusable
from foundation.ledger import Ledger, open_ledger, state_folder
from foundation.outcome import SOURCE_OUTCOME_TITLES, SourceOutcome
from foundation.school import School
from foundation.tables import outbox, timer
from search.posts import post

FREE_MEGABYTES = 500  # below this SQLite's write-ahead log and the spool may fill the disk within a day
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")


@dataclass(frozen=True, slots=True)
class Finding:
    """One examined thing: what it is, whether it is well, and what was seen or what to do."""

    what: str
    well: bool
    detail: str


def summary(school: School) -> str:
    """Return a short Chinese overview of a school's folder."""
    sources = load_sources(school)
    policy = load_policy(school)
    lines = [
        f"  学校：{school.settings.school.name}　部门 {len(school.organisation.departments)} 个　"
        f"人员 {len(school.organisation.people)} 名",
        f"  信源：{'、'.join(source.title for source in sources.values()) or '还没有'}",
        f"  制度：{'、'.join(policy.enabled)}（第 {policy.version} 版）",
    ]
    return "\n".join(lines)


def examine(school: School) -> list[Finding]:
    """Return findings about this machine: browser, secrets, ledger, disk, notices."""
    return [_browser(school), *_secrets(school), *_ledger(), _disk()]


def _browser(school: School) -> Finding:
    named = school.settings.crawl.browser
    found = next((place for place in (named, *BROWSERS) if Path(place).exists()), "")
    fix = "apt-get install chromium-headless-shell"
    return Finding("浏览器（需要脚本的页面）", bool(found), found or f"没有找到 {named}，请运行 {fix}")


def _secrets(school: School) -> Iterator[Finding]:
    references = [("邮件密码", school.settings.alerts.mail.password)]
    for unit in school.organisation.departments:
        if unit.robot:
            references += [
                (f"{unit.name}的机器人地址", unit.robot.url),
                (f"{unit.name}的机器人密钥", unit.robot.secret),
            ]
    for owner, reference in references:
        if reference:
            try:
                read_secret(reference, owner)
                yield Finding(owner, True, "已设置（内容不显示）")
            except HuiyinError as problem:
                yield Finding(owner, False, f"{problem.thing}。{problem.next_step}")


def _ledger() -> Iterator[Finding]:
    try:
        ledger = open_ledger()
    except LedgerUnusable as problem:
        yield Finding("账本", False, f"{problem.what}。{problem.next_step}")
        return
    with ledger.read() as connection:
        broken = first_broken_row(connection)
        dead = connection.execute(select(func.count()).where(outbox.c.state == "dead")).scalar_one()
    yield Finding("审计链", broken is None, "完整" if broken is None else f"第 {broken} 行起不可信，请保留文件并报告")
    yield Finding("死信", dead == 0, f"{dead} 条" + ("" if dead == 0 else "，用 huiyin outbox list --state dead 查看"))
    ledger.close()


def _disk() -> Finding:
    folder = state_folder()
    place = folder if folder.exists() else Path()
    free = shutil.disk_usage(place).free // 2**20
    return Finding("磁盘", free >= FREE_MEGABYTES, f"{place.resolve()} 剩余 {free} MB")


def describe_sources(ledger: Ledger) -> list[dict[str, Any]]:
    """Return every source with its last outcome in words; never-run and not-enabled ones are told apart."""
    with ledger.read() as connection:
        rows = connection.execute(select(source_state).order_by(source_state.c.source_id)).all()
    return [
        {
            "source": row.source_id,
            "outcome": row.outcome,
            "title": SOURCE_OUTCOME_TITLES[SourceOutcome(row.outcome)],
            "finished_at": clock.for_people(row.finished_at) if row.finished_at else None,
            "due_at": clock.for_people(row.due_at) if row.due_at else None,
        }
        for row in rows
    ]


def describe_work(ledger: Ledger) -> dict[str, Any]:
    """Return counts of posts by outcome, events, cases by state, open timers, notices by state."""
    with ledger.read() as connection:

        def grouped(column: Any) -> dict[str, int]:
            return {
                str(name): int(count)
                for name, count in connection.execute(select(column, func.count()).group_by(column))
            }

        counts = {
            "帖文": connection.execute(select(func.count()).select_from(post)).scalar_one(),
            "事件": connection.execute(select(func.count()).select_from(event)).scalar_one(),
            "案件": connection.execute(select(func.count()).select_from(case_file)).scalar_one(),
            "未到期时限": connection.execute(select(func.count()).where(timer.c.state == "open")).scalar_one(),
        }
        return {
            "counts": counts,
            "posts_by_outcome": grouped(post.c.outcome),
            "cases_by_state": grouped(case_file.c.state),
            "notices_by_state": grouped(outbox.c.state),
        }
