"""Tests of `huiyin init`: a folder that can be checked at once; nothing is overwritten."""

import pytest

from foundation.school import SchoolFiles
from huiyin.cli import main
from huiyin.wiring import check_files


def test_the_new_folder_is_right_as_it_is(tmp_path, capsys):
    code = main(["init", str(tmp_path / "ours")])

    assert code == 0
    assert "huiyin check --school" in capsys.readouterr().out
    assert check_files(SchoolFiles.from_folder(tmp_path / "ours")).settings.school.name == "云麓学院"


def test_the_name_is_written_and_comments_stay(tmp_path):
    main(["init", str(tmp_path / "ours"), "--name", "听松学院"])
    text = (tmp_path / "ours" / "huiyin.yaml").read_text(encoding="utf-8")

    assert check_files(SchoolFiles.from_folder(tmp_path / "ours")).settings.school.name == "听松学院"
    assert "# 内网信源要在这里逐个写明网段" in text


def test_an_empty_folder_is_taken(tmp_path):
    assert main(["init", str(tmp_path)]) == 0


@pytest.mark.parametrize("is_file", [True, False])
def test_what_holds_something_is_not_touched(tmp_path, capsys, is_file):
    place = tmp_path / "ours"
    kept = place if is_file else place / "notes.txt"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("ours")

    assert main(["init", str(place)]) == 2
    assert "这里已有内容" in capsys.readouterr().err
    assert kept.read_text() == "ours"


def test_a_place_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("")

    assert main(["init", str(tmp_path / "file" / "ours")]) == 2
    assert "文件读写失败" in capsys.readouterr().err
