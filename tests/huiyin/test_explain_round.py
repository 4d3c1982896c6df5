"""Every bad outcome has a next step, every wall's evidence a Chinese sentence."""

import ast
from pathlib import Path

import pytest

from crawler.pages import recognise_wall
from crawler.report import GOOD
from foundation.outcome import SourceOutcome
from huiyin.explain_round import BROKEN_STEP, NEXT_STEPS, NOTES, explain_note, next_step, next_step_lines

ROOT = Path(__file__).parents[2]


def test_every_outcome_that_is_not_good_has_a_next_step():
    assert set(NEXT_STEPS) == set(SourceOutcome) - GOOD


def test_every_evidence_of_a_wall_has_words():
    """Evidence is the second argument of `Wall(…)` in the parsers, and the middle of the table of notices."""
    evidence = {entry[1] for entry in recognise_wall._WALLS}
    for path in (ROOT / "crawler" / "pages").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Wall":
                evidence |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}

    assert evidence == set(NOTES)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("xml_entities_refused", "订阅源里有不安全的 XML 实体，没有读"),
        ("broken_xml", "订阅源不是完整的 XML"),
        ("read_discuz_list", "页面里没有该有的结构（read_discuz_list）"),
        ("parser:read_feed TypeError a.py:8", "读这一页时程序出错，原页已隔离（read_feed TypeError a.py:8）"),
        ("parser:read_news xml_entities_refused", "订阅源里有不安全的 XML 实体，没有读，原页已隔离"),
        ("TypeError write_index.py:12", "程序出错（TypeError write_index.py:12）"),
        ("KeyError", "程序出错（KeyError）"),
        ("robots.txt 读不到：连接被拒绝", "robots.txt 读不到：连接被拒绝"),
        ("程序出错：TypeError x.py:3", "程序出错：TypeError x.py:3"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_note_is_told_in_chinese(note, words):
    assert explain_note(note) == words


def test_good_ends_need_no_next_step():
    assert next_step("ok") == next_step("nothing_new") == next_step("") == ""


def test_a_fault_of_ours_is_not_taken_for_a_new_layout():
    assert next_step("layout_changed", broken=True) == BROKEN_STEP


def test_evidence_with_a_step_of_its_own_is_not_taken_for_a_new_layout():
    assert next_step("layout_changed", note="parser:read_news broken_xml").startswith("请网站修好订阅源")
    assert next_step("layout_changed", note="read_discuz_list") == NEXT_STEPS["layout_changed"]


def test_one_line_an_outcome_names_its_sources():
    lost = ("连不上", next_step("unreachable"))
    lines = next_step_lines([("a", *lost), ("b", "正常", ""), ("c", *lost), ("d", "中断", "腾出空间")])

    assert lines[0].startswith("连不上（a、c）→ 用浏览器打开网址")
    assert lines[1:] == ["中断（d）→ 腾出空间"]
