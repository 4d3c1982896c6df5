"""Tests of writing a migration: one command notes what differs, with values for the rows that are there already."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path):
    """The tree as a developer has it, to be changed."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "*.py", "*.mako", "*.yaml", "*.txt", "*.toml"], cwd=ROOT, capture_output=True
    )
    for name in filter(None, tracked.stdout.decode().split("\0")):
        if not name.startswith("tests/") and (ROOT / name).exists():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def run(folder: Path, words: str) -> subprocess.CompletedProcess[str]:
    order = [sys.executable, "-m", "tools.make_migration", words]
    return subprocess.run(
        order, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder), "PATH": ""}
    )


def declare(folder: Path, column: str) -> None:
    place = folder / "crawler" / "tables.py"
    text = place.read_text()
    place.write_text(text.replace('    Column("listed_at"', f"    {column},\n" + '    Column("listed_at"'))


def test_a_new_column_becomes_the_next_file_with_a_value_for_old_rows(copy):
    declare(copy, 'Column("marks", JSON, nullable=False, default=list)')

    done = run(copy, "Addresses carry marks")

    assert done.returncode == 0, done.stderr
    [written] = copy.glob("migrations/versions/*_addresses_carry_marks.py")
    text = written.read_text()
    assert 'sa.Column("marks", sa.JSON(), server_default="[]", nullable=False)' in text
    assert 'drop_column("marks")' in text
