"""Tests of `huiyin archive`: a closed case as a folder that proves itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from foundation.ledger import open_ledger
from huiyin.cli import main
from search.posts import post
from tests.huiyin.commands.test_case_course import ASSIGN, CONFIRM, OTHER, WAY, go, refused

Do = Callable[..., tuple[int, str]]
WRITE = "write HY-2026-0001 --as gu_wenjing --to"


@pytest.fixture
def archive(capsys: pytest.CaptureFixture[str]) -> Do:
    def run(line: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["archive", *line.split()])
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


@pytest.fixture
def closed(open_one: Any, do: Do) -> None:
    open_one(1, 1, first_seen_at="2026-09-30T15:00:00+08:00")
    go(do, *WAY, "review --as gu_wenjing --lessons 汤桶加盖")


def files_of(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.mark.provision("Z9a.3.6")
def test_a_bundle_holds_the_named_materials_lists_what_is_missing_and_verifies_again(
    open_one: Any, do: Do, archive: Do, tmp_path: Path
) -> None:
    open_one(1, 1, first_seen_at="2026-09-30T15:00:00+08:00")
    go(do, CONFIRM.replace("一般", "一般 --nature 诉求"))
    answer = (
        "answer --as gu_wenjing --fact-note 已核实 --disposition 已处理 --response 已答复 --link http://a.example/1"
    )
    go(do, answer, "close --as gu_wenjing --cause 服务")
    code, said = archive(f"{WRITE} {tmp_path}")
    assert code == 0, said
    folder = tmp_path / "HY-2026-0001"
    listed = json.loads((folder / "manifest.json").read_text())

    assert listed["missing"] == ["领导批示件", "交办记录", "回复记录", "审定记录"]
    assert all(f"缺：{title}" in said for title in listed["missing"])
    assert {each["name"] for each in listed["files"]} == {path.name for path in folder.iterdir()} - {
        "manifest.json", "manifest.sha256",
    }  # fmt: skip
    assert archive(f"verify {folder}") == (0, "案卷完整，与清单一致，与账本的审计链相符。\n")


def test_a_case_that_went_the_whole_way_misses_nothing_and_tells_all(closed: None, archive: Do, tmp_path: Path) -> None:
    said = archive(f"{WRITE} {tmp_path} --json")[1]
    files = files_of(tmp_path / "HY-2026-0001")

    assert json.loads(said)["missing"] == []
    assert "希望查一查" in files["01-原始材料.md"]
    assert "意见（研判、批办或处理意见）：请三日内答复" in files["02-领导批示件.md"]
    assert "牵头部门：安全工作部" in files["03-交办记录.md"]
    assert all(words in files["04-回复记录.md"] for words in ("已核实", "已停用", "已道歉", "秦卫国"))
    assert "勾选的审定清单：事实、措施、立场、态度、隐私" in files["05-审定记录.md"]
    assert "公开答复的链接：http://bbs.yunlu.example/1" in files["06-反馈记录.md"]
    assert "Z1.6.2-1b" in files["07-办理时限.md"]
    assert "汤桶加盖" in files["08-总结与通报.md"]


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda folder: flip(folder / "04-回复记录.md"), "04-回复记录.md 被改过"),
        (lambda folder: (folder / "01-原始材料.md").unlink(), "少了 01-原始材料.md"),
        (lambda folder: (folder / "补充.txt").write_text("后来加的"), "多出 补充.txt"),
        (lambda folder: flip(folder / "manifest.json"), "manifest.json 或 manifest.sha256 被改过"),
        (lambda folder: (folder / "manifest.sha256").unlink(), "少了 manifest.sha256"),
    ],
)
def test_what_was_changed_removed_or_added_is_named(
    closed: None, archive: Do, tmp_path: Path, harm: Callable[[Path], None], says: str
) -> None:
    archive(f"{WRITE} {tmp_path}")
    harm(tmp_path / "HY-2026-0001")
    code, said = archive(f"verify {tmp_path / 'HY-2026-0001'}")

    assert code == 1
    assert says in said


def flip(path: Path) -> None:
    """Change one byte, as a disk or a hand would."""
    body = bytearray(path.read_bytes())
    body[body.index(b"2026")] ^= 1
    path.write_bytes(body)


def test_a_manifest_written_anew_with_its_seal_is_not_the_one_of_the_audit_chain(
    closed: None, archive: Do, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cases.bundle import _hash

    archive(f"{WRITE} {tmp_path}")
    folder = tmp_path / "HY-2026-0001"
    body = (folder / "manifest.json").read_bytes().replace(b"gu_wenjing", b"someone_el")
    (folder / "manifest.json").write_bytes(body)
    (folder / "manifest.sha256").write_text(f"{_hash(body)}  manifest.json\n")

    assert archive(f"verify {folder}") == (1, "账本的审计链里没有这份清单（清单与散列可能一起被换过）\n")
    monkeypatch.setenv("HUIYIN_STATE", str(tmp_path / "elsewhere"))
    assert "没有与审计链对照" in archive(f"verify {folder}")[1]


def test_signed_papers_are_added_under_their_kind(closed: None, archive: Do, tmp_path: Path) -> None:
    paper = tmp_path / "批示.PDF"
    paper.write_bytes(b"%PDF-1.7 signed")
    refused(archive, f"{WRITE} {tmp_path} --paper 照片={paper}", "没有这一类材料", "领导批示件")
    refused(archive, f"{WRITE} {tmp_path} --paper 领导批示件={tmp_path}/none.pdf", "没有这个附件")
    refused(archive, f"{WRITE} {tmp_path} --paper {paper}", "附件没有写种类")
    assert archive(f"{WRITE} {tmp_path} --paper 领导批示件={paper}")[0] == 0
    added = tmp_path / "HY-2026-0001" / "附件01-领导批示件.pdf"

    assert added.read_bytes() == b"%PDF-1.7 signed"
    assert archive(f"verify {added.parent}")[0] == 0


def test_who_has_no_right_and_what_is_not_over_is_refused_and_leaves_nothing(
    open_one: Any, do: Do, seen: Any, archive: Do, tmp_path: Path
) -> None:
    open_one(1, 1)
    refused(archive, f"{WRITE} {tmp_path}", "案件还在研判，不能立卷")
    go(do, *WAY)
    refused(archive, f"{WRITE} {tmp_path}".replace("gu_wenjing", "bai_shouping"), "不能立卷", "办公室")

    assert list(tmp_path.glob("HY-*")) == []
    assert [act for act in seen()["timeline"] if act["act"] == "archive"] == []
    assert archive(f"{WRITE} {tmp_path}")[0] == 0
    refused(archive, f"{WRITE} {tmp_path}", "不会覆盖")
    assert len([act for act in seen()["timeline"] if act["act"] == "archive"]) == 1
    refused(archive, f"verify {tmp_path}", "读不到案卷的清单")


def test_help_first_cases_have_no_files_and_confidential_ones_only_by_who_must_know(
    open_one: Any, do: Do, archive: Do, tmp_path: Path
) -> None:
    open_one(1, 1, restricted=True)
    go(do, "dismiss --as wen_ruxin --verdict 误报 --reason 已与本人谈过")
    refused(archive, f"{WRITE} {tmp_path}", "先救助案件不立卷成文件")
    open_one(2, 1)
    open_one(2, 1, key="bbs:2b", content="不想活了")
    with open_ledger().change() as work:  # as when clustering finds that it is help-first
        work.connection.execute(update(post).where(post.c.key == "bbs:2b").values(restricted=True))
    for line in [*WAY, "set_confidential --as gu_wenjing --reason 涉及考务"]:
        assert do(line, "HY-2026-0002")[0] == 0, line
    second = WRITE.replace("0001", "0002")
    refused(archive, f"{second} {tmp_path}".replace("gu_wenjing", "xu_songbai"), "保密")
    assert archive(f"{second} {tmp_path}")[0] == 0
    folder = tmp_path / "HY-2026-0002"

    assert folder.stat().st_mode & 0o077 == 0
    assert not [name for name, text in files_of(folder).items() if "不想活了" in text]


def test_a_merged_case_brings_its_originals(open_one: Any, do: Do, archive: Do, tmp_path: Path) -> None:
    open_one(1, 1)
    open_one(2, 1, content="另一处也有异物", url=OTHER)
    assert do("merge --as gu_wenjing --into HY-2026-0001 --reason 同一件事", "HY-2026-0002")[0] == 0
    go(do, CONFIRM, ASSIGN, *WAY[2:])
    archive(f"{WRITE} {tmp_path}")

    assert "另一处也有异物" in (tmp_path / "HY-2026-0001" / "01-原始材料.md").read_text()
