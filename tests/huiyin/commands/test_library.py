"""Tests of `huiyin library`: what closed cases taught, found again, compared and reported."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from cases.keep_tasks import chase_tasks
from foundation.clock import for_people
from foundation.ledger import open_ledger
from foundation.tables import audit
from huiyin.cli import main
from huiyin.wiring import open_parts
from tests.huiyin.commands.test_case_course import WAY, go, refused, told

Do = Callable[..., tuple[int, str]]
REVIEW = (
    "review --as bai_shouping --lessons 汤桶要加盖并留样 --measures 每日留样 "
    "--summary 食堂汤品异物投诉 --tags 食堂,异物"
)


@pytest.fixture
def library(capsys: pytest.CaptureFixture[str]) -> Do:
    def run(line: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["library", *line.split()])
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


def close(do: Do, case_no: str, *more: str) -> None:
    for line in [*WAY, *more]:
        code, said = do(line, case_no)
        assert code == 0, said


def numbers(library: Do, line: str) -> list[str]:
    code, said = library(f"{line} --json")
    assert code == 0, said
    return [entry["case_no"] for entry in json.loads(said)["entries"]]


@pytest.mark.provision("Z7.14", "Z10.5-6")
def test_a_closed_case_is_searchable_with_its_lesson_and_the_digest_lists_new_ones(
    open_one: Any, do: Do, library: Do, case_clock: Any
) -> None:
    open_one(1, 1)
    close(do, "HY-2026-0001", REVIEW)
    case_clock.write_text("2026-10-09T09:00:00+08:00")
    open_one(2, 1, title="图书馆空调坏了", content="自习室太热")
    close(do, "HY-2026-0002")
    assert numbers(library, "search") == ["HY-2026-0001"], "what was not reviewed has taught nothing yet"
    assert do("review --as gu_wenjing --lessons 报修要有回音", "HY-2026-0002")[0] == 0

    assert numbers(library, "search") == ["HY-2026-0002", "HY-2026-0001"]
    assert numbers(library, "search 留样 异物") == ["HY-2026-0001"]
    assert numbers(library, "search 留样 空调") == []
    assert numbers(library, "digest --since 2026-10-01") == ["HY-2026-0002"]
    said = library("search 食堂")[1]
    assert all(words in said for words in ("食堂汤品异物投诉", "经验  汤桶要加盖并留样", "标签  食堂、异物", "共 1 件"))


@pytest.mark.parametrize(
    ("option", "words", "kind"),
    [
        ("--summary", "学生张伟明投诉", "姓名"),
        ("--lessons", "请打13800138000", "手机号"),
        ("--tags", "13800138000", "手机号"),
    ],
)
def test_nothing_of_a_private_person_goes_into_the_library(
    open_one: Any, do: Do, library: Do, option: str, words: str, kind: str
) -> None:
    open_one(1, 1)
    close(do, "HY-2026-0001")
    lessons = "" if option == "--lessons" else "--lessons 要有回音 "
    refused(do, f"review --as gu_wenjing {lessons}{option} {words}", f"个人信息（{kind}）", "一名学生")

    assert numbers(library, "search") == []


def test_a_past_case_that_is_alike_is_shown_for_an_open_one_with_the_words_they_share(
    open_one: Any, do: Do, library: Do, seen: Any
) -> None:
    open_one(1, 1)
    close(do, "HY-2026-0001", REVIEW)
    open_one(2, 1, title="图书馆空调坏了", content="自习室太热")
    close(do, "HY-2026-0002")
    open_one(3, 1, title="一食堂的汤里又吃出异物", content="三号窗口")
    code, said = library("similar HY-2026-0003 --json")
    found = json.loads(said)["entries"]

    assert (code, [entry["case_no"] for entry in found]) == (0, ["HY-2026-0001"])
    assert "食堂的汤里" in found[0]["words"]
    assert "都说到：食堂的汤里" in library("similar HY-2026-0003")[1]
    assert "相似旧案  HY-2026-0001" in do("show", "HY-2026-0003")[1]
    assert "经验  汤桶要加盖并留样" in do("show", "HY-2026-0003")[1]


def test_help_first_cases_are_in_no_library_and_confidential_ones_for_who_must_know(
    open_one: Any, do: Do, library: Do
) -> None:
    open_one(1, 1, restricted=True, title="很难受", content="睡不着")
    open_one(2, 1)
    close(do, "HY-2026-0002", REVIEW, "set_confidential --as gu_wenjing --reason 涉密")
    open_one(3, 1)

    assert numbers(library, "search") == numbers(library, "similar HY-2026-0003") == []
    assert numbers(library, "search --as gu_wenjing") == ["HY-2026-0002"]
    assert numbers(library, "similar HY-2026-0003 --as gu_wenjing") == ["HY-2026-0002"]
    assert "汤桶" not in do("show", "HY-2026-0003")[1]
    for line in ("similar HY-2026-0001", "report HY-2026-0001 --as wen_ruxin", "report HY-2026-0002"):
        refused(library, line, "不在这里显示")


@pytest.mark.provision("Z9b.5.5-1")
def test_the_report_is_made_from_the_course_and_its_dates_are_those_of_the_audit_chain(
    open_one: Any, do: Do, library: Do, case_clock: Any
) -> None:
    open_one(1, 1)
    refused(library, "report HY-2026-0001", "案件还在研判，没有总结报告")
    for hour, line in enumerate(WAY):
        case_clock.write_text(f"2026-09-30T{16 + hour}:00:00+08:00")
        go(do, line)
    before = library("report HY-2026-0001")[1]
    measure = "--as gu_wenjing --owner safety --words 每日留样 --due 2026-10-09 --case HY-2026-0001"
    assert main(["task", "add", "measure", *measure.split()]) == 0
    go(do, REVIEW)
    report = library("report HY-2026-0001")[1]
    with open_ledger().read() as connection:
        rows = connection.execute(select(audit.c.act, audit.c.at).where(audit.c.subject == "HY-2026-0001"))
        instants = {act.removeprefix("case."): for_people(at) for act, at in rows}

    for act, title in (
        ("assign", "交办"),
        ("reply", "回复"),
        ("approve", "审定"),
        ("publish", "反馈"),
        ("close", "归档"),
    ):
        assert f"- {instants[act]}　{title}" in report
    assert "（还没有写）" in before.split("## 经验教训")[1]
    assert all(words in report for words in ("成因 服务", "## 经验教训\n汤桶要加盖并留样", "## 改进措施\n每日留样"))
    assert "CS-2026-0001　改进措施　每日留样　负责 安全工作部　期限 2026-10-10　未办" in report


@pytest.mark.provision("Z8.13")
@pytest.mark.parametrize("enabled", ["z1-school, z8-outline"])
def test_the_periodic_evaluation_is_recorded_and_its_overdue_improvement_is_chased(
    open_one: Any, case_clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1)
    capsys.readouterr()
    note = "第三季度：三件逾期，一项改进"
    assert main(["duty", "done", "evaluation", "--as", "gu_wenjing", "--note", note, "--json"]) == 0
    duties = json.loads(capsys.readouterr().out)["duties"]
    assert [each["signed"][0]["note"] for each in duties if each["rule"] == "Z8.13"] == [note]
    improve = "task add improvement --as gu_wenjing --owner network --words 报修接口每周核对"
    assert main(improve.split()) == 1, "an improvement without a date is a wish"
    assert main([*improve.split(), "--due", "2026-10-09"]) == 0
    for day in (10, 11):
        case_clock.write_text(f"2026-10-{day}T00:00:00+08:00")
        parts = open_parts()
        with parts.ledger.change() as work:
            assert chase_tasks(work, parts.school) == 1
        parts.ledger.close()

    due, overdue = "改进事项 GJ-2026-0001 到期", "改进事项 GJ-2026-0001 已逾期"
    assert told("task_due") == [("gu_wenjing", overdue), ("he_qiming", overdue), ("network", due), ("network", overdue)]


def test_how_and_when_the_persons_concerned_were_told_is_recorded(open_one: Any, do: Do, library: Do) -> None:
    inform = "inform --as bai_shouping --told-how 当面 --words 已当面说明并道歉"
    open_one(1, 1)
    refused(do, inform, "现在不能告知当事人")
    go(do, *WAY[:3])
    refused(do, "inform --as bai_shouping --words 已说明", "告知当事人缺少怎样告知")
    refused(do, inform.replace("当面 ", "托梦 "), "不认识的怎样告知 托梦", "电话")
    refused(do, f"{inform} --told-at 2026-10-01T09:00", "告知的时间不对")
    refused(do, f"{inform} --told-at 2026-09-01T09:00", "告知的时间不对")
    refused(do, f"{inform} --told-at 刚才", "看不懂的时间")
    go(do, f"{inform} --told-at 2026-09-30T16:00", *WAY[3:])

    assert "告知当事人  白守平  已当面说明并道歉；当面；2026-09-30T16:00" in do("show")[1]
    assert "2026-09-30 16:00　告知当事人　白守平" in library("report HY-2026-0001")[1]
