"""Tests of `huiyin deadline explain`."""

import json

import pytest

from huiyin.cli import main


def explain(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["deadline", "explain", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "due_at", "provisional"),
    [
        (["--anchor", "2026-09-30T16:00+08:00", "--within", "3wd"], "2026-10-10T17:30:00+08:00", False),
        (["--anchor", "2026-12-30T09:00", "--within", "3wd"], "2027-01-04T17:30:00+08:00", True),
        (["--anchor", "2026-11-20T23:50", "--within", "same_day"], "2026-11-21T00:00:00+08:00", False),
        (
            ["--anchor", "2026-02-14T10:00", "--within", "1d", "--rule", "civil_rolled"],
            "2026-02-25T00:00:00+08:00",
            False,
        ),
        (["--anchor", "2026-03-07T17:30Z", "--within", "24h"], "2026-03-09T01:30:00+08:00", False),
    ],
)
def test_the_answer_for_scripts(
    capsys: pytest.CaptureFixture[str], words: list[str], due_at: str, provisional: bool
) -> None:
    answer = json.loads(explain(capsys, *words, "--json"))

    assert (answer["due_at"], answer["provisional"]) == (due_at, provisional)
    assert answer["days"]


def test_the_answer_for_people_counts_every_day(capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, "--anchor", "2026-09-30T16:00", "--within", "3wd")

    assert "10-01 法定假日 不计" in text
    assert "10-10 调休上班 计第3日" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "--anchor"),
        (["--anchor", "昨天", "--within", "3wd"], "起算时间看不懂"),
        (["--anchor", "2026-09-30T16:00", "--within", "三天"], "不是时限"),
        (["--anchor", "2026-09-30T16:00", "--within", "3d", "--rule", "lenient"], "没有规则"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert main(["deadline", "explain", *words]) == 1

    assert says in capsys.readouterr().err
