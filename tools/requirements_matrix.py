"""The matrix: requirement rows → tests → results. `make matrix` runs the tests that claim rows and writes the page.

In: docs/requirements.yaml and the `provision` markers. Out: docs/requirements-matrix.md, and exit code 1 when a test
that claims a row fails, or when a row of a part that was declared finished has no passing test.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from ruamel.yaml import YAML

from tools.record_provisions import RESULTS_VARIABLE

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "docs" / "requirements.yaml"
MATRIX = ROOT / "docs" / "requirements-matrix.md"
CLASSES = ("S", "P", "X", "N", "X/P", "N/X", "P/X")
NOT_SOFTWARE = "none"  # rows that nothing of ours can owe
RAN = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
SELECTED = "provision and not live and not full and not kibana"
PROVEN, FAILING, OPEN, OUTSIDE = "通过", "失败", "未完成", "—"
HEADER = """# 制度对照表

由 `make matrix` 生成，请勿手改。每一条制度条款由谁来还、哪些测试证明、结果如何；条款的单子是 `docs/requirements.yaml`。
“未完成”是还欠着的；已宣布完成的部分：{finished}。

| 部分 | 条 | 已证明 | 未完成 |
|---|---|---|---|
{totals}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One provision: its id, class, the part that owes it, and what it asks in our words."""

    id: str
    kind: str
    owed: str
    what: str


@dataclass(frozen=True, slots=True)
class Requirements:
    """All rows, the parts by name, and which of them were declared finished."""

    rows: list[Row]
    parts: dict[str, str]
    finished: list[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """One test that claims rows, and whether it passed."""

    test: str
    rows: list[str]
    passed: bool


def load_requirements(file: Path = REQUIREMENTS) -> Requirements:
    """Read the list of rows.

    Raises:
        ValueError: A row has an unknown class or part, or a finished part is unknown.
    """
    data = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    rows = [Row(name, row["class"], row["owed"], row["what"]) for name, row in data["rows"].items()]
    for row in rows:
        if row.kind not in CLASSES or row.owed not in data["parts"]:
            raise ValueError(f"{row.id}: unknown class {row.kind} or part {row.owed}")
    unknown = set(data["finished"]) - set(data["parts"])
    if unknown:
        raise ValueError(f"unknown finished parts: {sorted(unknown)}")
    return Requirements(rows, data["parts"], data["finished"])


def result_of(row: Row, proofs: Iterable[Proof]) -> str:
    """Return the word for one row: all tests that claim it must pass, and there must be one."""
    own = [proof.passed for proof in proofs if row.id in proof.rows]
    if own:
        return PROVEN if all(own) else FAILING
    return OUTSIDE if row.owed == NOT_SOFTWARE else OPEN


def debts(requirements: Requirements, proofs: list[Proof]) -> list[str]:
    """Return what makes the target fail: failing rows of any part, open rows of finished parts."""
    found = []
    for row in requirements.rows:
        result = result_of(row, proofs)
        if result == FAILING or (result == OPEN and row.owed in requirements.finished):
            found.append(f"{row.id} {requirements.parts[row.owed]} {result}：{row.what}")
    return found


def write_matrix(requirements: Requirements, proofs: list[Proof]) -> str:
    """Return the page."""
    results = {row.id: result_of(row, proofs) for row in requirements.rows}
    totals = []
    for part, name in requirements.parts.items():
        counts = Counter(results[row.id] for row in requirements.rows if row.owed == part)
        totals.append(f"| {name} | {counts.total()} | {counts[PROVEN]} | {counts[OPEN] + counts[FAILING]} |")
    finished = "、".join(requirements.parts[part] for part in requirements.finished) or "还没有"
    lines = [HEADER.format(finished=finished, totals="\n".join(totals))]
    lines += ["| 条款 | 类 | 我们的话 | 由谁还 | 结果 | 测试 |", "|---|---|---|---|---|---|"]
    for row in requirements.rows:
        tests = dict.fromkeys(proof.test.split("[")[0] for proof in proofs if row.id in proof.rows)
        shown = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in tests)
        owed = requirements.parts[row.owed]
        lines.append(f"| {row.id} | {row.kind} | {row.what} | {owed} | {results[row.id]} | {shown} |")
    return "\n".join(lines) + "\n"


def run_tests() -> list[Proof]:
    """Run every test that claims a row; return how they ended.

    Raises:
        SystemExit: A test file could not even be read, so that claims may be missing.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.json"
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "-m", SELECTED]
        command += ["-p", "tools.record_provisions"]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, RESULTS_VARIABLE: str(file)}, check=False)  # noqa: S603
        if done.returncode not in RAN:
            raise SystemExit("the tests could not be collected: the matrix was not written")
        return [Proof(**proof) for proof in orjson.loads(file.read_bytes())]


def main() -> int:
    """Run, write, and say what is owed."""
    requirements, proofs = load_requirements(), run_tests()
    MATRIX.write_text(write_matrix(requirements, proofs), encoding="utf-8")
    owed = debts(requirements, proofs)
    print("\n".join(owed) or f"docs/requirements-matrix.md: {len(requirements.rows)} rows, nothing owed is missing")
    return 1 if owed else 0


if __name__ == "__main__":
    raise SystemExit(main())
