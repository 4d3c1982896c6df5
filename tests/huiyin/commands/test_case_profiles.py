"""Tests of `huiyin case` under each of the eight profiles, and of what single profiles ask for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cases.check_policy import check_policy
from foundation.school import School
from huiyin.cli import main
from tests.huiyin.commands.test_case_course import ASSESSED, ASSIGN, CONFIRM, GRAVE, LINK, OTHER, WAY, go, refused

ROOT = Path(__file__).parents[3]
Do = Callable[..., tuple[int, str]]
APPROVER = {"z5-kindergarten": "lin_zhiyuan", "z9a-message-board": "shen_mingde"}
MONITOR = {"departments.yaml": ("  tech: [", "  monitor: [fang_zhiqing]\n  tech: [")}
OWN = (
    "case_fields:\n  - {key: 校区, title: 校区, kind: choice, choices: [东区, 西区]}\n"
    "  - {key: 回访日, title: 回访日, kind: date}\nschedule:"
)
FIELDS = {"huiyin.yaml": ("schedule:", OWN)}


def clock_of(case: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(timer for timer in case["timers"] if timer["rule"] == rule)


@pytest.mark.parametrize("enabled", ["z1-school", "z5-kindergarten", "z7-township", "z8-outline", "z9a-message-board",
                                     "z9b-university", "z9c-hospital", "z10-school"])  # fmt: skip
def test_a_case_walks_to_the_archive_under_each_profile_alone(
    open_one: Any, do: Do, seen: Any, enabled: str, desk_school: School
) -> None:
    check_policy(desk_school)
    open_one(1, 1, site_kind="message_board" if enabled == "z9a-message-board" else "")
    confirm = CONFIRM + (ASSESSED if enabled == "z10-school" else "")
    approve = WAY[4].replace("gu_wenjing", APPROVER.get(enabled, "gu_wenjing"))
    go(do, confirm, ASSIGN, *WAY[2:4], approve, *WAY[5:])

    case = seen()
    assert case["state"] == "归档"
    owed = {timer["rule"] for timer in case["timers"] if timer["state"] == "open"}
    assert owed == ({"Z10.5-6"} if enabled == "z10-school" else set())


@pytest.mark.provision("Z10.5-2")
@pytest.mark.parametrize("enabled", ["z1-school, z10-school"])
def test_a_verdict_says_nature_impact_and_risk_each_with_its_reason(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    refused(do, CONFIRM, "还缺：性质、性质的理由、影响程度与理由、潜在风险与理由")
    refused(do, CONFIRM + ASSESSED.replace(" --risk 可能再有人不适", ""), "还缺：潜在风险与理由", "--risk")
    go(do, CONFIRM + ASSESSED)

    data = seen()["timeline"][-1]["data"]
    assert (data["nature"], data["nature_why"]) == ("诉求", "问的是安全")
    assert (data["impact"], data["risk"]) == ("两百人就餐", "可能再有人不适")


@pytest.mark.provision("Z7.7-2", "Z7.7-2a")
@pytest.mark.parametrize("enabled", ["z1-school, z7-township"])
@pytest.mark.parametrize("sudden", [False, True])
def test_the_first_notice_and_the_special_report_run_apart_and_are_stopped_by_their_own_acts(
    open_one: Any, do: Do, seen: Any, case_clock: Path, sudden: bool
) -> None:
    """G6: found on New Year's Eve at 22:00, the special report is due at 02:00; a sudden thing of any level too."""
    case_clock.write_text("2026-12-31T22:00:00+08:00")
    open_one(1, 1 if sudden else 2)
    if sudden:
        go(do, CONFIRM, "mark --as gu_wenjing --mark sudden --reason 突发")
    first = {rule: clock_of(seen(), rule) for rule in ("Z7.7-2a", "Z7.7-2")}
    go(do, "acknowledge --as gu_wenjing")
    middle = {rule: clock_of(seen(), rule)["state"] for rule in first}
    go(do, "special_report --as gu_wenjing --words 已书面报送")

    assert first["Z7.7-2"]["due_at"] == "2027-01-01T02:00:00+08:00"
    assert not first["Z7.7-2"]["provisional"]
    assert (first["Z7.7-2a"]["due_at"], first["Z7.7-2a"]["source"]) == (
        "2026-12-31T22:30:00+08:00", "Z7.7-2a（产品默认）",
    )  # fmt: skip
    assert middle == {"Z7.7-2a": "satisfied", "Z7.7-2": "open"}
    assert clock_of(seen(), "Z7.7-2")["state"] == "satisfied"


@pytest.mark.provision("Z9b.5.3-2")
@pytest.mark.parametrize("enabled", ["z1-school, z9b-university"])
def test_an_appeal_has_an_opinion_the_same_day_and_an_answer_the_day_it_is_resolved(
    open_one: Any, do: Do, seen: Any, case_clock: Path
) -> None:
    case_clock.write_text("2026-11-20T23:50:00+08:00")
    open_one(1, 1)
    go(do, f"{CONFIRM} --nature 诉求")
    opinion = clock_of(seen(), "Z9b.5.3-2a")["due_at"]
    case_clock.write_text("2026-11-23T16:00:00+08:00")
    go(do, ASSIGN, "resolve --as qin_weiguo")

    assert opinion == "2026-11-21T00:00:00+08:00"
    assert clock_of(seen(), "Z9b.5.3-2b")["due_at"] == "2026-11-24T00:00:00+08:00"
    go(do, WAY[2], WAY[3], WAY[4], WAY[5])
    assert clock_of(seen(), "Z9b.5.3-2b")["state"] == "satisfied"


@pytest.mark.provision("Z7.6-3")
@pytest.mark.parametrize("changes", [MONITOR])
def test_advice_stands_beside_the_verdict_and_changes_no_level(open_one: Any, do: Do, seen: Any) -> None:
    advise = "advise --as fang_zhiqing --words 建议按重大办理"
    open_one(1, 1)
    go(do, CONFIRM, advise)
    refused(do, f"{advise} --level 重大", "不认识的参数")
    refused(do, advise.replace("fang_zhiqing", "tang_ruolan"), "不能提供咨询意见")

    assert (seen()["level"], seen()["timeline"][-1]["act"]) == ("一般", "advise")
    assert "提供咨询意见  方知晴  建议按重大办理" in do("show")[1]


@pytest.mark.parametrize("changes", [FIELDS])
def test_the_schools_own_fields_are_filled_and_checked(open_one: Any, do: Do, seen: Any) -> None:
    fill = "fill --as tang_ruolan --field"
    open_one(1, 1)
    refused(do, f"{fill} 楼栋=三号楼", "没有自定栏目 楼栋", "校区（校区）")
    refused(do, f"{fill} 校区=南区", "校区 不能写 南区", "东区、西区")
    refused(do, f"{fill} 回访日=明天", "写成 2026-11-23 这样的日期")
    go(do, f"{fill} 校区=东区", f"{fill} 回访日=2026-10-09", f"{fill} 校区=西区")

    assert seen()["own_fields"] == {"校区": "西区", "回访日": "2026-10-09"}


@pytest.mark.provision("Z1.5-9b")
def test_a_clarification_is_recorded_with_its_link(open_one: Any, do: Do, seen: Any) -> None:
    clarify = "clarify --as xu_songbai --words 网传停课不实"
    open_one(1, 1)
    go(do, CONFIRM)
    refused(do, clarify, "澄清缺少公开答复的链接")
    refused(do, f"{clarify} --link 见公众号", "不是网址")
    go(do, f"{clarify} --link {LINK}")

    assert seen()["timeline"][-1]["data"]["link"] == LINK


@pytest.mark.provision("Z1.5-3", "Z8.8")
def test_cause_and_way_of_responding_are_asked_for_and_counted(
    open_one: Any, do: Do, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1)
    go(do, *WAY[:6])
    refused(do, "close --as gu_wenjing", "归档缺少成因")
    refused(do, "close --as gu_wenjing --cause 天气", "可以写：服务、管理、误解、谣言、外部")
    refused(do, "close --as gu_wenjing --cause 服务 --response-mode 微信群", "发布会、专家解答")
    go(do, "close --as gu_wenjing --cause 服务 --response-mode 专家解答")
    capsys.readouterr()
    assert main(["case", "count", "cause"]) == main(["case", "count", "response_mode", "--json"]) == 0

    said = capsys.readouterr().out
    assert "   1  服务" in said
    assert '"counts": {"专家解答": 1}' in said


@pytest.mark.provision("Z10.5-4")
def test_assisting_departments_and_the_referral_outside_are_recorded(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, CONFIRM, f"{ASSIGN} --assisting students", "finish_task --as luo_chengan --words 已通知", *WAY[2:6])
    go(do, f"propose_referral --as gu_wenjing --body 公安机关 --evidence {OTHER} --harm 谣言致两名同学休学")
    go(do, "refer --as lin_zhiyuan --opinion 同意")

    course = {act["act"]: act["data"] for act in seen()["timeline"]}
    assert course["assign"]["assisting"] == course["finish_task"]["units"] == ["students"]
    assert (course["propose_referral"]["body"], course["refer"]["opinion"]) == ("公安机关", "同意")


@pytest.mark.provision("Z9b.5.2-1b")
@pytest.mark.parametrize("enabled", ["z1-school, z9b-university"])
@pytest.mark.parametrize(
    "changes", [{"departments.yaml": ("  - id: safety\n", "  - id: safety\n    parent: students\n")}]
)
def test_a_report_climbs_level_by_level_and_a_received_circular_starts_its_clock(
    open_one: Any, do: Do, seen: Any
) -> None:
    """The head of the unit above, then the office, then the vice leader; a length left unset blocks going live."""
    open_one(1, 2, site_kind="线索·教育局通报")
    go(do, GRAVE)
    assert seen()["kind"] == "received_circular"
    clock = clock_of(seen(), "Z9b.5.2-1b")
    go(do, "acknowledge --as shen_mingde", "acknowledge --as gu_wenjing", "acknowledge --as luo_chengan")
    early = clock_of(seen(), "Z9b.5.2-1b")["state"]
    go(do, "acknowledge --as he_qiming", "acknowledge --as shen_mingde")

    assert clock["to"] == ["学生工作部负责人", "领导小组办公室", "分管领导"]
    assert (early, clock_of(seen(), "Z9b.5.2-1b")["state"]) == ("open", "satisfied")
    assert clock["anchor_at"] == seen()["discovered_at"]


@pytest.mark.provision("Z9b.1-1")
def test_the_unit_concerned_leads_and_the_competent_one_assists(
    open_one: Any, seen: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text names 学生工作部 and its own words; the money is a matter of 学校办公室 (财务)."""
    lines = tmp_path / "posts.jsonl"
    text = "云麓学院学生工作部的助学金拖了两个月没有发，去缴费大厅退费也不给退，财务说要等。"
    lines.write_text(json.dumps({"id": 1, "text": text}, ensure_ascii=False), encoding="utf-8")
    assert main(["judge", str(lines), "--json", "--school", str(ROOT / "school")]) == 0
    judged = json.loads(capsys.readouterr().out.splitlines()[0])
    ids = {"学生工作部": "students", "学校办公室": "office"}
    open_one(1, 1, departments=tuple(ids[name] for name in judged["departments"]))

    assert (seen()["lead"], seen()["assisting"]) == ("students", ["office"])


@pytest.mark.provision("Z1.5-1")
def test_each_case_has_a_lead_and_what_nobody_claims_waits_with_the_office(open_one: Any, do: Any) -> None:
    for number, departments in ((1, ("safety", "network")), (2, ()), (3, ("没有这个部门",))):
        open_one(number, 1, departments=departments)
    cases = [json.loads(do("show --json", f"HY-2026-000{number}")[1]) for number in (1, 2, 3)]

    assert [(case["lead"], case["assisting"]) for case in cases] == [
        ("safety", ["network"]), ("office", []), ("office", [])
    ]  # fmt: skip
