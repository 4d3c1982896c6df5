"""Tests of `huiyin case`: acts that move clocks: 延期, 重新定级, 上级限期, 续报, and what follows the archive."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from foundation.ledger import open_ledger
from foundation.tables import audit
from tests.huiyin.commands.test_case_course import ASSESSED, ASSIGN, CONFIRM, GRAVE, OTHER, WAY, go, refused, told

Do = Callable[..., tuple[int, str]]
LETTER = "z9a-message-board"
EXTEND = "extend --as shen_mingde --rule Z9a.3.5 --within 5d --reason 要到现场核查"


def clock_of(case: dict[str, Any], rule: str, state: str = "open") -> dict[str, Any]:
    return next(timer for timer in case["timers"] if timer["rule"] == rule and timer["state"] == state)


@pytest.mark.provision("Z9a.3.5c")
@pytest.mark.parametrize("enabled", ["z1-school, z9a-message-board"])
def test_the_public_clock_runs_from_the_posting_and_is_extended_once_before_it_is_due(
    open_one: Any, do: Do, seen: Any, case_clock: Path
) -> None:
    """G4: posted on the eve of the holiday at 22:00, found two hours later."""
    case_clock.write_text("2026-10-01T00:00:00+08:00")
    open_one(1, 1, site_kind="message_board", published_at="2026-09-30T22:00:00+08:00")
    go(do, CONFIRM)
    first = clock_of(seen(), "Z9a.3.5")["due_at"]
    refused(do, EXTEND.replace("shen_mingde", "gu_wenjing"), "还没有 分管领导 的同意")
    refused(do, EXTEND.replace("5d", "6d"), "自起算总共不得超过 5 天")
    refused(do, EXTEND.split(" --reason", maxsplit=1)[0], "延期缺少理由")
    refused(do, EXTEND.replace("Z9a.3.5", "Z1.6.2-1b"), "这个时限不能延期")
    refused(do, EXTEND.replace("Z9a.3.5", "Z7.7-2"), "没有在计的时限 Z7.7-2", "可以延期的：Z9a.3.5")
    go(do, EXTEND)
    second = clock_of(seen(), "Z9a.3.5")["due_at"]
    refused(do, EXTEND, "已经延期过一次")

    assert (first, second) == ("2026-10-03T22:00:00+08:00", "2026-10-05T22:00:00+08:00")
    with open_ledger().read() as connection:
        moved = connection.execute(select(audit.c.details).where(audit.c.act == "case.due_moved")).scalars().all()
    assert any('"cause":"extension"' in details.replace(" ", "") for details in moved)


@pytest.mark.parametrize("enabled", ["z1-school, z9a-message-board"])
def test_no_extension_after_the_due_time(open_one: Any, do: Do, case_clock: Path) -> None:
    open_one(1, 1, site_kind="message_board", published_at="2026-09-30T15:00:00+08:00")
    go(do, CONFIRM)
    case_clock.write_text("2026-10-03T15:00:01+08:00")

    refused(do, EXTEND, "延期要在到期之前提出")


@pytest.mark.provision("Z9a.3.3")
@pytest.mark.parametrize("enabled", ["z1-school, z9a-message-board"])
def test_the_department_has_three_days_from_receipt_but_leaves_four_hours_before_the_public_answer(
    open_one: Any, do: Do, seen: Any, case_clock: Path
) -> None:
    open_one(1, 1, site_kind="message_board", published_at="2026-09-28T22:00:00+08:00")
    go(do, CONFIRM, ASSIGN)
    early = clock_of(seen(), "Z9a.3.3")["due_at"]
    go(do, EXTEND)
    case_clock.write_text("2026-09-30T18:00:00+08:00")
    go(do, "acknowledge --as bai_shouping")

    assert early == "2026-10-01T18:00:00+08:00"  # four hours before 10-01 22:00
    assert clock_of(seen(), "Z9a.3.3")["due_at"] == "2026-10-03T18:00:00+08:00"
    go(do, "reply --as bai_shouping --fact-note 已核实 --disposition 已停用 --response 已道歉")
    assert clock_of(seen(), "Z9a.3.3")["due_at"]
    go(do, "sign_off --as qin_weiguo")
    assert clock_of(seen(), "Z9a.3.3", "satisfied")


@pytest.mark.provision("Z9a.3.3")
@pytest.mark.parametrize("enabled", ["z1-school, z9a-message-board"])
def test_the_receipt_of_a_second_department_gives_no_new_days(
    open_one: Any, do: Do, seen: Any, case_clock: Path
) -> None:
    open_one(1, 1, site_kind="message_board", published_at="2026-09-30T15:00:00+08:00")
    go(do, CONFIRM, ASSIGN, EXTEND, "acknowledge --as bai_shouping", "hand_back --as bai_shouping --reason 不属我单位")
    case_clock.write_text("2026-10-01T16:00:00+08:00")
    go(do, ASSIGN.replace("safety", "students"), "acknowledge --as meng_qiuyan")

    assert seen()["acknowledged_at"] == "2026-09-30T16:00:00+08:00"
    assert clock_of(seen(), "Z9a.3.3")["due_at"] == "2026-10-03T16:00:00+08:00"


def test_a_confirmed_level_is_changed_both_ways_and_the_clocks_follow(open_one: Any, do: Do, seen: Any) -> None:
    grade = GRAVE.replace("confirm", "grade")
    open_one(1, 1)
    refused(do, grade, "现在不能重新定级")
    go(do, CONFIRM)
    refused(do, CONFIRM.replace("confirm", "grade"), "已经是 一般")
    refused(do, grade.replace(f" --evidence {OTHER}", ""), "要 2 处依据")
    go(do, ASSIGN, grade)
    higher = {timer["rule"]: timer["state"] for timer in seen()["timers"]}
    go(do, CONFIRM.replace("confirm", "grade"))

    assert (higher["Z1.6.2-2b"], higher["Z1.6.2-1b"]) == ("open", "cancelled")
    assert (seen()["level"], clock_of(seen(), "Z1.6.2-1b")["due_at"]) == ("一般", "2026-10-10T17:30:00+08:00")
    assert ("safety", "【重大】HY-2026-0001 等级已改为 重大：二食堂的汤里有异物") in told("case_graded")


def test_a_limit_from_above_wins_when_it_is_earlier(open_one: Any, do: Do, seen: Any) -> None:
    limit = "limit --as gu_wenjing --due-at 2026-10-01T12:00 --reason 市里转办"
    open_one(1, 1)
    refused(do, limit.replace("10-01", "09-01"), "上级限期已经过去")
    refused(do, limit.replace("2026-10-01T12:00", "明天"), "看不懂的时间 明天")
    refused(do, limit.replace("gu_wenjing", "tang_ruolan"), "不能上级限期")
    go(do, limit)

    clock = clock_of(seen(), "Z1.6.2-1b")
    assert clock["due_at"] == "2026-10-01T12:00:00+08:00"
    assert "以上级限期为准" in clock["days"][-1]


@pytest.mark.provision("Z9b.5.2-4")
@pytest.mark.parametrize("enabled", ["z1-school, z9b-university"])
def test_follow_up_reports_are_owed_by_both_sides_chained_and_reminded(
    open_one: Any, do: Do, seen: Any, case_clock: Path
) -> None:
    open_one(1, 2)
    go(do, GRAVE, f"{ASSIGN} --assisting students")
    owed = [(timer["to"], timer["due_at"]) for timer in seen()["timers"] if timer["rule"] == "Z9b.5.2-4"]
    case_clock.write_text("2026-09-30T21:00:00+08:00")
    go(do, "follow_up --as qin_weiguo --words 已封存样品")
    case_clock.write_text("2026-09-30T21:30:00+08:00")
    go(do, "follow_up --as luo_chengan --words 已通知各班", "follow_up --as bai_shouping --words 送检中")

    assert owed == [(["承办部门"], "2026-09-30T22:00:00+08:00"), (["协办部门"], "2026-09-30T22:00:00+08:00")]
    reports = [act["data"] for act in seen()["timeline"] if act["act"] == "follow_up"]
    assert [(report["number"], report.get("after")) for report in reports] == [(1, None), (2, 1), (3, 2)]
    running = [timer for timer in seen()["timers"] if timer["rule"] == "Z9b.5.2-4" and timer["state"] == "open"]
    assert [timer["due_at"] for timer in running] == ["2026-10-01T09:30:00+08:00"] * 2
    assert running[0]["next_step_at"] == "2026-10-01T03:30:00+08:00"
    assert {recipient for recipient, _ in told("case_followed_up")} == {"gu_wenjing", "he_qiming"}


@pytest.mark.parametrize("enabled", ["z1-school, z10-school"])
def test_an_archived_case_owes_a_review_report_and_its_entry_in_the_library(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, CONFIRM + ASSESSED, *WAY[1:])
    owed = {timer["what"]: timer for timer in seen()["timers"] if timer["state"] == "open"}
    go(do, "review --as qin_weiguo --lessons 冷柜要双路供电 --measures 每日测温")

    assert set(owed) == {"报送总结报告", "收入案例库"}
    assert owed["报送总结报告"]["source"] == "Z10.5-6（产品默认）"
    assert owed["报送总结报告"]["due_at"] == "2026-10-20T17:30:00+08:00"
    assert [timer for timer in seen()["timers"] if timer["state"] == "open"] == []


@pytest.mark.parametrize("enabled", ["z1-school, z10-school"])
def test_a_dismissed_case_owes_nothing_afterwards(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, "dismiss --as xu_songbai --verdict 误报 --reason 说的是别的学校")

    assert [timer for timer in seen()["timers"] if timer["state"] == "open"] == []


@pytest.mark.parametrize("enabled", ["z1-school, z9c-hospital"])
def test_the_hospital_profile_wants_the_heads_signature_and_tells_the_vice_leader(
    open_one: Any, do: Do, seen: Any
) -> None:
    open_one(1, 1)
    go(do, CONFIRM, ASSIGN, WAY[2])
    refused(do, "sign_off --as bai_shouping_not_here", "没有这个人")
    refused(do, "sign_off --as shen_mingde", "这一步由 科室负责人 来做")
    before = clock_of(seen(), "Z9c.9-3")
    go(do, "acknowledge --as shen_mingde", "sign_off --as qin_weiguo")

    assert before["to"] == ["分管领导"]
    assert clock_of(seen(), "Z9c.9-3", "satisfied")
    assert clock_of(seen(), "Z9c.7", "satisfied")


@pytest.mark.provision("Z1.6.2-5")
@pytest.mark.parametrize("mark", ["false_information", "media_republished_complaint"])
def test_what_lifts_a_complaint_to_grave_is_confirmed_by_a_person_the_machine_only_suggests(
    open_one: Any, do: Do, seen: Any, mark: str
) -> None:
    open_one(1, 2)
    suggested = seen()
    open_one(2, 1)
    assert do(CONFIRM, "HY-2026-0002")[0] == 0
    line = f"mark --mark {mark} --reason 已经核实 --evidence {OTHER}"
    assert do(line, "HY-2026-0002")[0] == 1, "nobody in person"
    assert do(line.replace("mark ", "mark --as gu_wenjing ", 1), "HY-2026-0002")[0] == 0
    confirmed = json.loads(do("show --json", "HY-2026-0002")[1])

    assert (suggested["level"], suggested["provisional"], suggested["marks"]) == ("重大", True, [])
    assert (confirmed["level"], confirmed["provisional"], confirmed["marks"]) == ("重大", False, [mark])
