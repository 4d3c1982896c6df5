"""Tests of the matrix: a row counts as proven only when every test that claims it passed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tools.requirements_matrix
from tools.requirements_matrix import Proof, Requirements, Row, debts, load_requirements, result_of, write_matrix

ROOT = Path(__file__).parents[2]
ROWS = [Row("Z1.1-1", "S", "listening", "听"), Row("Z1.1-2", "X", "refusals", "不删"), Row("Z2.1", "N", "none", "罚款")]
PARTS = {"listening": "倾听", "refusals": "有意不做", "none": "与软件无关"}
PASSED = Proof("tests/x.py::test_a[1]", ["Z1.1-1", "Z1.1-2"], True)
FAILED = Proof("tests/x.py::test_b", ["Z1.1-1"], False)


def requirements(*finished: str) -> Requirements:
    return Requirements(ROWS, PARTS, list(finished))


def test_one_failing_test_outweighs_passing_ones():
    assert result_of(ROWS[0], [PASSED]) == "通过"
    assert result_of(ROWS[0], [PASSED, FAILED]) == "失败"
    assert result_of(ROWS[0], []) == "未完成"
    assert result_of(ROWS[2], []) == "—"


def test_an_open_row_is_a_debt_only_of_a_part_declared_finished():
    assert debts(requirements(), []) == []
    assert debts(requirements("refusals"), []) == ["Z1.1-2 有意不做 未完成：不删"]
    assert debts(requirements("refusals"), [PASSED]) == []
    assert debts(requirements(), [FAILED]) == ["Z1.1-1 倾听 失败：听"]


def test_the_page_shows_every_row_with_its_tests_and_totals():
    page = write_matrix(requirements("refusals"), [PASSED, FAILED])

    assert "| Z1.1-1 | S | 听 | 倾听 | 失败 | `x.py::test_a`<br>`x.py::test_b` |" in page
    assert "| 有意不做 | 1 | 1 | 0 |" in page
    assert "已宣布完成的部分：有意不做。" in page


def test_our_own_list_holds_all_rows():
    own = load_requirements()
    kinds = [row.kind for row in own.rows]

    assert len(own.rows) == 148
    assert {kind: kinds.count(kind) for kind in ("S", "P", "X", "N")} == {"S": 99, "P": 30, "X": 9, "N": 6}


def test_every_owed_row_that_loses_its_proof_is_a_debt_whatever_its_class():
    """Each row in turn: without its test, and with a failing one; P rows as well as S rows."""
    own = load_requirements()
    owed = [row for row in own.rows if row.owed in own.finished]
    passing = {row.id: Proof("tests/x.py::test_it", [row.id], True) for row in own.rows}

    assert {"S", "P", "X"} <= {row.kind for row in owed}
    assert debts(own, list(passing.values())) == []
    for row in owed:
        others = [proof for name, proof in passing.items() if name != row.id]
        failing = Proof("tests/x.py::test_it", [row.id], False)
        assert [debt.split()[0] for debt in debts(own, others)] == [row.id]
        assert [debt.split()[0] for debt in debts(own, [*others, failing])] == [row.id]


def test_the_target_fails_for_a_debt_and_names_it(tmp_path, monkeypatch, capsys):
    one = Requirements([Row("Z1.5-3", "P", "listening", "成因")], PARTS, ["listening"])
    monkeypatch.setattr(tools.requirements_matrix, "MATRIX", tmp_path / "matrix.md")
    monkeypatch.setattr(tools.requirements_matrix, "load_requirements", lambda: one)
    for proofs, code in (([], 1), ([Proof("tests/x.py::test_a", ["Z1.5-3"], True)], 0)):
        monkeypatch.setattr(tools.requirements_matrix, "run_tests", lambda proofs=proofs: proofs)

        assert tools.requirements_matrix.main() == code
        assert ("Z1.5-3 倾听 未完成" in capsys.readouterr().out) == bool(code)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("finished: []\nparts: {a: A}\nrows:\n  Z1: {class: Q, owed: a, what: x}\n", "class Q"),
        ("finished: []\nparts: {a: A}\nrows:\n  Z1: {class: S, owed: b, what: x}\n", "part b"),
        ("finished: [b]\nparts: {a: A}\nrows:\n  Z1: {class: S, owed: a, what: x}\n", "finished"),
    ],
)
def test_a_wrong_list_is_refused(tmp_path, text, says):
    (tmp_path / "r.yaml").write_text(text)

    with pytest.raises(ValueError, match=says):
        load_requirements(tmp_path / "r.yaml")


def test_the_plugin_brings_rows_and_results_back_from_other_processes(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.provision('Z1.1-1', 'Z1.1-2')\n"
        "@pytest.mark.parametrize('good', [True, False])\n"
        "def test_a(good): assert good\n"
        "def test_unmarked(): pass\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  provision(*ids): rows\n")
    results = tmp_path / "results.json"
    environment = {**os.environ, "HUIYIN_PROVISION_RESULTS": str(results), "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "pytest", "-n", "1", "-p", "tools.record_provisions", "-q", str(tmp_path)]
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True)

    found = {proof["test"]: (proof["rows"], proof["passed"]) for proof in json.loads(results.read_text())}
    assert found == {
        "test_it.py::test_a[True]": (["Z1.1-1", "Z1.1-2"], True),
        "test_it.py::test_a[False]": (["Z1.1-1", "Z1.1-2"], False),
    }
