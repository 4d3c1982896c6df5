"""Tests of `huiyin plan`: the plans in force, and one set to work on a case, by the command line."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from huiyin.cli import main
from tests.huiyin.commands.test_case_course import go, refused, told

Do = Callable[..., tuple[int, str]]
START = "activate HY-2026-0001 --plan food --as gu_wenjing --member qin_weiguo --member luo_chengan --words 多人不适"


@pytest.fixture
def do_plan(capsys: pytest.CaptureFixture[str]) -> Do:
    """Do one deed; give exit code and what was said."""

    def run(line: str) -> tuple[int, str]:
        capsys.readouterr()
        try:
            code = main(["plan", *line.split()])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["task", "list", "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.provision("Z7.10-2")
def test_activation_creates_the_plans_task_list(open_one: Any, do_plan: Do, capsys: Any) -> None:
    open_one(1, 2)
    plan = json.loads(do_plan("list --json")[1])
    go(do_plan, START)

    made = [(one["kind"], one["owner"], one["words"], one["case_no"]) for one in listed(capsys)]
    assert made == [("plan_task", each["owner"], each["words"], "HY-2026-0001") for each in plan["tasks"]]


@pytest.mark.provision("Z9b.2-1")
def test_the_plan_in_force_is_shown_on_activation_with_version_approver_and_contacts(
    open_one: Any, do_plan: Do
) -> None:
    open_one(1, 2)
    code, said = do_plan(START)

    assert code == 0, said
    assert "food  食品安全事件应急预案  第 1 版  批准 林致远" in said
    assert "联系  省教育厅网信办  0731-0000-0002" in said


@pytest.mark.provision("Z9b.5.2-2")
def test_one_action_reports_to_two_leaders_activates_the_plan_and_names_the_task_force(
    open_one: Any, do_plan: Do, do: Do, seen: Any, capsys: Any
) -> None:
    open_one(1, 2)
    go(do_plan, START)
    acts = {act["act"]: act["data"] for act in seen()["timeline"]}

    assert [who for who, _ in told("case_reported")] == ["lin_zhiyuan", "shen_mingde"]
    assert acts["report"]["words"] == "多人不适"
    assert (acts["plan"]["plan"], acts["plan"]["members"]) == ("food", ["qin_weiguo", "luo_chengan"])
    assert len(listed(capsys)) == 3


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (START.replace("food", "nothing"), "没有这个预案"),
        (START.replace("gu_wenjing", "tang_ruolan"), "不能启动预案"),
        (START.replace("luo_chengan", "nobody"), "工作组的人写得不对"),
        (START.replace("0001", "0009"), "没有这个案件"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_half_done(
    open_one: Any, do_plan: Do, seen: Any, capsys: Any, line: str, says: str
) -> None:
    open_one(1, 2)
    refused(do_plan, line, says)

    assert [act["act"] for act in seen()["timeline"]] == ["open"]
    assert (listed(capsys), told("case_reported")) == ([], [])


def test_a_plan_is_activated_once(open_one: Any, do_plan: Do) -> None:
    open_one(1, 2)
    go(do_plan, START)

    refused(do_plan, START, "已经启动")


@pytest.mark.parametrize("changes", [{"policy.yaml": ("approved_by: lin_zhiyuan", "approved_by: tang_ruolan")}])
def test_a_plan_that_no_leader_approved_is_not_activated(open_one: Any, do_plan: Do) -> None:
    open_one(1, 2)

    refused(do_plan, START, "没有经领导小组批准")


def test_help_first_cases_know_no_plan(open_one: Any, do_plan: Do) -> None:
    open_one(1, 1, restricted=True)

    refused(do_plan, START, "先救助案件不启动预案")
