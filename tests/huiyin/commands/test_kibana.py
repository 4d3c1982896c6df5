import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundation.ledger import LEDGER_FILE
from huiyin.cli import main
from tests.kibana import replayed_kibana as measured
from tests.kibana.replayed_kibana import Replayed, replaying


@pytest.fixture
def kibana() -> Iterator[Replayed]:
    with replaying() as own:
        yield own


@pytest.fixture
def run(state, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run `huiyin kibana …` where no school was applied yet."""

    def told(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["kibana", *words])
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return told


def test_the_installed_command_works_from_any_folder(tmp_path) -> None:
    command = Path(sys.executable).with_name("huiyin")
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([command, "kibana", "check"], cwd=tmp_path, env=alone, capture_output=True, text=True)

    assert (done.returncode, done.stdout.count("0 处不对")) == (0, 2), done.stderr


def test_build_writes_both_files_and_check_finds_no_fault_in_them(run, tmp_path) -> None:
    code, told = run("build", "--out", str(tmp_path / "out"))
    files = [str(path) for path in sorted((tmp_path / "out").iterdir())]
    assert (code, len(files), "默认前缀" in told) == (0, 2, True)
    code, told = run("check", *files)

    assert (code, told.count("0 处不对")) == (0, 2)
    assert run("check")[0] == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE alembic_version SET version_num = '0004'", "账本是旧版程序建的"),
        ("UPDATE alembic_version SET version_num = '9999'", "账本已被更新的程序升级"),
        ("DELETE FROM school_version", "还没有启用任何学校配置"),
    ],
)
def test_a_ledger_that_cannot_be_used_stops_with_its_sentence_and_writes_no_file(
    run, ledger, tmp_path, change: str, sentence: str
) -> None:
    with ledger.change() as work:
        work.connection.exec_driver_sql(change)
    code, told = run("build", "--out", str(tmp_path / "out"))

    assert (code, sentence in told, "默认前缀" in told) == (2, True, False)
    assert not (tmp_path / "out").exists()


def test_a_damaged_ledger_is_not_taken_for_none(run, state, tmp_path) -> None:
    (state / LEDGER_FILE).write_bytes(b"no database" * 1000)
    code, told = run("build", "--out", str(tmp_path / "out"))

    assert (code, "默认前缀" in told) == (2, False)
    assert not (tmp_path / "out").exists()


def test_check_names_the_object_at_fault_by_its_chinese_title(run, tmp_path) -> None:
    run("build", "--out", str(tmp_path))
    path = tmp_path / "huiyin-lens.ndjson"
    path.write_text(path.read_text(encoding="utf-8").replace("level_code >= 2 and", "clan >= 2 and"), encoding="utf-8")
    code, told = run("check", str(path))

    assert code == 1
    assert "查询“高等级”：" in told
    assert "clan" in told


def test_push_chooses_the_flavour_from_the_version_and_a_dry_run_writes_nothing(run, kibana: Replayed) -> None:
    code, told = run("push", "--url", kibana.url, "--dry-run")
    assert (code, "用 lens 格式" in told, "看板“总览”" in told) == (0, True, True)
    kibana.status = (200, measured.OPENSEARCH)
    assert "用 classic 格式" in run("push", "--url", kibana.url, "--dry-run")[1]
    assert {path for _, path, _, _ in kibana.asked} == {"/api/status"}


def test_push_says_what_was_written_and_fails_when_one_object_was_not(run, kibana: Replayed, monkeypatch) -> None:
    monkeypatch.setenv("SCHOOL_KIBANA_KEY", "c2VjcmV0")
    code, told = run("push", "--url", kibana.url, "--space", "school", "--key", "env:SCHOOL_KIBANA_KEY")
    assert (code, "写入 14 个对象，没成 0 个" in told) == (0, True)
    assert kibana.asked[-1][1] == "/s/school/api/saved_objects/_import"
    assert "c2VjcmV0" not in told
    kibana.imported = (200, measured.CONFLICT)
    code, told = run("push", "--url", kibana.url)

    assert (code, "看板“总览”：已经有同编号" in told, "写入 0 个" in told) == (1, True, True)


def test_a_page_instead_of_kibana_is_one_sentence(run, kibana: Replayed) -> None:
    kibana.status = (200, measured.HTML)
    code, told = run("push", "--url", kibana.url)

    assert (code, "网页" in told, "--url" in told) == (2, True, True)


def test_a_key_is_never_written_itself_on_the_command_line(run, kibana: Replayed) -> None:
    code, told = run("push", "--url", kibana.url, "--key", "c2VjcmV0c2VjcmV0")

    assert (code, "env:" in told, "c2VjcmV0c2VjcmV0" in told) == (2, True, False)
    assert kibana.asked == []


def test_role_and_rules_are_printed_for_the_administrator(run) -> None:
    role = run("role", "--space", "school")[1]
    assert json.loads(role.split("\n", 1)[1])["kibana"][0]["spaces"] == ["school"]
    rules = run("rules")[1]

    assert rules.count('"enabled": false') == 3
    assert '"connector_type_id": ".index"' in rules


def test_the_schools_prefix_and_names_are_used(folder, parts, capsys, tmp_path) -> None:
    from huiyin.wiring import apply_folder

    folder.settings(elasticsearch={"servers": ["http://127.0.0.1:9"], "prefix": "yunlu-"})
    apply_folder(folder.path, "tester")
    assert main(["kibana", "build", "--out", str(tmp_path / "out")]) == 0
    built = (tmp_path / "out" / "huiyin-lens.ndjson").read_text(encoding="utf-8")

    assert '"title":"yunlu-posts"' in built
    assert "学校办公室" in built
