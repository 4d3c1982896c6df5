"""Tests of `huiyin judge`: JSON Lines in, one answer a line out, nothing stored."""

import json
from pathlib import Path

import pytest

from huiyin.cli import main

SCHOOL = Path(__file__).parents[3] / "school"
FIELDS = {
    "id", "relevant", "relevance", "category", "topics", "level", "score", "reasons", "counterfactual", "departments",
    "restricted", "text",
}  # fmt: skip


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """No ./school and no $HUIYIN_SCHOOL."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HUIYIN_SCHOOL", raising=False)


def judge(tmp_path, capsys, lines, *options):
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    code = main(["judge", str(file), *options])
    out, err = capsys.readouterr()
    return code, out, err


def answers(out):
    return [json.loads(line) for line in out.splitlines()]


def test_each_post_gets_one_line_with_all_fields(tmp_path, capsys):
    rows = [{"id": 7, "text": "宿舍停水三天没人管，电话13812345678"}, {"id": "b", "text": "出一台九成新显示器"}]
    code, out, _ = judge(tmp_path, capsys, rows, "--json")
    first, second = answers(out)

    assert code == 0
    assert set(first) == set(second) == FIELDS
    assert (first["id"], first["level"], first["category"]) == (7, "一般", "投诉")
    assert first["departments"][0] == "后勤处"
    assert "13812345678" not in first["text"]
    assert first["reasons"][0].keys() == {"rule", "title", "points", "words"}
    assert (second["id"], second["relevant"], second["level"], second["departments"]) == ("b", False, "无", [])


def test_without_json_it_is_readable_chinese(tmp_path, capsys):
    rows = [{"id": 1, "text": "走廊电线裸露没人管"}, {"id": 2, "text": "我不想活了"}, {"id": 3, "text": "代写论文"}]
    _, out, _ = judge(tmp_path, capsys, rows)

    assert "重大" in out
    assert "若没有" in out
    assert "先救助" in out
    assert "与本校无关" in out


def test_bad_lines_are_told_and_the_others_go_on(tmp_path, capsys):
    lines = [
        "不是 JSON",
        "[1]",
        '{"id": 1}',
        '{"id": 2, "text": "停电", "replies": "很多"}',
        {"id": 3, "text": "宿舍停电"},
    ]
    code, out, err = judge(tmp_path, capsys, lines, "--json")

    assert code == 1
    assert [answer["id"] for answer in answers(out)] == [3]
    assert [f"第 {number} 行" in err for number in (1, 2, 3, 4, 5)] == [True, True, True, True, False]
    assert "replies 应当是数字" in err


def test_counts_and_site_kind_matter(tmp_path, capsys):
    text = "宿舍停水没人管"
    rows = [
        {"text": text, "reposts": 100},
        {"text": text, "replies": "200", "published_at": "2026-03-05T10:00:00+08:00"},
        {"text": "演练模拟宿舍起火，圆满结束", "site_kind": "news"},
    ]
    _, out, _ = judge(tmp_path, capsys, rows, "--json")

    assert [answer["level"] for answer in answers(out)] == ["重大", "重大", "无"]
    assert [answer["id"] for answer in answers(out)] == [1, 2, 3]


def test_a_named_school_has_its_own_departments(tmp_path, capsys, monkeypatch):
    rows = [{"id": 1, "text": "校园网连不上，账号登录不上"}]
    _, by_option, _ = judge(tmp_path, capsys, rows, "--json", "--school", str(SCHOOL))
    monkeypatch.setenv("HUIYIN_SCHOOL", str(SCHOOL))
    _, by_variable, _ = judge(tmp_path, capsys, rows, "--json")

    assert answers(by_option)[0]["departments"][0] == "计算机网络中心"
    assert by_option == by_variable


def test_a_school_or_a_file_that_is_not_there_is_told(tmp_path, capsys):
    missing = tmp_path / "nowhere"

    assert main(["judge", "x.jsonl", "--school", str(missing)]) == 2
    assert str(missing) in capsys.readouterr().err
    assert main(["judge", "x.jsonl"]) == 2
    assert "x.jsonl" in capsys.readouterr().err


def test_an_empty_file_is_no_mistake(tmp_path, capsys):
    assert judge(tmp_path, capsys, [""], "--json") == (0, "", "")
