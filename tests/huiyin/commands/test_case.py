"""Tests of `huiyin case`: the whole way of a case from the command line, on a real ledger."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from foundation.ledger import open_ledger
from foundation.tables import audit, outbox
from huiyin.cli import main

CASE = "HY-2026-0001"
LINK = "http://bbs.yunlu.example/1"
WALK = [
    ["confirm", CASE, "--as", "tang_ruolan", "--level", "一般", "--opinion", "属实", "--evidence", LINK],
    ["assign", CASE, "--as", "gu_wenjing", "--lead", "safety", "--opinion", "请三日内答复", "--assisting", "students"],
    ["finish_task", CASE, "--as", "luo_chengan", "--words", "已通知各班"],
    ["acknowledge", CASE, "--as", "bai_shouping"],
    ["reply", CASE, "--as", "qin_weiguo", "--fact-note", "已核实", "--disposition", "已停用", "--response", "已道歉"],
    ["sign_off", CASE, "--as", "qin_weiguo"],
    ["approve", CASE, "--as", "gu_wenjing", "--checklist", "事实,措施,立场,态度,隐私"],
    ["publish", CASE, "--as", "xu_songbai", "--link", LINK],
    ["close", CASE, "--as", "gu_wenjing", "--cause", "服务"],
]


def spoken(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["case", *words]) == 0
    return capsys.readouterr().out


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    return dict(json.loads(spoken(capsys, *words, "--json")))


def test_a_case_goes_from_suggestion_to_archive(open_one: Any, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(1, 1)

    states = [as_json(capsys, *words)["state"] for words in WALK]
    case = as_json(capsys, "show", CASE)

    assert states == ["交办", "承办", "承办", "承办", "回复", "审定", "审定", "反馈", "归档"]
    assert [act["act"] for act in case["timeline"]] == ["open", *(words[0] for words in WALK)]
    assert (case["response"], case["outcome"]) == ("已道歉", "已办结")


def test_an_act_writes_its_notices_in_the_same_go(
    open_one: Any, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1)
    for words in WALK[:2]:
        spoken(capsys, *words)

    ledger = open_ledger(state)
    with ledger.read() as connection:
        told = {row.recipient for row in connection.execute(select(outbox)) if row.case_no == CASE}
    assert "safety" in told


@pytest.mark.provision("Z1.6.2-1")
def test_show_prints_absolute_times_what_is_left_and_the_count(
    open_one: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1)
    text = spoken(capsys, "show", CASE)

    assert "Z1.6.2-1b  处置并回应  2026-10-10 17:30 到期  还剩 10 天 1 小时  → 承办部门" in text
    assert "10-10 调休上班 计第3日" in text
    assert "产品默认  研判" in text
    assert "Z1.6.2-1a  报告" in text
    assert "现在可以做的：确认 confirm、不立案 dismiss、签收 acknowledge" in text


def test_explain_prints_only_the_count(open_one: Any, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(1, 1)
    text = spoken(capsys, "explain", CASE)

    assert "10-01 法定假日 不计" in text
    assert "经过" not in text


def test_list_shows_open_and_overdue_cases(open_one: Any, case_clock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(1, 1)
    open_one(2, 3)
    spoken(capsys, "dismiss", "HY-2026-0002", "--as", "xu_songbai", "--verdict", "误报", "--reason", "不是本校")
    numbers = [case["case_no"] for case in as_json(capsys, "list")["cases"]]
    still_open = [case["case_no"] for case in as_json(capsys, "list", "--open")["cases"]]
    early = as_json(capsys, "list", "--overdue")["total"]
    case_clock.write_text("2026-10-12T09:00:00+08:00")
    late = as_json(capsys, "list", "--overdue")["total"]

    assert (numbers, still_open, early, late) == ([CASE, "HY-2026-0002"], [CASE], 0, 1)
    told = spoken(capsys, "list")
    assert "安全工作部  2026-10-08 11:00 到期（研判）" in told
    assert "共 2 件" in told


def test_the_audit_says_which_account_acted_whatever_as_claims(open_one: Any, state: Path) -> None:
    open_one(1, 1)

    assert main(["case", *WALK[0]]) == 0
    with open_ledger(state).read() as connection:
        details = connection.execute(select(audit.c.details).where(audit.c.act == "case.confirm")).scalar_one()
    assert json.loads(details)["os_user"] == os.getuid()


def test_an_act_without_a_named_person_is_refused(open_one: Any, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(1, 1)

    assert main(["case", "close", CASE]) == 1
    assert "--as 人员编号" in capsys.readouterr().err


def test_an_illegal_act_ends_with_the_legal_ones(open_one: Any, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(1, 1)

    assert main(["case", *WALK[1]]) == 1
    assert "现在可以做的：确认（confirm）" in capsys.readouterr().err


def test_a_stale_version_is_refused(open_one: Any, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(1, 1)

    assert main(["case", *WALK[0], "--if-version", "5"]) == 1
    assert "看过之后" in capsys.readouterr().err


def test_a_restricted_case_is_seen_by_counsellors_only_and_reading_it_is_logged(
    open_one: Any, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1, restricted=True)

    assert as_json(capsys, "list")["total"] == 0
    assert main(["case", "show", CASE, "--as", "gu_wenjing"]) == 1
    assert "心理老师" in capsys.readouterr().err
    assert as_json(capsys, "list", "--as", "wen_ruxin")["total"] == 1
    text = spoken(capsys, "show", CASE, "--as", "wen_ruxin")
    assert "不显示标题" in text
    assert f"二食堂的汤里有异物\n    希望查一查\n    {LINK}" in text
    with open_ledger(state).read() as connection:
        acts = connection.execute(select(audit.c.act, audit.c.actor)).all()
    assert ("case.read", "wen_ruxin") in [tuple(row) for row in acts]


def test_what_a_help_first_case_says_is_shown_by_no_deed_but_show(
    open_one: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1, restricted=True)
    deeds = [["acknowledge", CASE], ["explain", CASE], ["list"]]

    assert not any("希望查一查" in spoken(capsys, *words, "--as", "wen_ruxin") for words in deeds)
    for person in ([], ["--as", "tang_ruolan"], ["--as", "lin_zhiyuan"]):
        assert main(["case", "show", CASE, *person]) == 1
        assert "希望查一查" not in str(capsys.readouterr())


def test_show_lists_the_posts_and_the_reasons_so_that_evidence_can_be_copied(
    open_one: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1)
    text, case = spoken(capsys, "show", CASE), as_json(capsys, "show", CASE)

    assert (
        f"帖文  共 1 条\n  2026-09-30 16:00  bbs.yunlu.example  二食堂的汤里有异物\n    希望查一查\n    {LINK}" in text
    )
    assert "依据  安全隐患 +24 分（异物）\n      去掉“异物”则为无" in text
    assert (case["posts_total"], case["posts"][0]["url"]) == (1, LINK)
    assert case["reasons"] == [{"rule": "hazard", "title": "安全隐患", "points": 24.0, "words": ["异物"]}]


def test_the_course_of_a_case_names_people_and_departments_and_json_keeps_their_ids(
    open_one: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1)
    for words in WALK[:2]:
        spoken(capsys, *words)
    text, case = spoken(capsys, "show", CASE), as_json(capsys, "show", CASE)

    assert "牵头  安全工作部　协办  学生工作部" in text
    assert "立案  系统" in text
    assert "交办  顾文静  牵头 安全工作部；协办 学生工作部；请三日内答复" in text
    assert (case["lead"], case["timeline"][-1]["by"]) == ("safety", "gu_wenjing")


def test_the_counsellor_tells_security_and_sees_what_she_told(
    open_one: Any, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1, restricted=True)
    spoken(capsys, "tell", CASE, "--as", "wen_ruxin", "--to", "保卫", "--words", "请守在三号楼下")

    assert "告知  温如心  告知 安全工作部；请守在三号楼下" in spoken(capsys, "show", CASE, "--as", "wen_ruxin")
    with open_ledger(state).read() as connection:
        (told,) = connection.execute(select(outbox).where(outbox.c.kind == "told")).all()
    assert (told.channel, told.recipient) == ("email", "qin_weiguo")
    assert "希望查一查" not in str(told.payload)


def test_an_unknown_case_is_refused(open_one: Any, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(1, 1)

    assert main(["case", "show", "HY-2026-0404"]) == 1
    assert "没有这个案件" in capsys.readouterr().err
