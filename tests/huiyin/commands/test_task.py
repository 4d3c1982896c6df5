"""Tests of `huiyin task`: directives, measures, requests and enquiries, by the command line."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from cases.keep_tasks import chase_tasks
from cases.task import task
from foundation.ledger import open_ledger
from foundation.tables import audit, outbox
from huiyin.cli import main
from huiyin.wiring import open_parts
from tests.huiyin.commands.test_case_course import go, refused, told

Do = Callable[..., tuple[int, str]]
ORDER = "add directive --as gu_wenjing --owner safety --words 今晚查清停水原因 --case HY-2026-0001"
MEASURE = "add measure --as gu_wenjing --owner safety --words 每月检修 --case HY-2026-0001 --due 2026-10-09"


@pytest.fixture
def do_task(capsys: pytest.CaptureFixture[str]) -> Do:
    """Do one deed; give exit code and what was said."""

    def run(line: str) -> tuple[int, str]:
        capsys.readouterr()
        try:
            code = main(["task", *line.split()])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


def chase() -> int:
    parts = open_parts()
    with parts.ledger.change() as work:
        told_now = chase_tasks(work, parts.school)
    parts.ledger.close()
    return told_now


def kept() -> int:
    with open_ledger().read() as connection:
        return int(connection.execute(select(func.count()).select_from(task)).scalar_one())


@pytest.mark.provision("Z7.9")
def test_a_directive_without_receipt_is_chased_once_and_ends_with_feedback(
    open_one: Any, do_task: Do, do: Do, case_clock: Any
) -> None:
    open_one(1, 1)
    go(do_task, ORDER)
    assert chase() == 0
    case_clock.write_text("2026-09-30T18:00:00+08:00")

    assert (chase(), chase()) == (1, 0)
    assert told("task_due") == [("safety", "指令 ZL-2026-0001 还没有回执")]
    with open_ledger().read() as connection:
        asked_and_due = connection.execute(select(outbox.c.payload).where(outbox.c.kind.startswith("task_"))).scalars()
        assert {said["body"].splitlines()[0] for said in asked_and_due} == {"案件：HY-2026-0001"}
    refused(do_task, "finish ZL-2026-0001 --as bai_shouping --answer 已查清", "还没有回执")
    refused(do_task, "receive ZL-2026-0001 --as luo_chengan", "不能办这个事项")
    go(do_task, "receive ZL-2026-0001 --as bai_shouping", "finish ZL-2026-0001 --as bai_shouping --answer 阀门已更换")
    said = do_task("show ZL-2026-0001")[1]
    assert all(words in said for words in ("指令", "已办", "gu_wenjing", "今晚查清停水原因", "回执", "阀门已更换"))
    course = do("show")[1]
    assert [words for words in ("提出事项", "事项回执", "事项办结") if words not in course] == []


def test_a_received_directive_is_not_chased(open_one: Any, do_task: Do, case_clock: Any) -> None:
    open_one(1, 1)
    go(do_task, ORDER, "receive ZL-2026-0001 --as bai_shouping")
    case_clock.write_text("2026-10-09T18:00:00+08:00")

    assert chase() == 0


@pytest.mark.provision("Z7.13b")
def test_an_overdue_measure_is_reminded_of_once_per_step(open_one: Any, do_task: Do, case_clock: Any) -> None:
    open_one(1, 1)
    refused(do_task, MEASURE.replace(" --due 2026-10-09", ""), "改进措施缺一项", "--due")
    go(do_task, MEASURE)
    case_clock.write_text("2026-10-10T00:00:00+08:00")
    assert (chase(), chase()) == (1, 0)
    case_clock.write_text("2026-10-11T00:00:00+08:00")
    assert (chase(), chase()) == (1, 0)

    due, overdue = "改进措施 CS-2026-0001 到期", "改进措施 CS-2026-0001 已逾期"
    assert told("task_due") == [("gu_wenjing", overdue), ("he_qiming", overdue), ("safety", due), ("safety", overdue)]


@pytest.mark.provision("Z5.11b")
def test_a_request_for_a_board_is_listed_until_it_is_decided(open_one: Any, do_task: Do) -> None:
    go(do_task, "add board_request --as qin_weiguo --owner tech --words 想开设报修版块")
    refused(do_task, "add board_request --as tang_ruolan --owner tech --words 想开版块", "不能提出")

    assert "BK-2026-0001" in do_task("list --kind board_request")[1]
    refused(do_task, "finish BK-2026-0001 --as cheng_wangluo --answer 可以", "批复不对")
    refused(do_task, "finish BK-2026-0001 --as qin_weiguo --decision 同意 --answer 可以", "不能办这个事项")
    go(do_task, "finish BK-2026-0001 --as cheng_wangluo --decision 不同意 --answer 已有报修版块")
    assert do_task("list --kind board_request") == (0, "共 0 项\n")
    assert "不同意" in do_task("list --all")[1]


@pytest.mark.provision("Z9b.2-2b")
def test_an_enquiry_of_the_media_is_listed_until_it_is_answered(open_one: Any, do_task: Do) -> None:
    ask = "add media_enquiry --as xu_songbai --owner ding_xiaoyu --words 问停水几天 --case HY-2026-0001"
    open_one(1, 1)
    refused(do_task, ask, "媒体来询缺一项", "--outside")
    go(do_task, f"{ask} --outside 云麓晚报")

    listed = json.loads(do_task("list --json")[1])
    assert (listed["outside"], listed["words"], listed["owner"]) == ("云麓晚报", "问停水几天", "ding_xiaoyu")
    assert told("task_asked") == [("ding_xiaoyu", "媒体来询 MT-2026-0001")]
    go(do_task, "finish MT-2026-0001 --as ding_xiaoyu --answer 已答复：一天")
    assert do_task("list") == (0, "共 0 项\n")
    said = do_task("show MT-2026-0001")[1]
    assert "2026-09-30 16:00  ding_xiaoyu  已答复：一天" in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (ORDER.replace("gu_wenjing", "bai_shouping"), "不能提出指令"),
        (ORDER.replace("safety", "nobody"), "没有这个部门、角色或人"),
        (ORDER.replace("0001", "0009"), "没有这个案件"),
        (MEASURE.replace("2026-10-09", "2026-09-29"), "日期已经过去"),
        (MEASURE.replace("2026-10-09", "明天"), "不是日期"),
        (ORDER.replace("--as gu_wenjing ", ""), "没有说明是谁在办"),
        ("receive ZL-2026-0009 --as bai_shouping", "没有这个事项"),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(open_one: Any, do_task: Do, line: str, says: str) -> None:
    open_one(1, 1)
    refused(do_task, line, says)

    assert kept() == 0


def test_help_first_cases_have_no_tasks(open_one: Any, do_task: Do) -> None:
    open_one(1, 1, restricted=True)
    refused(do_task, ORDER, "先救助案件不派事项")

    assert kept() == 0


def test_words_stand_neither_in_the_audit_chain_nor_in_a_notice(open_one: Any, do_task: Do) -> None:
    open_one(1, 1)
    go(do_task, ORDER)
    with open_ledger().read() as connection:
        said = [*connection.execute(select(audit.c.details)).scalars()]
        said += [
            json.dumps(sent, ensure_ascii=False) for sent in connection.execute(select(outbox.c.payload)).scalars()
        ]

    assert not [line for line in said if "停水" in line]


def test_a_task_of_a_confidential_case_shows_its_words_to_those_who_must_know(
    open_one: Any, do_task: Do, do: Do
) -> None:
    open_one(1, 1)
    go(do, "set_confidential --as gu_wenjing --reason 涉密")
    go(do_task, ORDER)

    assert "今晚查清停水原因" not in do_task("list")[1]
    assert "今晚查清停水原因" in do_task("list --as gu_wenjing")[1]


def test_who_asked_may_withdraw_with_a_reason(open_one: Any, do_task: Do) -> None:
    open_one(1, 1)
    go(do_task, ORDER)
    refused(do_task, "cancel ZL-2026-0001 --as he_qiming --answer 不用了", "不能撤销")
    refused(do_task, "cancel ZL-2026-0001 --as gu_wenjing", "没有写撤销的理由")
    go(do_task, "cancel ZL-2026-0001 --as gu_wenjing --answer 已另行安排")

    refused(do_task, "receive ZL-2026-0001 --as bai_shouping", "已撤销")
