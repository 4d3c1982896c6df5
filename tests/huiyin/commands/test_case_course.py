"""Tests of `huiyin case`: acts beside the straight way (督促、督办、移送、保密、合并), by the command line only."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from cases.policy import RECEIPT
from foundation.ledger import open_ledger
from foundation.tables import audit, outbox
from huiyin.cli import main

CASE = "HY-2026-0001"
LINK, OTHER = "http://bbs.yunlu.example/1", "http://bbs.yunlu.example/2"
TICKED = "事实,措施,立场,态度,隐私"
CONFIRM = f"confirm --as tang_ruolan --level 一般 --opinion 属实 --evidence {LINK}"
ASSESSED = " --nature 诉求 --nature-why 问的是安全 --impact 两百人就餐 --risk 可能再有人不适"  # what 制度10 asks beside
GRAVE = f"confirm --as tang_ruolan --level 重大 --opinion 属实 --evidence {LINK} --evidence {OTHER}"
ASSIGN = "assign --as gu_wenjing --lead safety --opinion 请三日内答复"
REPLY = "reply --as bai_shouping --fact-note 已核实 --disposition 已停用 --response 已道歉"
SIGN, APPROVE = "sign_off --as qin_weiguo", f"approve --as gu_wenjing --checklist {TICKED}"
PUBLISH, CLOSE = f"publish --as xu_songbai --link {LINK}", "close --as gu_wenjing --cause 服务"
WAY = [CONFIRM, ASSIGN, REPLY, SIGN, APPROVE, PUBLISH, CLOSE]

Do = Callable[..., tuple[int, str]]


def go(do: Do, *lines: str) -> None:
    for line in lines:
        code, said = do(line)
        assert code == 0, said


def refused(do: Do, line: str, *says: str) -> None:
    code, said = do(line)
    assert code in (1, 2), said
    assert [words for words in says if words not in said] == [], said


def told(kind: str) -> list[tuple[str, str]]:
    with open_ledger().read() as connection:
        rows = connection.execute(select(outbox).where(outbox.c.kind == kind, outbox.c.channel == "email"))
        return sorted((row.recipient, row.payload["title"]) for row in rows)


def split_receipts(timers: list[dict[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return when the clocks of the 制度 are due, and the waits for a receipt."""
    receipts = [timer for timer in timers if timer["rule"] == RECEIPT]
    return [timer["due_at"] for timer in timers if timer not in receipts], receipts


@pytest.mark.provision("Z9b.5.5-2")
def test_the_result_goes_to_every_department_that_took_part_once_with_receipts(
    open_one: Any, do: Do, seen: Any
) -> None:
    open_one(1, 1)
    go(do, CONFIRM, f"{ASSIGN} --assisting students", "finish_task --as luo_chengan --words 已通知", *WAY[2:])
    go(do, "circulate --as gu_wenjing --words 窗口已整改")

    assert [recipient for recipient, _ in told("case_circulated")] == ["safety", "students"]
    assert seen()["missing_receipts"] == ["safety", "students"]
    refused(do, "circulate --as gu_wenjing --words 再来一次", "现在不能通报结果")
    go(do, "receipt --as luo_chengan")
    refused(do, "receipt --as meng_qiuyan", "已经回执")
    assert seen()["missing_receipts"] == ["safety"]


@pytest.mark.provision("Z1.4-5")
def test_a_manual_urge_reaches_the_liaison_once_and_stands_in_the_course(open_one: Any, do: Do) -> None:
    open_one(1, 1)
    go(do, CONFIRM, ASSIGN)
    refused(do, "urge --as tang_ruolan", "督促缺少理由")
    go(do, "urge --as tang_ruolan --reason 同学还在等")

    assert [recipient for recipient, _ in told("case_urged")] == ["bai_shouping"]
    assert "督促  唐若兰  同学还在等" in do("show")[1]


@pytest.mark.provision("Z9a.3.4b")
def test_a_supervision_without_lateness_needs_a_reason_and_is_numbered(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, CONFIRM, ASSIGN)
    refused(do, "supervise --as gu_wenjing", "督办缺少理由")
    go(do, "supervise --as gu_wenjing --reason 没有到现场", "supervise --as gu_wenjing --reason 仍未到现场")

    numbers = [act["data"]["number"] for act in seen()["timeline"] if act["act"] == "supervise"]
    assert numbers == ["DB-2026-0001", "DB-2026-0002"]
    assert any("【督办单 DB-2026-0002】" in title for _, title in told("case_supervised"))


@pytest.mark.provision("Z7.5")
def test_a_report_is_a_persons_act_and_asks_who_must_know_it(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 2)
    refused(do, "report --words 正在核实", "没有说明是谁在办")
    go(do, "report --as gu_wenjing --words 正在核实")

    assert [(act["act"], act["by"]) for act in seen()["timeline"] if act["act"] == "report"] == [
        ("report", "gu_wenjing")
    ]
    assert [recipient for recipient, _ in told("case_reported")] == ["lin_zhiyuan"]


@pytest.mark.provision("Z9b.5.2-1")
@pytest.mark.parametrize("enabled", ["z1-school, z9b-university"])
def test_a_dual_report_is_made_when_both_have_it(open_one: Any, do: Do, seen: Any) -> None:
    def state() -> str:
        return next(timer["state"] for timer in seen()["timers"] if timer["rule"] == "Z9b.5.2-1b")

    open_one(1, 2)
    go(do, "acknowledge --as gu_wenjing")
    before = state()
    go(do, "acknowledge --as shen_mingde")

    assert (before, state()) == ("open", "satisfied")


@pytest.mark.provision("Z5.13p", "Z9b.5.3-3")
def test_a_referral_needs_a_statement_evidence_harm_and_two_names(open_one: Any, do: Do, seen: Any) -> None:
    propose = f"propose_referral --as gu_wenjing --body 公安机关 --evidence {OTHER} --harm 谣言致两名同学休学"
    open_one(1, 1)
    go(do, *WAY[:5])
    refused(do, propose, "现在不能提请移送")
    go(do, PUBLISH)
    refused(do, propose.split(" --harm", maxsplit=1)[0], "提请移送缺少重大危害的事实")
    refused(do, propose.replace(f" --evidence {OTHER}", ""), "提请移送缺少依据的链接")
    refused(do, "refer --as shen_mingde --opinion 同意", "还没有人提请移送")
    go(do, propose.replace("gu_wenjing", "shen_mingde"))
    refused(do, "refer --as shen_mingde --opinion 同意", "移送要两个人具名")
    go(do, "refer --as lin_zhiyuan --opinion 同意")

    assert [act["by"] for act in seen()["timeline"]][-2:] == ["shen_mingde", "lin_zhiyuan"]


def test_a_referral_waits_for_a_published_statement(open_one: Any, do: Do) -> None:
    open_one(1, 1)
    go(do, *WAY[:5], "publish --as xu_songbai --reason 网站已关闭")

    words = f"propose_referral --as gu_wenjing --body 公安机关 --evidence {OTHER} --harm 有危害"
    refused(do, words, "还没有公开的事实说明")


def test_a_confidential_case_shows_its_words_only_to_who_must_know(open_one: Any, do: Do, capsys: Any) -> None:
    def listed(*words: str) -> str:
        capsys.readouterr()
        assert main(["case", "list", *words]) == 0
        return str(capsys.readouterr().out)

    open_one(1, 1)
    assert "二食堂" in listed()
    go(do, CONFIRM, ASSIGN, "set_confidential --as gu_wenjing --reason 涉及考务")
    go(do, "urge --as tang_ruolan --reason 请抓紧")

    assert "二食堂" not in do("show")[1] + do("show --as tang_ruolan")[1]
    for words in ((), ("--json",), ("--as", "tang_ruolan"), ("--as", "tang_ruolan", "--json")):
        assert CASE in listed(*words)
        assert "二食堂" not in listed(*words)
    assert "二食堂" in listed("--as", "gu_wenjing")
    assert "二食堂" in do("show --as gu_wenjing")[1]
    assert "二食堂" in do("show --as qin_weiguo")[1]
    assert "二食堂" not in str(told("case_urged"))
    go(do, "lift_confidential --as gu_wenjing --reason 考试结束")
    assert "二食堂" in do("show")[1]


def test_handing_back_never_restarts_a_clock_and_the_second_goes_to_the_office(
    open_one: Any, do: Do, seen: Any, case_clock: Any
) -> None:
    open_one(1, 1)
    go(do, CONFIRM, ASSIGN)
    first = seen()
    case_clock.write_text("2026-10-08T09:00:00+08:00")
    go(do, "hand_back --as bai_shouping --reason 不属我单位")
    assert seen()["state"] == "交办"
    go(do, ASSIGN.replace("safety", "students"), "hand_back --as luo_chengan --reason 也不属我单位")
    after = seen()

    assert (after["state"], after["lead"], after["hand_backs"]) == ("承办", "office", 2)
    assert after["assigned_at"] == first["assigned_at"]
    of_rules, receipts = split_receipts(after["timers"])
    assert of_rules == split_receipts(first["timers"])[0]
    # only the wait for a receipt is each department's own: of three, the last runs
    assert [timer["state"] for timer in receipts] == ["cancelled", "cancelled", "open"]


def test_a_reopened_case_has_new_clocks_and_its_past(open_one: Any, do: Do, seen: Any, case_clock: Any) -> None:
    open_one(1, 1)
    go(do, *WAY)
    case_clock.write_text("2026-10-12T09:00:00+08:00")
    go(do, "reopen --as gu_wenjing --reason 再次反映")
    case = seen()

    assert (case["state"], case["response"], case["outcome"]) == ("交办", "", "")
    running = {timer["rule"]: timer["due_at"] for timer in case["timers"] if timer["state"] == "open"}
    assert running["Z1.6.2-1b"] == "2026-10-15T17:30:00+08:00"
    assert "reply" in [act["act"] for act in case["timeline"]]


@pytest.mark.parametrize("enabled", ["z1-school, z9b-university"])
def test_an_appeal_can_be_answered_at_once(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, f"{CONFIRM} --nature 诉求", "handling_opinion --as gu_wenjing --opinion 当场答复")
    answer = f"answer --as gu_wenjing --fact-note 已查 --disposition 已办 --response 可以补办 --link {LINK}"
    go(do, answer)

    assert seen()["state"] == "反馈"
    states = {timer["rule"]: timer["state"] for timer in seen()["timers"] if timer["rule"].startswith("Z9b")}
    assert states == {"Z9b.5.3-2a": "satisfied", "Z9b.5.3-2b": "satisfied"}


def test_two_cases_of_one_matter_are_merged_and_one_of_two_is_split(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    open_one(2, 1)
    go(do, CONFIRM)
    refused(do, f"merge --as gu_wenjing --into {CASE} --reason 重复", "不能并入")
    assert do(f"merge --as gu_wenjing --into {CASE} --reason 同一件事", "HY-2026-0002")[0] == 0
    go(do, "split --as gu_wenjing --lead students --reason 另有补考问题")

    assert [act["act"] for act in seen()["timeline"]] == ["open", "confirm", "absorb", "split"]
    code, said = do("show --json", "HY-2026-0003")
    other = json.loads(said)
    assert (code, other["state"], other["lead"], other["event_id"]) == (0, "交办", "students", 1)


@pytest.mark.provision("Z1.6.2-4")
def test_a_superiors_instruction_lifts_the_level_and_moves_the_clocks(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, CONFIRM)
    refused(do, "mark --as xu_songbai --mark superior_instruction --reason 有批示", "上级批示只由办公室标记")
    go(do, "mark --as gu_wenjing --mark superior_instruction --reason 市教育局批示")

    rules = {timer["rule"]: timer["state"] for timer in seen()["timers"]}
    assert (seen()["level"], rules["Z1.6.2-3a"], rules["Z1.6.2-1a"]) == ("特别重大", "open", "cancelled")
    with open_ledger().read() as connection:
        details = connection.execute(select(audit.c.details).where(audit.c.act == "case.mark")).scalar_one()
    assert json.loads(details)["mark"] == "superior_instruction"


@pytest.mark.provision("Z8.9")
def test_a_rumour_is_marked_by_a_person_with_evidence(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, CONFIRM)
    refused(do, "mark --as gu_wenjing --mark false_information --reason 查无此事", "标记虚假信息要有依据")
    go(do, f"mark --as gu_wenjing --mark false_information --reason 查无此事 --evidence {OTHER}")

    assert (seen()["level"], seen()["marks"]) == ("重大", ["false_information"])


@pytest.mark.provision("Z1.6.1-2")
def test_the_offices_queue_is_ordered_by_level_then_due_time(
    open_one: Any, do: Do, case_clock: Any, capsys: Any
) -> None:
    open_one(1, 1)
    case_clock.write_text("2026-09-30T16:30:00+08:00")
    for event_id, level in ((2, 1), (3, 2)):
        open_one(event_id, level)
    for number, line in ((2, CONFIRM), (1, CONFIRM), (3, GRAVE)):
        assert do(line, f"HY-2026-000{number}")[0] == 0
    case_clock.write_text("2026-09-30T18:00:00+08:00")
    assert do("acknowledge --as qin_weiguo", "HY-2026-0002")[0] == 0
    capsys.readouterr()
    assert main(["case", "list", "--queue", "--json"]) == 0
    cases = json.loads(capsys.readouterr().out)["cases"]

    assert [case["case_no"] for case in cases] == ["HY-2026-0003", "HY-2026-0001", "HY-2026-0002"]
    assert {case["lead"] for case in cases} == {"safety"}


def test_a_stale_act_is_told_what_happened_meanwhile(open_one: Any, do: Do) -> None:
    open_one(1, 1)
    go(do, CONFIRM, ASSIGN)

    refused(
        do, f"{REPLY} --if-version 2", "你看的是第 2 版，现在是第 3 版，在 承办", "其间：09-30 16:00 gu_wenjing 交办"
    )
