"""Tests of the error tree: three parts, exit codes, all problems at once."""

import errno

import pytest

from foundation.errors import ConfigError, HuiyinError, Problem, Refused, Stop, reason_of


def test_an_error_says_what_to_which_thing_and_what_next():
    assert str(HuiyinError("连不上", "forum", "稍后再试")) == "连不上：forum。稍后再试"


def test_configuration_ends_with_two_and_a_refused_act_with_one():
    assert (Stop("a", "b", "c").exit_code, Refused("a", "b", "c").exit_code) == (2, 1)


def test_a_config_error_lists_every_problem_with_its_line():
    text = str(ConfigError([Problem("a.yaml", 3, "缺少 mail", "补上"), Problem("b.yaml", 0, "找不到", "新建")]))

    assert "2 处" in text
    assert "a.yaml 第 3 行：缺少 mail。补上" in text
    assert "b.yaml：找不到。新建" in text


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "没有这个文件或文件夹"),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"),
        (OSError(errno.EXDEV, "Invalid cross-device link"), f"系统错误 {errno.EXDEV}"),
        (OSError("no number"), "系统错误 0"),
    ],
)
def test_why_a_file_cannot_be_used_is_told_in_chinese(problem, told):
    assert reason_of(problem) == told
