"""Tests of the error tree: three parts, exit codes, all problems at once."""

from foundation.errors import ConfigError, HuiyinError, Problem, Refused, Stop


def test_an_error_says_what_to_which_thing_and_what_next():
    assert str(HuiyinError("连不上", "forum", "稍后再试")) == "连不上：forum。稍后再试"


def test_configuration_ends_with_two_and_a_refused_act_with_one():
    assert (Stop("a", "b", "c").exit_code, Refused("a", "b", "c").exit_code) == (2, 1)


def test_a_config_error_lists_every_problem_with_its_line():
    text = str(ConfigError([Problem("a.yaml", 3, "缺少 mail", "补上"), Problem("b.yaml", 0, "找不到", "新建")]))

    assert "2 处" in text
    assert "a.yaml 第 3 行：缺少 mail。补上" in text
    assert "b.yaml：找不到。新建" in text
