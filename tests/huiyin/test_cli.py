"""Tests of the command line: found by file, speaks Chinese, explains what to do next."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from huiyin.cli import build_parser, command_names, main

ROOT = Path(__file__).parents[2]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "huiyin", *words], cwd=ROOT, capture_output=True, text=True)


def test_every_file_of_commands_is_a_command():
    files = {path.stem for path in (ROOT / "huiyin" / "commands").glob("*.py")} - {"__init__"}

    assert set(command_names()) == files


@pytest.mark.parametrize("name", command_names())
def test_every_command_has_help_with_examples(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])

    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"huiyin {name}" in text.split("例子：")[1]
    assert "用法：" in text


def test_help_lists_all_commands(capsys):
    assert main([]) == 0
    text = capsys.readouterr().out

    assert all(name in text for name in command_names())


def test_a_wrong_word_is_explained_in_chinese(capsys):
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["apply", "a", "b"])

    assert ended.value.code == 2
    assert "参数有误" in capsys.readouterr().err


def test_an_error_has_three_parts_and_exit_code_two(tmp_path):
    done = run("check", "--school", str(tmp_path))

    assert done.returncode == 2
    assert "找不到学校的设置文件" in done.stderr
    assert "huiyin init" in done.stderr
    assert "Traceback" not in done.stderr


NO_FILE_NAME = "私人\0名"  # no shell can hand it over; the file system's ValueError is expected nowhere


def test_a_mistake_of_ours_is_one_chinese_line_without_the_errors_words(capsys, monkeypatch):
    monkeypatch.delenv("HUIYIN_LOG", raising=False)

    assert main(["judge", NO_FILE_NAME]) == 70
    told = capsys.readouterr().err
    assert re.fullmatch(
        r"程序出错：ValueError huiyin/commands/judge\.py:\d+。请把这一行报告给维护者；内容没有丢失\n", told
    )


def test_who_debugs_sees_the_traceback(monkeypatch):
    monkeypatch.setenv("HUIYIN_LOG", "debug")

    with pytest.raises(ValueError, match="null"):
        main(["judge", NO_FILE_NAME])


def test_a_named_command_is_built_alone():
    """33 parsers take 0.2 s of every command."""
    text = build_parser(["judge", "--json"]).format_help()

    assert "judge" in text
    assert not [name for name in command_names() if name != "judge" and re.search(rf"^ +{name} ", text, re.M)]


def test_help_starts_without_heavy_libraries():
    """P15: what `--help` imports decides how fast it starts."""
    program = (
        "import sys; from huiyin.cli import build_parser; build_parser();"
        "print([name for name in ('scrapy','jieba','numpy','sqlalchemy','pydantic','requests') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
