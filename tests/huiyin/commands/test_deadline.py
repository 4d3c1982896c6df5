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


GOLDEN = [  # provision, anchor, within, rule, due, provisional
    ("G1", "2026-09-30T16:00", "1wd", "default", "2026-10-08T17:30", False),
    ("G1", "2026-09-30T16:00", "3wd", "default", "2026-10-10T17:30", False),
    ("G2", "2026-02-14T10:00", "1d", "default", "2026-02-15T10:00", False),
    ("G2", "2026-02-14T10:00", "1d", "civil", "2026-02-16T00:00", False),
    ("G2", "2026-02-14T10:00", "1d", "civil_rolled", "2026-02-25T00:00", False),
    ("G2", "2026-02-14T10:00", "2wd", "default", "2026-02-25T17:30", False),
    ("G3", "2026-10-01T02:10", "3h", "default", "2026-10-01T05:10", False),
    ("G3", "2026-10-01T02:10", "1d", "default", "2026-10-02T02:10", False),
    ("G3", "2026-10-01T02:10", "1d", "civil", "2026-10-03T00:00", False),
    ("G4", "2026-09-30T22:00", "3d", "default", "2026-10-03T22:00", False),
    ("G4", "2026-09-30T22:00", "5d", "default", "2026-10-05T22:00", False),
    ("G4", "2026-09-30T22:00", "3d", "civil", "2026-10-04T00:00", False),
    ("G4", "2026-09-30T22:00", "3d", "civil_rolled", "2026-10-09T00:00", False),
    ("G5", "2026-11-20T23:50", "same_day", "default", "2026-11-21T00:00", False),
    ("G6", "2026-12-31T22:00", "4h", "default", "2027-01-01T02:00", False),
    ("G7", "2026-12-30T09:00", "1wd", "default", "2026-12-31T17:30", False),
    ("G7", "2026-12-30T09:00", "3wd", "default", "2027-01-04T17:30", True),
    ("G8", "2026-03-08T01:30", "24h", "default", "2026-03-09T01:30", False),
    ("G9", "2026-01-04T11:00", "1wd", "default", "2026-01-05T17:30", False),
    ("G10", "2026-11-20T18:30", "1wd", "default", "2026-11-23T17:30", False),
    ("G10", "2026-11-20T18:30", "3wd", "default", "2026-11-25T17:30", False),
]


@pytest.mark.provision("Z1.6.2-1", "Z1.6.2-2", "Z1.6.2-3")
@pytest.mark.parametrize(("name", "anchor", "within", "rule", "due", "provisional"), GOLDEN)
def test_golden_vector(
    capsys: pytest.CaptureFixture[str],
    name: str, anchor: str, within: str, rule: str, due: str, provisional: bool,
) -> None:  # fmt: skip
    answer = json.loads(explain(capsys, "--anchor", anchor, "--within", within, "--rule", rule, "--json"))

    assert (answer["due_at"], answer["provisional"]) == (f"{due}:00+08:00", provisional), name


def test_the_answer_names_rule_article_anchor_and_versions(capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(capsys, "--anchor", "2026-02-14T10:00", "--within", "1d", "--rule", "civil_rolled")

    assert "规则 civil_rolled：民法典第二百零一条、第二百零三条" in text
    assert "起算 2026-02-14T10:00:00+08:00，时限 1 天" in text
    assert "制度第 1 版，日历 cn-2026+2026-11-" in text
