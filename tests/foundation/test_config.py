"""Tests of YAML with lines: each mistake names file, line and the nearest right name."""

import re
from datetime import date
from typing import Literal

import pytest
from pydantic import Field, model_validator

from foundation.config import (
    MESSAGES,
    Mistake,
    Strict,
    check_mail_address,
    check_secret_reference,
    nearest,
    parse,
    read_secret,
)
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
        ("title: x\ninner:\n  count: 0\n", "a.yaml 第 3 行：inner.count 太小，最小是 1。请对照 docs/school.md 改正"),
        ("inner:\n  count: 2\n", "a.yaml 第 1 行：缺少 title。请对照 docs/school.md 改正"),
        (GOOD + "items:\n  - count: 2\n    nmae: z\n", "a.yaml 第 6 行：不认识的键 items.0.nmae。是不是 name？"),
        (GOOD + "items: 5\n", "a.yaml 第 4 行：items 应当是列表（每行以 - 开头）。请对照 docs/school.md 改正"),
        ("", "a.yaml 第 1 行：缺少 title。请对照 docs/school.md 改正"),
    ],
)
def test_each_mistake_is_explained_where_it_stands(text, expected):
    assert expected in problems_of(text)


def test_a_key_that_the_file_lacks_is_looked_for_beside_its_id():
    class Forum(Strict):
        id: str
        owner: str

    with pytest.raises(ConfigError) as caught:
        parse(Forum, "# 论坛\n\nid: forum\n", "forum.yaml")

    assert [str(problem) for problem in caught.value.problems] == [
        "forum.yaml 第 3 行：缺少 owner。请对照 docs/school.md 改正"
    ]


def test_an_entry_of_a_list_is_told_by_its_own_name():
    expected = "a.yaml 第 6 行：items.z.count 太小，最小是 1。请对照 docs/school.md 改正"

    assert expected in problems_of(GOOD + "items:\n  - name: z\n    count: 0\n")


@pytest.mark.parametrize("name", ["5", "''", "[a]", "x" * 41])
def test_an_entry_without_a_name_that_can_be_shown_is_told_by_its_place(name):
    assert any("items.1.count 应当是整数" in each for each in problems_of(
        GOOD + f"items:\n  - count: 2\n  - name: {name}\n    count: x\n"
    ))  # fmt: skip


class Shapes(Strict):
    """One field for each way to be wrong."""

    day: date = date(2026, 10, 1)
    word: Literal["a", "b"] = "a"
    choice: str = Field(default="jieba", pattern="^(jieba|fast)$")
    hour: str = Field(default="08:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    name: str = Field(default="abc", min_length=2, max_length=5)
    ident: str = Field(default="a", pattern=r"^[a-z][a-z0-9_]*$")
    place: str = Field(default="http://x", pattern=r"^https?://")
    odd: str = Field(default="x", pattern="^x+$")
    pair: tuple[float, float] = (0, 1)
    some: list[str] = Field(default=["a"], min_length=1, max_length=2)
    share: float = Field(default=0.5, gt=0, lt=1, allow_inf_nan=False)
    number: int = Field(default=1, ge=1, le=9)
    truth: bool = True
    keys: dict[str, str] = {}
    inner: Inner | None = None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("day: 2026-13-01", "day 不是存在的日期"),
        ("day: tomorrow", "day 不是存在的日期"),
        ("day: 2026-10-01 08:30:00", "day 应当只写日期"),
        ("day: [1]", "day 应当是日期"),
        ("word: c", "word 只能写 a、b"),
        ("choice: x", "choice 的写法不对，应当写 jieba、fast 之一"),
        ("hour: 8点", "hour 的写法不对，应当写成 08:30 这样的时刻"),
        ("ident: A", "ident 的写法不对，应当以小写字母开头"),
        ("place: ftp://x", "place 的写法不对，应当以 http:// 或 https:// 开头"),
        ("odd: y", "odd 的写法不对，应当符合 ^x+$"),
        ("name: a", "name 不能少于 2 个字"),
        ("name: abcdef", "name 不能多于 5 个字"),
        ("name: 7", "name 应当是文字"),
        ("pair: 5", "pair 应当是列表"),
        ("pair: [1]", "pair 项数不够"),
        ("pair: [1, 2, 3]", "pair 至多只能有 2 项"),
        ("pair: [a, 2]", "pair.0 应当是数字"),
        ("pair: [[], 2]", "pair.0 应当是数字"),
        ("some: a", "some 应当是列表"),
        ("some: []", "some 至少要有 1 项"),
        ("some: [a, b, c]", "some 至多只能有 2 项"),
        ("share: 0", "share 太小，应当大于 0"),
        ("share: 1", "share 太大，应当小于 1"),
        ("share: .inf", "share 应当是有限的数字"),
        ("number: 0", "number 太小，最小是 1"),
        ("number: 10", "number 太大，最大是 9"),
        ("number: x", "number 应当是整数"),
        ("number: 1.5", "number 应当是整数"),
        ("number: []", "number 应当是整数"),
        ("truth: 也许", "truth 应当是 true 或 false"),
        ("truth: []", "truth 应当是 true 或 false"),
        ("keys: 5", "keys 应当是一组 键: 值"),
        ("inner: 5", "inner 应当是一组 键: 值"),
        ("inner: {name: x}", "缺少 inner.count"),
    ],
)
def test_every_kind_of_mistake_is_told_in_chinese_with_its_line(line, words):
    with pytest.raises(ConfigError) as caught:
        parse(Shapes, line + "\n", "a.yaml")

    problems = [str(problem) for problem in caught.value.problems]
    assert f"a.yaml 第 1 行：{words}" in problems[0]
    assert not re.search(r"[Ii]nput|should|valid |\{", " ".join(problems))


def test_no_message_of_pydantic_is_shown_untranslated():
    assert [kind for kind, words in MESSAGES.items() if re.search("[A-Za-z ]{12}", re.sub(r"\{\w+\}", "", words))] == []


def test_a_validator_may_point_at_a_line_below_its_record():
    class Listed(Strict):
        names: list[str]

        @model_validator(mode="after")
        def _known(self):
            raise Mistake("不认识 lin", "是不是 li？", ("names", 1))

    with pytest.raises(ConfigError) as caught:
        parse(Listed, "names:\n  - a\n  - lin\n", "a.yaml")

    assert [str(problem) for problem in caught.value.problems] == ["a.yaml 第 3 行：不认识 lin。是不是 li？"]


def test_a_missing_key_points_at_the_item_it_is_missing_from():
    assert "a.yaml 第 6 行：缺少 items.z.count。请对照 docs/school.md 改正" in problems_of(
        GOOD + "items:\n  - count: 2\n  - name: z\n"
    )


def test_a_value_that_does_not_fit_its_tag_is_not_a_crash():
    assert "类型标记" in problems_of("title: !!int many\n")[0]


@pytest.mark.parametrize("address", ["lin", "lin@", "@yunlu.example", "a@b@c", "a b@c.example", "a@c.", "a@.c"])
def test_what_is_no_mail_address_is_refused(address):
    with pytest.raises(ValueError, match="应当写成 名字@域名"):
        check_mail_address(address)


def test_a_mail_address_is_kept_as_written():
    assert check_mail_address("lin.zhiyuan+a@mail.yunlu.example") == "lin.zhiyuan+a@mail.yunlu.example"


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


BOMB = "title: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (BOMB, "a.yaml 第 2 行：不能用 YAML 别名（*）。把内容写全"),
        ("items:\n  - *.yunlu.example\n", "a.yaml 第 2 行：不能用 YAML 别名（*）。把内容写全"),
        ("inner:\n  count: !!int many\n", "a.yaml 第 2 行：有一个值与它的类型标记（!!）不符"),
        ("[" * 20000, "a.yaml：括号或缩进套得太深"),
        ("title: " + "9" * 5000 + "\n", "a.yaml：有一个值与它的类型标记（!!）不符，或数字太长"),
    ],
)
def test_a_file_made_to_break_the_reader_is_refused(text, problem):
    assert problems_of(text)[0].startswith(problem)


def test_an_impossible_date_is_text_where_text_is_asked_for():
    class Titled(Strict):
        title: str

    assert parse(Titled, "title: 2026-13-45\n", "a.yaml").title == "2026-13-45"
