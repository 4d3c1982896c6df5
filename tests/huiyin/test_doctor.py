"""Tests of the doctor: every finding in Chinese with what to do, sources in words, and never a secret."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from alerts.outbox_rows import Notice, put_in
from alerts.tables import channel_state
from cases.open_case import open_cases
from crawler.items import Post
from crawler.rounds import source_state
from events.cluster_posts import cluster_new_posts
from foundation import clock
from foundation.ledger import LEDGER_FILE
from foundation.outcome import SOURCE_OUTCOME_TITLES
from foundation.tables import audit, heartbeat, outbox, timer
from huiyin import doctor
from huiyin.group_posts import STEPPED_OVER
from huiyin.wiring import apply_folder, open_parts
from search.posts import keep_posts, number_posts, posts_after

SECRET = "SEC-b0a1c2-never-shown"
LATE = "2026-10-12T13:00:00+08:00"


def findings(parts) -> dict[str, doctor.Finding]:
    return {finding.what: finding for finding in doctor.examine(parts.school)}


def test_the_overview_counts_what_the_school_holds(parts):
    text = doctor.summary(parts.school)

    assert "云麓学院" in text
    assert f"部门 {len(parts.school.organisation.departments)} 个" in text
    assert "信源：还没有" in text


def test_a_secret_that_is_missing_is_named_and_one_that_is_set_is_not_shown(parts, monkeypatch):
    monkeypatch.delenv("HUIYIN_MAIL_PASSWORD", raising=False)
    missing = findings(parts)["邮件密码"]
    monkeypatch.setenv("HUIYIN_MAIL_PASSWORD", SECRET)
    known = findings(parts)

    assert (missing.well, "HUIYIN_MAIL_PASSWORD" in missing.detail) == (False, True)
    assert known["邮件密码"].well
    assert SECRET not in str(known)


def test_every_robot_of_every_department_is_looked_at(parts):
    robots = [unit for unit in parts.school.organisation.departments if unit.robot]
    known = findings(parts)

    assert robots
    assert all({f"{unit.name}的机器人地址", f"{unit.name}的机器人密钥"} <= set(known) for unit in robots)


def test_a_browser_that_is_installed_is_found(parts, folder, tmp_path):
    program = tmp_path / "chromium"
    program.write_text("")
    folder.settings(crawl={"browser": str(program)})
    apply_folder(folder.path, "tester")
    fresh = open_parts()
    finding = findings(fresh)["浏览器（需要脚本的页面）"]
    fresh.ledger.close()

    assert (finding.well, finding.detail) == (True, str(program))


def test_without_a_ledger_it_says_so(example_school, state):
    known = {finding.what: finding for finding in doctor.examine(example_school)}

    assert (known["账本"].well, known["账本"].detail) == (False, "还没有账本。先运行 huiyin apply 学校文件夹")


def test_a_broken_audit_chain_is_found(parts):
    assert findings(parts)["审计链"].well
    with parts.ledger.change() as work:
        work.connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        work.connection.execute(update(audit).values(actor="somebody else"))

    assert findings(parts)["审计链"].detail.startswith("第 1 行起不可信")


def test_a_ledger_that_others_may_read_is_found(parts, state):
    assert findings(parts)["账本权限"].well
    (state / LEDGER_FILE).chmod(0o644)

    assert "chmod 600" in findings(parts)["账本权限"].detail


def test_dead_letters_are_counted(parts):
    with parts.ledger.change() as work:
        values = {"dedupe_key": "k", "kind": "opened", "channel": "email", "recipient": "x", "payload": {}}
        work.connection.execute(insert(outbox).values(**values, state="dead", not_before=work.at, created_at=work.at))

    assert findings(parts)["死信"].detail.startswith("1 条，用 huiyin outbox list")


@pytest.mark.parametrize(
    ("seconds_ago", "failures", "well", "words"),
    [(0, {}, True, "正常"), (0, {"send": 3}, False, "send 3 次"), (3600, {}, False, "请运行 huiyin run")],
)
def test_whether_somebody_ticks_is_seen(parts, seconds_ago, failures, well, words):
    with parts.ledger.change() as work:
        real_at, note = clock.real_seconds() - seconds_ago, {"failures": failures}
        values = {"job": "tick", "finished_at": work.at, "real_at": real_at, "note": note}
        work.connection.execute(insert(heartbeat).values(**values))
    finding = findings(parts)["值守"]

    assert finding.well is well
    assert words in finding.detail


def test_a_post_that_was_stepped_over_is_not_forgotten(parts):
    with parts.ledger.change() as work:
        work.audit(STEPPED_OVER, "post 7", place="ValueError x.py:1")

    assert "post 7" in findings(parts)["未能归并的帖文"].detail


@pytest.fixture
def sources(folder, parts):
    """Three sources: never run, not enabled, blocked."""
    for name, enabled in (("fresh", True), ("off", False), ("walled", True)):
        folder.source(name, "http://127.0.0.1:9/feed.xml", enabled=enabled)
    apply_folder(folder.path, "tester")
    with parts.ledger.change() as work:
        row = {"outcome": "blocked_by_robots", "note": "robots.txt 不允许 /feed.xml", "finished_at": work.at}
        work.connection.execute(update(source_state).where(source_state.c.source_id == "walled").values(**row))
    return parts


def test_never_run_not_enabled_and_blocked_are_three_things(sources):
    known = {source["source"]: source for source in doctor.describe_sources(sources.ledger)}

    assert {name: source["title"] for name, source in known.items()} == {
        "fresh": "从未运行",
        "off": "未启用",
        "walled": "robots 不允许",
    }
    assert known["off"]["due_at"] is None
    assert known["walled"]["finished_at"] == "2026-10-12 10:00"


def test_only_a_source_in_trouble_is_a_finding(sources):
    known = findings(sources)

    assert known["信源 walled"].detail.startswith("robots 不允许（robots.txt 不允许 /feed.xml）。网站不许抓取")
    assert not any(name in known for name in ("信源 fresh", "信源 off"))


@pytest.mark.provision("Z1.1-1")
def test_a_source_that_nobody_heard_for_long_is_stale(sources, clock_file):
    clock_file.write_text(LATE)
    known = findings(sources)

    assert "早该在 2026-10-12 10:00 听一轮" in known["信源 fresh"].detail
    assert "信源 off" not in known


def test_every_outcome_has_words():
    assert all(title.strip() for title in SOURCE_OUTCOME_TITLES.values())


def test_work_is_counted_by_what_became_of_it(parts):
    work = doctor.describe_work(parts.ledger)

    assert work["counts"] == {"帖文": 0, "事件": 0, "案件": 0, "未到期时限": 0}


def test_nothing_that_is_help_first_is_counted(parts):
    with parts.ledger.change() as work:
        for number, restricted in enumerate((True, False)):
            heard = Post(key=f"k{number}", content="希望查一查", outcome="stored", level="一般", level_code=1)
            heard.restricted = restricted
            keep_posts(work, parts.store, [heard])
        number_posts(work)
        changes = cluster_new_posts(work, parts.store, parts.school, posts_after(work.connection, 0, 9))
        open_cases(work, parts.store, parts.school, changes)
    with parts.ledger.change() as work:
        notices = [
            Notice(f"k{number}", f"HY-2026-000{number + 1}", 1, "due", "email", "safety", {}) for number in range(2)
        ]
        work.connection.execute(delete(outbox))
        put_in(work, notices)
    work = doctor.describe_work(parts.ledger)

    assert work["counts"]["帖文"] == work["counts"]["事件"] == work["counts"]["案件"] == 1
    assert (work["posts_by_outcome"], work["cases_by_state"]) == ({"stored": 1}, {"研判": 1})
    assert (work["notices_by_state"], work["outbox_pending"]) == ({"pending": 1}, 1)
    with parts.ledger.read() as connection:
        timers = connection.execute(select(timer.c.case_no)).scalars().all()
    assert work["counts"]["未到期时限"] == timers.count("HY-2026-0002") < len(timers)


def test_a_ledger_of_the_other_clock_is_a_finding_not_a_crash(parts, monkeypatch):
    monkeypatch.delenv("HUIYIN_CLOCK")
    known = findings(parts)

    assert not known["账本"].well
    assert "时钟不符" in known["账本"].detail


def test_late_notices_closed_channels_and_steps_that_never_succeed_are_found(parts):
    before = findings(parts)
    with parts.ledger.change() as work:
        late = work.at - timedelta(hours=1)
        put_in(work, [Notice("k", "", 1, "due", "email", "x", {"title": "", "body": "", "link": ""}, not_before=late)])
        closed = {
            "channel": "dingtalk",
            "recipient": "safety",
            "reason": "加签不符",
            "since": late,
            "down_until": work.at,
        }
        work.connection.execute(insert(channel_state).values(**closed))
        for job, age in (("tick", 0), ("step.due", 3600), ("step.send", 10)):
            real = {"real_at": clock.real_seconds() - age, "finished_at": work.at, "note": {}}
            work.connection.execute(insert(heartbeat).values(job=job, **real))
    known = findings(parts)

    assert before["通知送达"].well
    assert not known["通知送达"].well
    assert "加签不符" in known["渠道 dingtalk:safety"].detail
    assert "60 分钟没有成功过" in known["步骤 due"].detail
    assert "步骤 send" not in known


def test_a_calendar_that_ends_within_sixty_days_is_found(parts, clock_file):
    well = findings(parts)["工作日历"].well
    clock_file.write_text("2026-12-01T08:00:00+08:00")

    assert (well, findings(parts)["工作日历"].well) == (True, False)
