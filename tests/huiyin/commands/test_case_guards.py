"""Tests of `huiyin case`: what the 制度 ask of each act, each refused until it is there, by the command line only."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from foundation.ledger import open_ledger
from foundation.tables import audit, outbox

CASE = "HY-2026-0001"
LINK, OTHER = "http://bbs.yunlu.example/1", "http://bbs.yunlu.example/2"
TICKED = "事实,措施,立场,态度,隐私"
CONFIRM = f"confirm --as tang_ruolan --level 一般 --opinion 属实 --evidence {LINK}"
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


@pytest.mark.provision("Z1.4-2")
def test_confirming_notifies_the_officer_in_the_same_transaction(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    with open_ledger().change() as work:
        work.connection.exec_driver_sql("ALTER TABLE outbox RENAME TO away")
    assert do(CONFIRM)[0] != 0
    assert seen()["state"] == "研判"
    with open_ledger().change() as work:
        work.connection.exec_driver_sql("ALTER TABLE away RENAME TO outbox")
    go(do, CONFIRM)

    assert [recipient for recipient, _ in told("case_confirmed")] == ["xu_songbai"]


@pytest.mark.provision("Z1.4-3")
@pytest.mark.parametrize("act", [CONFIRM, "dismiss --as xu_songbai --verdict 误报 --reason 说的是别的学校"])
def test_every_verdict_has_actor_time_and_reason(open_one: Any, do: Do, seen: Any, act: str) -> None:
    open_one(1, 1)
    go(do, act)
    last = seen()["timeline"][-1]

    assert last["by"] in ("tang_ruolan", "xu_songbai")
    assert last["at"] == "2026-09-30T16:00:00+08:00"
    assert last["data"].get("opinion") or last["data"].get("reason")
    with open_ledger().read() as connection:
        assert connection.execute(select(audit.c.actor).where(audit.c.act == f"case.{last['act']}")).scalar_one()


@pytest.mark.provision("Z6.3", "Z7.8")
@pytest.mark.parametrize("missing", ["--evidence", "--opinion", "--level"])
def test_a_verdict_needs_level_opinion_and_evidence(open_one: Any, do: Do, missing: str) -> None:
    open_one(1, 1)
    words = CONFIRM.split()
    at = words.index(missing)

    refused(do, " ".join(words[:at] + words[at + 2 :]), "确认缺少")


@pytest.mark.provision("Z1.5-6")
def test_one_source_at_a_grave_level_is_warned_of_and_overridden_only_with_a_reason(
    open_one: Any, do: Do, seen: Any
) -> None:
    open_one(1, 2)
    single = GRAVE.removesuffix(f" --evidence {OTHER}")
    refused(do, single, "重大 的研判要 2 处依据，只写了 1 处", "--reason")
    refused(do, f"{single} --evidence {LINK}", "只写了 1 处")
    go(do, f"{single} --reason 只此一处")

    assert seen()["timeline"][-1]["data"]["reason"] == "只此一处"


@pytest.mark.provision("Z7.4")
def test_only_the_leaders_confirm_the_highest_level(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 3)
    top = f"--level 特别重大 --opinion 属实 --evidence {LINK} --evidence {OTHER}"
    refused(do, f"confirm --as tang_ruolan {top}", "不能确认 特别重大", "领导小组")
    refused(do, f"confirm --as gu_wenjing {top}", "不能确认 特别重大")
    go(do, f"confirm --as shen_mingde {top}")

    assert seen()["level"] == "特别重大"


@pytest.mark.provision("Z9a.3.2a")
def test_nothing_is_assigned_without_the_opinion_of_who_assigns(open_one: Any, do: Do) -> None:
    open_one(1, 1)
    go(do, CONFIRM)

    refused(do, "assign --as gu_wenjing --lead safety", "交办缺少意见")


@pytest.mark.provision("Z9a.3.2b")
def test_there_is_one_lead(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, CONFIRM)
    refused(do, f"{ASSIGN} --lead students", "只能写一次")
    go(do, f"{ASSIGN} --assisting students --assisting league")

    assert (seen()["lead"], seen()["assisting"]) == ("safety", ["students", "league"])


@pytest.mark.provision("Z9c.2")
def test_a_second_office_cannot_take_the_case(open_one: Any, do: Do) -> None:
    open_one(1, 1)
    go(do, CONFIRM, f"{ASSIGN} --assisting students")

    refused(do, "assign --as gu_wenjing --lead students --opinion 我们来", "现在不能交办", "现在可以做的")
    refused(do, REPLY.replace("bai_shouping", "luo_chengan"), "回复由牵头部门来做")
    refused(do, REPLY.replace("bai_shouping", "fang_zhiqing"), "不能回复")


@pytest.mark.provision("Z7.11-1")
def test_the_lead_replies_when_all_assisting_departments_have_finished(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, CONFIRM, f"{ASSIGN} --assisting students --assisting league")
    refused(do, REPLY, "协办部门还没有完成：学生工作部、校团委")
    go(do, "finish_task --as meng_qiuyan --words 已通知")
    refused(do, "finish_task --as luo_chengan --words 又一次", "没有待完成的协办任务")
    assert seen()["unfinished"] == ["league"]
    go(do, "finish_task --as yu_jianan --words 已通知", REPLY)


@pytest.mark.provision("Z1.5-2")
def test_a_reply_without_fact_note_is_refused(open_one: Any, do: Do) -> None:
    open_one(1, 1)
    go(do, CONFIRM, ASSIGN)

    refused(do, "reply --as bai_shouping --disposition 已停用 --response 已道歉", "回复缺少核实情况")


@pytest.mark.provision("Z9c.7")
def test_a_reply_counts_when_the_head_has_signed_both_parts(open_one: Any, do: Do) -> None:
    open_one(1, 1)
    go(do, CONFIRM, ASSIGN, "reply --as bai_shouping --fact-note 已核实 --disposition 已停用")
    refused(do, APPROVE, "现在不能审定")
    refused(do, SIGN, "还没有回复意见")
    go(do, REPLY)
    refused(do, "sign_off --as gu_wenjing", "科室负责人")
    go(do, SIGN, APPROVE)


@pytest.mark.provision("Z1.5-7", "Z9c.10-2")
def test_approval_stores_the_ticked_checklist_and_wants_all_of_it(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, *WAY[:4])
    refused(do, "approve --as gu_wenjing --checklist 事实,措施", "态度（态度诚恳，讲理不失礼）")
    go(do, APPROVE)

    assert seen()["timeline"][-1]["data"]["checklist"] == TICKED.split(",")


@pytest.mark.provision("Z5.17r")
def test_who_wrote_the_answer_does_not_approve_it(open_one: Any, do: Do) -> None:
    open_one(1, 2)
    go(do, GRAVE, ASSIGN.replace("safety", "office"), REPLY.replace("bai_shouping", "he_qiming"))
    go(do, "sign_off --as gu_wenjing")

    refused(do, APPROVE.replace("gu_wenjing", "he_qiming"), "不能审定自己的答复")
    go(do, "edit --as xu_songbai --response 已道歉并整改")
    refused(do, APPROVE.replace("gu_wenjing", "he_qiming"), "不能审定自己的答复")
    go(do, APPROVE)


@pytest.mark.provision("Z9a.3.5a")
def test_a_text_edited_after_approval_is_no_longer_approved(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, *WAY[:5])
    assert seen()["approved_by"] == "gu_wenjing"
    go(do, "edit --as bai_shouping --response 换一种说法")
    refused(do, PUBLISH, "还没有审定，不能反馈")
    go(do, APPROVE, PUBLISH)
    assert seen()["response"] == "换一种说法"


@pytest.mark.provision("Z5.9")
@pytest.mark.parametrize("enabled", ["z1-school, z5-kindergarten"])
def test_nothing_is_published_before_the_configured_role_approves(open_one: Any, do: Do) -> None:
    open_one(1, 1)
    go(do, *WAY[:4])
    refused(do, PUBLISH, "还没有审定")
    refused(do, APPROVE, "现在由 主要领导 审定")
    go(do, APPROVE.replace("gu_wenjing", "lin_zhiyuan"), PUBLISH)


@pytest.mark.parametrize("enabled", ["z1-school, z9b-university, z5-kindergarten"])
def test_a_chain_of_approvers_is_followed_in_order(open_one: Any, do: Do) -> None:
    """C11."""
    open_one(1, 1)
    go(do, *WAY[:4])
    refused(do, APPROVE.replace("gu_wenjing", "lin_zhiyuan"), "现在由 领导小组办公室 审定")
    go(do, APPROVE)
    refused(do, PUBLISH, "还没有审定")
    go(do, APPROVE.replace("gu_wenjing", "lin_zhiyuan"), PUBLISH)


@pytest.mark.provision("Z9b.5.2-3")
@pytest.mark.parametrize("enabled", ["z1-school, z9b-university"])
def test_statements_at_a_grave_level_are_the_spokespersons(open_one: Any, do: Do) -> None:
    open_one(1, 2)
    go(do, GRAVE, *WAY[1:5])

    refused(do, PUBLISH, "重大 的对外答复由 新闻发言人 发布")
    refused(do, PUBLISH.replace("xu_songbai", "gu_wenjing"), "新闻发言人")
    go(do, PUBLISH.replace("xu_songbai", "ding_xiaoyu"))


@pytest.mark.provision("Z9c.6")
def test_an_answer_that_is_not_public_needs_a_reason(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, *WAY[:5])
    refused(do, "publish --as xu_songbai", "反馈缺少公开答复的链接或理由")
    go(do, "publish --as xu_songbai --reason 当事人请求不公开")

    assert seen()["timeline"][-1]["data"]["reason"] == "当事人请求不公开"


@pytest.mark.provision("Z9b.5.4")
def test_a_grave_case_is_not_closed_without_a_named_tracker(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 2)
    go(do, GRAVE, *WAY[1:6])
    refused(do, CLOSE, "重大以上要有具名的跟踪人")
    refused(do, "track --as gu_wenjing --tracker nobody", "没有这个人")
    go(do, "track --as gu_wenjing --tracker fang_zhiqing", CLOSE.replace("gu_wenjing", "fang_zhiqing"))

    assert (seen()["state"], seen()["tracker"]) == ("归档", "fang_zhiqing")


@pytest.mark.provision("Z9b.5.3-1")
def test_a_suggestion_is_closed_only_as_adopted_in_part_or_not_with_a_reason(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, f"{CONFIRM} --nature 建议", *WAY[1:6])
    refused(do, CLOSE, "采纳、部分采纳或不采纳")
    refused(do, f"{CLOSE} --adoption 采纳", "说明理由")
    go(do, f"{CLOSE} --adoption 部分采纳 --reason 周末先试行")

    assert seen()["outcome"] == "部分采纳"
