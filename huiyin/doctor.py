"""The application: says how things stand: what a school holds, what this machine lacks, how far the work is."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, select

from alerts.load_rules import RULES_FILE, warnings_of
from alerts.outbox_rows import hidden_rows
from alerts.tables import channel_state
from cases.case import case_file
from cases.policy import POLICY_FILE, load_policy
from crawler.patrol import is_stale
from crawler.rounds import source_state
from crawler.source import load_sources
from events.event import event
from foundation import clock
from foundation.audit import find_break
from foundation.audit_anchor import anchor_file, read_anchors
from foundation.config import read_secret
from foundation.errors import HuiyinError
from foundation.ledger import Ledger, open_ledger, state_folder
from foundation.outcome import SOURCE_ALARM_TITLES, SOURCE_OUTCOME_TITLES, SourceOutcome
from foundation.school import DEPARTMENTS_FILE, SETTINGS_FILE, School
from foundation.tables import audit, heartbeat, outbox, timer
from huiyin.examine_cluster import examine_cluster
from huiyin.explain_round import explain_end, next_step
from huiyin.group_posts import STEPPED_OVER
from search.posts import post

SILENT_SECONDS = 300.0  # ten ticks of the default length
SHOWN = 5
DELIVERY_LATE = timedelta(minutes=15)
CALENDAR_DAYS = 60
FOLDERS = ("sources/", "words/", "templates/")
QUIET = (SourceOutcome.OK, SourceOutcome.NOTHING_NEW, SourceOutcome.NOT_ENABLED, SourceOutcome.NEVER_RUN)
OTHERS = 0o077  # rights of group and others
CONTACT = re.compile(r"(mailto:)?[^@\s]+@[\w-]+(\.[\w-]+)+|https?://[\w-]+(\.[\w-]+)+(/\S*)?")
MISREAD = ("bot", "crawl", "spider", "java", "phone", "mobile", "android", "huawei")  # Discuz X3: a robot, a phone
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


def folder_warnings(school: School) -> list[str]:
    """Return what is no mistake in a school's folder but seldom meant: no source, files that nobody reads."""
    policy = load_policy(school)
    read = {SETTINGS_FILE, DEPARTMENTS_FILE, POLICY_FILE, RULES_FILE, policy.file.calendar.overrides}
    unread = [name for name in school.files.texts if name not in read and not name.startswith(FOLDERS)]
    warnings = [f"{name} 没有人读：信源放在 sources/，词表放在 words/" for name in sorted(unread)]
    if not load_sources(school):
        warnings.append("还没有信源，什么也听不到：在 sources/ 里至少写一个，见 docs/school.md")
    return [*warnings, *warnings_of(school)]


def examine(school: School) -> list[Finding]:
    """Return findings about this machine: browser, secrets, ledger, run, sources, notices, disk."""
    cluster = [Finding(*words) for words in examine_cluster(school)]
    server = [_contact(school), _browser(school), *_secrets(school), *_ledger(), *cluster]
    return [*server, _calendar(school), _disk()]


def _contact(school: School) -> Finding:
    """A site's owner must be able to reach us; and words that make sites take us for something else stay out of it."""
    contact = school.settings.school.contact
    what = "联系地址（写进用户代理）"
    if not CONTACT.fullmatch(contact) or ".example" in contact:
        return Finding(what, False, f"{contact} 联系不到人：在 school.contact 写真的邮箱（mailto:…）或网址")
    misread = next((word for word in MISREAD if word in contact.lower()), "")
    if misread:
        return Finding(what, False, f"{contact} 里有 {misread}，有的论坛会据此给别的页面；换一个不含它的地址")
    return Finding(what, True, contact)


def _browser(school: School) -> Finding:
    named = school.settings.crawl.browser
    found = next((place for place in (named, *BROWSERS) if Path(place).exists()), "")
    fix = "apt-get install chromium-headless-shell"
    return Finding("浏览器（需要脚本的页面）", bool(found), found or f"没有找到 {named}，请运行 {fix}")


def _secrets(school: School) -> Iterator[Finding]:
    alerts = school.settings.alerts
    references = [("邮件密码", alerts.mail.password)]
    if app := alerts.dingtalk_app:
        references += [("钉钉应用的 app_key", app.app_key), ("钉钉应用的 app_secret", app.app_secret)]
    for unit in school.organisation.departments:
        for words, robot in (
            ("", unit.robot),
            ("企业微信", unit.wecom),
            ("飞书", unit.feishu),
            ("webhook ", unit.webhook),
        ):
            references += [(f"{unit.name}的{words}机器人地址", robot.url)] if robot else []
            references += (
                [(f"{unit.name}的{words}机器人密钥", robot.secret)] if robot and hasattr(robot, "secret") else []
            )
        references.append((f"{unit.name}的 apprise 地址", unit.apprise))
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
        with ledger.read() as connection:
            findings = [
                _audit_chain(connection, ledger.folder),
                _dead_letters(connection),
                _tick(connection),
                *_posts(connection),
                *_delivery(connection),
                *_jobs(connection),
            ]
        if ledger.engine.dialect.name == "sqlite":
            findings.append(_rights(Path(ledger.place)))
        findings += _sources(ledger)
        ledger.close()
    except HuiyinError as problem:
        yield Finding("账本", False, f"{problem.what}。{problem.next_step}")
        return
    yield from findings


def _rights(path: Path) -> Finding:
    """A ledger that was made before it was made for us alone, or copied back from a backup, may be open to others."""
    alone = not path.stat().st_mode & OTHERS
    return Finding("账本权限", alone, "只有本用户可读" if alone else f"本机其他用户也能读，请运行 chmod 600 {path}*")


def _audit_chain(connection: Connection, folder: Path) -> Finding:
    anchors = read_anchors(anchor_file(folder))
    broken = find_break(connection, [anchor.head for anchor in anchors])
    if broken is None:
        return Finding("审计链", True, f"完整，已锚定 {len(anchors)} 次")
    return Finding("审计链", False, f"第 {broken.seq} 行起不可信，请保留文件，运行 huiyin audit verify 并报告")


def _dead_letters(connection: Connection) -> Finding:
    dead = connection.execute(select(func.count()).where(outbox.c.state == "dead")).scalar_one()
    return Finding("死信", dead == 0, f"{dead} 条" + ("" if dead == 0 else "，用 huiyin outbox list --state dead 查看"))


def _delivery(connection: Connection) -> Iterator[Finding]:
    """The oldest notice that should have gone; channels that a person must repair."""
    now = clock.now()
    due = select(func.min(outbox.c.not_before)).where(outbox.c.state == "pending", outbox.c.not_before <= now)
    oldest = connection.execute(due).scalar()
    late = oldest is not None and now - oldest > DELIVERY_LATE
    words = (
        f"最早一条自 {clock.for_people(oldest)} 起没有送出，用 huiyin outbox list --state pending 查看"
        if late and oldest
        else "及时"
    )
    yield Finding("通知送达", not late, words)
    for row in connection.execute(select(channel_state)):
        where = row.channel if row.recipient == "*" else f"{row.channel}:{row.recipient}"
        yield Finding(f"渠道 {where}", False, f"停用自 {clock.for_people(row.since)}：{row.reason}")


def _jobs(connection: Connection) -> Iterator[Finding]:
    """Steps of the tick that have not ended well for long while the tick itself turns."""
    beats = {row.job: row.real_at for row in connection.execute(select(heartbeat))}
    for job, real_at in beats.items():
        behind = beats.get("tick", 0.0) - real_at
        if job.startswith("step.") and behind > SILENT_SECONDS:
            name = job.removeprefix("step.")
            yield Finding(f"步骤 {name}", False, f"{behind / 60:.0f} 分钟没有成功过，详见日志")


def _calendar(school: School) -> Finding:
    """The next 60 days must lie in years whose holidays are published, or deadlines are provisional."""
    today = clock.at_school(clock.now()).date()
    known = load_policy(school).calendar.is_published(today, today + timedelta(days=CALENDAR_DAYS))
    missing = f"{(today + timedelta(days=CALENDAR_DAYS)).year} 年的放假安排还没有：时限只能暂定，见 calendar.yaml"
    return Finding("工作日历", known, f"今后 {CALENDAR_DAYS} 天都已公布" if known else missing)


def _tick(connection: Connection) -> Finding:
    beat = connection.execute(select(heartbeat).where(heartbeat.c.job == "tick")).first()
    if beat is None or clock.real_seconds() - beat.real_at > SILENT_SECONDS:
        return Finding("值守", False, "没有进程在值守，请运行 huiyin run")
    failures = beat.note.get("failures", {})
    words = "、".join(f"{step} {count} 次" for step, count in failures.items())
    return Finding("值守", not failures, f"失败过的步骤：{words}，详见日志" if words else "正常")


def _posts(connection: Connection) -> Iterator[Finding]:
    over = connection.execute(select(audit.c.subject).where(audit.c.act == STEPPED_OVER)).scalars().all()
    if over:
        yield Finding("未能归并的帖文", False, f"{len(over)} 条：{'、'.join(over[-SHOWN:])}，请人工查看并报告")


def _sources(ledger: Ledger) -> Iterator[Finding]:
    for source in describe_sources(ledger):
        if source["is_late"]:
            yield Finding(f"信源 {source['source']}", False, f"早该在 {source['due_at']} 听一轮，一直没有听到")
        elif source["alarm"]:
            detail = f"{source['alarm']}，用 huiyin source show {source['source']} 看最近几轮，再对照原网页"
            yield Finding(f"信源 {source['source']}", False, detail)
        elif source["outcome"] not in QUIET:
            note = f"（{source['note']}）" if source["note"] else ""
            step = next_step(source["outcome"])
            yield Finding(f"信源 {source['source']}", False, f"{source['title']}{note}。{step}")


def _disk() -> Finding:
    folder = state_folder()
    place = folder if folder.exists() else Path()
    free = shutil.disk_usage(place).free // 2**20
    return Finding("磁盘", free >= FREE_MEGABYTES, f"{place.resolve()} 剩余 {free} MB")


def describe_sources(ledger: Ledger) -> list[dict[str, Any]]:
    """Return every source with its last outcome in words; never-run, not-enabled and blocked ones are told apart."""
    now = clock.now()
    with ledger.read() as connection:
        rows = connection.execute(select(source_state).order_by(source_state.c.source_id)).all()
    return [_describe_source(row, now) for row in rows]


def _describe_source(row: Row[Any], now: datetime) -> dict[str, Any]:
    enabled = row.outcome != SourceOutcome.NOT_ENABLED
    return {
        "source": row.source_id,
        "outcome": row.outcome,
        "title": SOURCE_OUTCOME_TITLES[SourceOutcome(row.outcome)],
        "note": explain_end(row.note, row.counts),
        "finished_at": clock.for_people(row.finished_at) if row.finished_at else None,
        "due_at": clock.for_people(row.due_at) if enabled else None,
        "is_late": enabled and is_stale(row, now),
        "alarm": SOURCE_ALARM_TITLES.get(row.alarm, ""),
    }


def describe_work(ledger: Ledger) -> dict[str, Any]:
    """Return counts of posts by outcome, events, cases by state, open timers, notices by state.

    What is help-first is counted nowhere: that there is such a case is for counsellors only (PRIVACY.md 5).
    """
    public_cases = select(case_file.c.case_no).where(~case_file.c.restricted)
    with ledger.read() as connection:
        counted = {
            "posts": _grouped(connection, post.c.outcome, ~post.c.restricted),
            "events": _grouped(connection, event.c.trend, ~event.c.restricted),
            "cases": _grouped(connection, case_file.c.state, ~case_file.c.restricted),
            "timers": _grouped(connection, timer.c.state, timer.c.case_no.in_(public_cases)),
            "notices": _grouped(connection, outbox.c.state, outbox.c.outbox_id.not_in(hidden_rows())),
        }
        due = select(func.count()).where(outbox.c.state == "pending", outbox.c.not_before <= clock.now())
        waiting = connection.execute(due.where(outbox.c.outbox_id.not_in(hidden_rows()))).scalar_one()
    counts = {
        "帖文": sum(counted["posts"].values()),
        "事件": sum(counted["events"].values()),
        "案件": sum(counted["cases"].values()),
        "未到期时限": counted["timers"].get("open", 0),
    }
    return {
        "counts": counts,
        "outbox_pending": waiting,
        "posts_by_outcome": counted["posts"],
        "cases_by_state": counted["cases"],
        "notices_by_state": counted["notices"],
    }


def _grouped(connection: Connection, column: Any, condition: Any) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).where(condition).group_by(column))
    return {str(name): int(count) for name, count in rows}
