"""Tests of reading YAML: what cannot be read is told with its line, in Chinese, without the parser's own words."""

import re

import pytest

from foundation.errors import ConfigError
from foundation.read_yaml import read_yaml


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n\tb: 1\n", "第 2 行：行里有制表符（Tab）。YAML 只能用空格缩进，请改成空格"),
        ("a: x\na: y\n", "第 2 行：同一个键写了两次。删去其中一个"),
        ("b: {'x' 'y'}\n", "第 1 行：第 9 列不是合法的 YAML。括号要成对，各项之间用逗号隔开"),
        ("a: [1, 2\n", "第 1 行：到文件末尾还不是合法的 YAML。括号要成对"),
        ("a: ]\n", "第 1 行：第 4 列不是合法的 YAML。括号要成对"),
        ("a: 'x\nb: y", "前面有一个引号没有配对"),
        ("a: b: c\n", "第 1 行：第 5 列不是合法的 YAML。冒号后要有一个空格"),
        ("a: 1\n  b: 2\n", "同一级的键要对齐"),
        ("- a\nb: c\n", "第 2 行：第 1 列不是合法的 YAML。缩进没有对齐"),
        ("  a: 1\n b: 2\n", "缩进没有对齐"),
        ("a: @x\n", "第 1 行：第 4 列不是合法的 YAML。以 @、%、` 等符号开头的文字请加引号"),
        ("a: |\n x\n  y\nz", "键的后面要有冒号和空格"),
        ('a: "\\q"\n', "双引号里的反斜杠要写两个"),
        ("--- a\n--- b\n", "一个文件只写一份内容"),
        ("a: &\n", "检查这一行和上一行：缩进是否对齐，引号、括号是否成对，冒号后有没有空格"),
        ("a: 1\nb: \x01\n", "第 2 行：有一个看不见的控制字符"),
    ],
)
def test_each_broken_mark_is_told_with_what_to_look_for(text, expected):
    with pytest.raises(ConfigError) as caught:
        read_yaml(text, "a.yaml")
    told = str(caught.value.problems[0])

    assert expected in told
    assert not re.search(r"[a-z]{3}", told.replace("a.yaml", ""))


def test_an_empty_file_is_an_empty_document():
    assert read_yaml(" \n", "a.yaml") == {}
