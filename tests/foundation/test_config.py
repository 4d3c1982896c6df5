"""Tests of YAML with lines: each mistake names file, line and the nearest right name."""

import pytest
from pydantic import Field

from foundation.config import Strict, check_secret_reference, nearest, parse, read_secret
from foundation.errors import ConfigError, Stop


class Inner(Strict):
    count: int = Field(ge=1)
    name: str = "x"


class Outer(Strict):
    title: str
    inner: Inner
    items: list[Inner] = []


GOOD = "title: 论坛\ninner:\n  count: 3\n"


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(Outer, text, "a.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_a_right_file_becomes_a_record():
    assert parse(Outer, GOOD, "a.yaml").inner.count == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD + "tilte: y\n", "a.yaml 第 4 行：不认识的键 tilte。是不是 title？"),
        ("title: x\ninner:\n  cuont: 3\n  count: 1\n", "a.yaml 第 3 行：不认识的键 inner.cuont。是不是 count？"),
        ("title: x\ninner:\n  count: many\n", "a.yaml 第 3 行：inner.count 应当是整数。请对照 docs/school.md 改正"),
        ("title: x\ninner:\n  count: 0\n", "a.yaml 第 3 行：inner.count 太小。请对照 docs/school.md 改正"),
        ("inner:\n  count: 2\n", "a.yaml：缺少 title。请对照 docs/school.md 改正"),
        (GOOD + "items:\n  - count: 2\n    nmae: z\n", "a.yaml 第 6 行：不认识的键 items.0.nmae。是不是 name？"),
        ("title: x\n\tinner: 1\n", "a.yaml 第 2 行：行里有制表符（Tab）。YAML 只能用空格缩进，请改成空格"),
        ("title: x\ntitle: y\n", "a.yaml 第 2 行：同一个键写了两次。删去其中一个"),
    ],
)
def test_each_mistake_is_explained_where_it_stands(text, expected):
    assert expected in problems_of(text)


def test_a_broken_file_is_not_a_crash():
    assert "不是合法的 YAML" in problems_of("title: [1, 2\n")[0]


def test_clock_times_stay_text():
    """YAML 1.1 would read 08:30 as 510."""

    class Hours(Strict):
        open: str

    assert parse(Hours, "open: 08:30\n", "a.yaml").open == "08:30"


def test_a_secret_comes_from_environment_or_file(tmp_path, monkeypatch):
    monkeypatch.setenv("HUIYIN_TEST_SECRET", "s3")
    (tmp_path / "key").write_text("k4\n")

    assert read_secret("env:HUIYIN_TEST_SECRET", "邮件") == "s3"
    assert read_secret(f"file:{tmp_path / 'key'}", "邮件") == "k4"


def test_a_missing_secret_names_the_variable_and_its_owner():
    with pytest.raises(Stop, match="后勤处的机器人 需要环境变量 HUIYIN_NOT_SET"):
        read_secret("env:HUIYIN_NOT_SET", "后勤处的机器人")


def test_a_literal_secret_is_refused():
    with pytest.raises(ValueError, match="密钥不能直接写在文件里"):
        check_secret_reference("SECabc")


def test_nothing_near_gives_no_guess():
    assert nearest("zzz", ["title", "inner"]) == ""
