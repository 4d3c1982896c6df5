"""Fixtures of the stories: a school that follows one 制度, on a ledger of its own, at the moment the story begins."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import huiyin.read_link
from cases.reply_proof import ReplyProof
from foundation.school import School, SchoolFiles, store_school
from huiyin.wiring import TABLES, check_files, open_parts
from tests.servers.new_ledger import new_ledger
from tests.stories.telling import Tale

Begin = Callable[..., Tale]


@pytest.fixture
def begin(
    example_school: School, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Begin]:  # fmt: skip
    """Begin a story: `begin("2026-09-30 16:00", "z1-school")`, with what the school writes otherwise by file."""
    told: list[Tale] = []
    monkeypatch.setattr(huiyin.read_link, "read_link", lambda _school, link: ReplyProof(link, 200, "0" * 64, "已答复"))

    def start(moment: str, *profiles: str, **changes: tuple[str, str]) -> Tale:
        assert TABLES
        file = tmp_path / "clock"
        monkeypatch.setenv("HUIYIN_CLOCK", str(file))
        file.write_text(f"{moment}+08:00", encoding="utf-8")
        texts = dict(example_school.files.texts)
        enabled = f"enabled: [{', '.join(profiles)}]"
        texts["policy.yaml"] = re.sub(r"^enabled: .*$", enabled, texts["policy.yaml"], flags=re.M)
        for name, (there, instead) in changes.items():
            assert there in texts[f"{name}.yaml"]
            texts[f"{name}.yaml"] = texts[f"{name}.yaml"].replace(there, instead)
        files = SchoolFiles(texts)
        check_files(files)
        ledger = new_ledger(state)
        with ledger.change() as work:
            store_school(work, files, "folder")
        ledger.close()
        tale = Tale(open_parts(), file, capsys)
        told.append(tale)
        tale.at(moment)
        return tale

    yield start
    for tale in told:
        tale.parts.ledger.close()
