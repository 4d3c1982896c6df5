"""Tests of `huiyin patrol`: a person signs the day; a department on working days only; own boards come first."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cases.keep_duties import keep_duties
from crawler.rounds import sync_sources
from crawler.source import load_sources
from huiyin.cli import main
from huiyin.wiring import open_parts
from tests.huiyin.commands.test_case_course import told

WATCHED = "z1-school, z7-township"
NOT_OWN = {"sources/forum.yaml": ("own: true", "own: false")}


def tick() -> None:
    parts = open_parts()
    with parts.ledger.change() as work:
        keep_duties(work, parts.school)
    parts.ledger.close()


@pytest.fixture
def patrol(capsys: pytest.CaptureFixture[str]) -> Callable[[str], tuple[int, str]]:
    """Do one deed; give exit code and what was said."""

    def run(line: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["patrol", *line.split()])
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


@pytest.mark.provision("Z1.6.1-4a")
def test_a_day_without_signature_is_reminded_of_at_eight_and_is_a_gap_the_next_morning(
    open_one: Any, patrol: Any, case_clock: Any
) -> None:
    for text in ("2026-10-03T09:00", "2026-10-03T20:00"):
        case_clock.write_text(f"{text}:00+08:00")
        tick()
    reminded = told("duty_due")
    case_clock.write_text("2026-10-04T08:00:00+08:00")
    tick()
    assert patrol("sign --as tang_ruolan --note 无异常")[0] == 0

    assert reminded == [("tang_ruolan", "巡查记录 还没有签字（2026-10-03 起）")]
    assert [recipient for recipient, _ in told("duty_missed")] == ["gu_wenjing", "he_qiming", "tang_ruolan"]
    said = patrol("show")[1]
    assert "缺口  2026-10-03  全校  Z1.6.1-4a  没有签字" in said
    assert "签字  全校  Z1.6.1-4a  tang_ruolan 无异常" in said


@pytest.mark.provision("Z7.6-2")
@pytest.mark.parametrize("enabled", [WATCHED])
def test_departments_are_reminded_on_working_days_only(open_one: Any, patrol: Any, case_clock: Any) -> None:
    """Friday 2026-10-02 is a holiday; Sunday 2026-01-04 is worked for the New Year (调休)."""

    def reminded(day: str) -> list[str]:
        case_clock.write_text(f"{day}T20:00:00+08:00")
        tick()
        return [recipient for recipient, title in told("duty_due") if title == f"部门巡查 还没有签字（{day} 起）"]

    assert "bai_shouping" in reminded("2026-01-04")
    assert reminded("2026-10-02") == []
    code, said = patrol("sign --as bai_shouping --unit safety")
    assert (code, "现在没有要签的部门巡查" in said) == (1, True)


@pytest.mark.parametrize("enabled", [WATCHED])
def test_a_department_signs_its_own_patrol_only(open_one: Any, patrol: Any) -> None:
    assert patrol("sign --as luo_chengan --unit safety")[0] == 1
    assert patrol("sign --as bai_shouping --unit safety --note 无异常")[0] == 0

    told_now = json.loads(patrol("show --json")[1])
    assert {each["unit"]: each["state"] for each in told_now["duties"]}["safety"] == "done"


@pytest.mark.provision("Z5.10")
@pytest.mark.parametrize("changes", [NOT_OWN])
def test_the_schools_own_boards_stand_first_in_every_days_log_also_when_nobody_heard_them(
    open_one: Any, patrol: Any, desk_school: Any
) -> None:
    parts = open_parts()
    with parts.ledger.change() as work:
        sync_sources(work, load_sources(desk_school))
    parts.ledger.close()
    sources = json.loads(patrol("show --json")[1])["sources"]
    lines = [line for line in patrol("show")[1].splitlines() if "轮" in line or "从未" in line]

    assert [(each["source"], each["own"]) for each in sources] == [
        ("letters", True), ("forum", False), ("microblog", False), ("news", False)
    ]  # fmt: skip
    assert ["（本校）" in line for line in lines] == [True, False, False, False]


def test_a_machine_signs_nothing(open_one: Any, patrol: Any) -> None:
    code, said = patrol("sign")

    assert (code, "签字的只能是具名的人" in said) == (1, True)
