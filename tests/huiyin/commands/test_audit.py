"""Tests of `huiyin audit`: the first bad row is named, anchors are kept outside, no text stands in the chain."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from foundation.ledger import open_ledger
from huiyin.cli import main

CASE = "HY-2026-0001"
LINK = "http://bbs.yunlu.example/1"
WRITTEN = ("转后勤处理", "请三日内答复", "现场看过", "窗口停用", "向同学们道歉")
ACTS = [
    ["confirm", CASE, "--as", "tang_ruolan", "--level", "一般", "--opinion", WRITTEN[0], "--evidence", LINK],
    ["assign", CASE, "--as", "gu_wenjing", "--lead", "safety", "--opinion", WRITTEN[1]],
    ["reply", CASE, "--as", "qin_weiguo", "--fact-note", WRITTEN[2], "--disposition", WRITTEN[3],
     "--response", WRITTEN[4]],
]  # fmt: skip


@pytest.fixture
def acted(open_one: Any, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(1, 1)
    for words in ACTS:
        assert main(["case", *words]) == 0
    capsys.readouterr()


def tamper(*statements: str) -> None:
    ledger = open_ledger()
    with ledger.change() as work:
        for statement in ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete", *statements):
            work.connection.execute(text(statement))
    ledger.close()


def verify(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    return main(["audit", "verify", *words]), capsys.readouterr().out


def test_a_whole_chain_says_how_far_it_can_be_trusted(acted: None, capsys: pytest.CaptureFixture[str]) -> None:
    before = verify(capsys)
    assert main(["audit", "anchor"]) == 0
    after = verify(capsys)

    assert (before[0], after[0]) == (0, 0)
    assert "还没有锚定" in before[1]
    assert "与 1 次锚定一致" in after[1]


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE audit SET details = replace(details, 'safety', 'safetz') WHERE seq = 4", "第 4 行。这一行被改过"),
        ("DELETE FROM audit WHERE seq = 3", "第 3 行。这一行被删去了"),
        ("DELETE FROM audit WHERE seq > 3", "第 4 行。从这一行起，末尾被截掉了"),
    ],
)
def test_the_first_bad_row_is_named(acted: None, capsys: pytest.CaptureFixture[str], statement: str, row: str) -> None:
    assert main(["audit", "anchor"]) == 0
    tamper(statement)

    code, said = verify(capsys)
    assert (code, row in said) == (1, True), said
    assert json.loads(verify(capsys, "--json")[1])["first_bad"]["seq"] == int(row[2])


def test_an_anchor_kept_elsewhere_serves_as_well(
    acted: None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUIYIN_ANCHOR", str(tmp_path / "stick" / "anchors"))
    assert main(["audit", "anchor"]) == 0
    monkeypatch.delenv("HUIYIN_ANCHOR")
    tamper("DELETE FROM audit WHERE seq > 4")

    assert verify(capsys)[0] == 0
    assert verify(capsys, "--anchors", str(tmp_path / "stick" / "anchors"))[0] == 1


def test_what_posts_and_people_say_is_never_in_the_chain(acted: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "show", "--last", "1000"]) == 0
    said = capsys.readouterr().out

    assert "case.confirm" in said
    assert not [words for words in (*WRITTEN, "二食堂", "异物", "希望查一查", LINK) if words in said]


def test_rows_of_one_case_can_be_shown(acted: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "show", "--subject", CASE, "--last", "2", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [row["act"] for row in rows] == ["case.assign", "case.reply"]
    assert rows[1]["previous_hash"] == rows[0]["hash"]
