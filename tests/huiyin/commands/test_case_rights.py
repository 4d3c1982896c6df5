"""Tests of `huiyin case`: whose an answer at once and the highest level are, what nobody sets lower, who reads what."""

from collections.abc import Callable
from typing import Any

import pytest

from huiyin.cli import main
from tests.huiyin.commands.test_case_course import ASSIGN, CASE, CONFIRM, GRAVE, LINK, go, refused

Do = Callable[..., tuple[int, str]]
APPEAL = f"{CONFIRM} --nature 诉求"
ANSWER = f"answer --as xu_songbai --fact-note 已查 --disposition 已办 --response 可以补办 --link {LINK}"
TOP_MARKS = ("widely_republished", "grave_emergency")


@pytest.mark.provision("Z5.9", "Z9b.5.3-2")
@pytest.mark.parametrize(
    ("enabled", "names", "others"),
    [
        ("z1-school, z5-kindergarten", "主要领导", ("xu_songbai", "gu_wenjing")),
        ("z1-school, z9b-university", "领导小组办公室", ("xu_songbai",)),
        ("z1-school, z9b-university, z5-kindergarten", "主要领导", ("gu_wenjing",)),
    ],
)
def test_an_answer_at_once_goes_round_no_approver(
    open_one: Any, do: Do, seen: Any, names: str, others: tuple[str, ...]
) -> None:
    open_one(1, 1)
    go(do, APPEAL)
    for other in others:
        refused(do, ANSWER.replace("xu_songbai", other), f"当场答复也要 {names} 审定", "先交办（assign）")

    assert (seen()["state"], seen()["published_at"], seen()["response"]) == ("交办", None, "")
    go(do, ASSIGN)


def test_where_no_policy_names_an_approver_the_officer_answers_at_once(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, APPEAL, ANSWER)

    assert seen()["state"] == "反馈"


@pytest.mark.provision("Z7.4")
@pytest.mark.parametrize("mark", TOP_MARKS)
def test_the_highest_level_is_made_by_no_mark_of_others(open_one: Any, do: Do, seen: Any, mark: str) -> None:
    line = f"mark --as xu_songbai --mark {mark} --reason 多家转载"
    open_one(1, 1)
    go(do, CONFIRM)
    for other in ("xu_songbai", "gu_wenjing"):
        refused(do, line.replace("xu_songbai", other), "不能确认 特别重大", "领导小组、主要领导、分管领导")
    assert (seen()["level"], seen()["marks"]) == ("一般", [])
    go(do, line.replace("xu_songbai", "shen_mingde"))
    assert (seen()["level"], seen()["marks"]) == ("特别重大", [mark])
    go(do, "mark --as xu_songbai --mark sudden --reason 现场有人")  # what is the highest already is nobody's to make


@pytest.mark.provision("Z7.4")
def test_a_case_is_graded_up_to_the_highest_level_by_the_leaders_only(open_one: Any, do: Do, seen: Any) -> None:
    top = GRAVE.replace("confirm", "grade").replace("重大", "特别重大")
    open_one(1, 1)
    go(do, CONFIRM)
    refused(do, top, "tang_ruolan 不能确认 特别重大")
    go(do, top.replace("tang_ruolan", "lin_zhiyuan"))

    assert seen()["level"] == "特别重大"


@pytest.mark.provision("Z1.6.2-5")
def test_no_verdict_sets_a_case_below_the_floor_of_its_marks(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    go(do, f"mark --as gu_wenjing --mark false_information --reason 查无此事 --evidence {LINK}")
    refused(do, CONFIRM, "等级至少是 重大")
    go(do, GRAVE)
    refused(do, CONFIRM.replace("confirm", "grade"), "等级至少是 重大")

    assert seen()["level"] == "重大"


@pytest.mark.parametrize(
    ("person", "listed", "told"),
    [
        ("tang_ruolan", True, True),
        ("bai_shouping", True, True),
        ("cheng_wangluo", True, False),
        ("zhao_jian", True, False),
        ("luo_chengan", False, False),
        ("wen_ruxin", False, False),
    ],
)
def test_a_named_person_reads_what_their_roles_read(
    open_one: Any, do: Do, capsys: pytest.CaptureFixture[str], person: str, listed: bool, told: bool
) -> None:
    open_one(1, 1)
    go(do, CONFIRM, ASSIGN)
    shown = do(f"show --as {person}")[1] + do(f"show --json --as {person}")[1]
    assert main(["case", "list", "--as", person]) == 0
    lines = capsys.readouterr().out

    assert (CASE in lines, "二食堂" in lines) == (listed, told)
    assert ("二食堂" in shown, "请三日内答复" in shown) == (told, told)
    assert CASE in shown
    assert "承办" in shown
    assert "二食堂" in do("show")[1], "without --as it is the operator at the machine"


def test_nobody_reads_under_an_unknown_name(open_one: Any, do: Do, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(1, 1)

    refused(do, "show --as nobody", "没有这个人")
    assert main(["case", "list", "--as", "nobody"]) != 0
    assert "没有这个人" in capsys.readouterr().err
