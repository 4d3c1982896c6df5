"""Tests of sources as data: places only, owned, with an expectation; every mistake with file and line."""

import shutil
from pathlib import Path

import pytest

from crawler.source import load_sources
from foundation.errors import ConfigError
from foundation.school import School, SchoolFiles

ROOT = Path(__file__).parents[2]
GOOD = """id: board
title: 生活版
spider: discuz
url: https://bbs.yunlu.example/forum-2-1.html
owner: {owner}
interval_minutes: 60
expected_posts_per_day: [1, 50]
"""


@pytest.fixture
def write(tmp_path, example_school):
    """Write one source file of a school that has no other; returns what loading says."""
    shutil.copytree(ROOT / "school", tmp_path / "school")
    folder = tmp_path / "school" / "sources"
    for path in folder.glob("*.yaml"):
        path.unlink()
    owner = example_school.organisation.people[0].id

    def writing(old: str = "", new: str = "", name: str = "board.yaml"):
        text = GOOD.format(owner=owner)
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1) if old else text)
        return load_sources(School.from_files(SchoolFiles.from_folder(tmp_path / "school")))

    return writing


def complaint(write, *change: str) -> str:
    with pytest.raises(ConfigError) as caught:
        write(*change)
    return str(caught.value)


@pytest.mark.provision("Z8.4", "Z1.6.1-m")
def test_a_source_has_interval_place_and_owner(write):
    source = write()["board"]

    assert (source.interval_minutes, source.host, source.politeness_group) == (60, "bbs.yunlu.example", source.host)
    assert source.owner


@pytest.mark.provision("Z8.4", "Z5.11")
@pytest.mark.parametrize("key", ["owner", "interval_minutes", "expected_posts_per_day", "url"])
def test_a_source_without_it_is_refused(write, key):
    line = next(line for line in GOOD.splitlines() if line.startswith(f"{key}:"))

    assert f"缺少 {key}" in complaint(write, line.partition(":")[0] + ":", f"x_{key}:")


@pytest.mark.provision("Z1.1-3")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("owner:", "kind: personal_account\nowner:"),
        ("owner:", "kind: 个人账号\nowner:"),
        ("https://bbs.yunlu.example/forum-2-1.html", "https://weibo.com/u/1234567890"),
        (
            "https://bbs.yunlu.example/forum-2-1.html",
            "https://m.weibo.cn/api/container/getIndex?containerid=1076031234",
        ),
        ("https://bbs.yunlu.example/forum-2-1.html", "https://www.zhihu.com/people/somebody"),
        ("https://bbs.yunlu.example/forum-2-1.html", "https://bbs.yunlu.example/home.php?mod=space&uid=5"),
        ("https://bbs.yunlu.example/forum-2-1.html", "https://space.bilibili.com/42"),
        ("https://bbs.yunlu.example/forum-2-1.html", "https://weibo.com/1234567890"),
        ("https://bbs.yunlu.example/forum-2-1.html", "https://bbs.yunlu.example/u/zhangsan"),
    ],
)
def test_a_person_can_never_be_a_source(write, old, new):
    assert "不能是个人" in complaint(write, old, new)


def test_an_unknown_key_is_explained_with_line_and_nearest_name(write):
    assert "sources/board.yaml 第 6 行：不认识的键 interval_minute。是不是 interval_minutes？" in complaint(
        write, "interval_minutes", "interval_minute"
    )


def test_an_owner_nobody_knows_is_named(write, example_school):
    owner = example_school.organisation.people[0].id

    assert "第 5 行：不认识的负责人" in complaint(write, f"owner: {owner}", "owner: nobody")


def test_an_owner_written_wrongly_gets_the_nearest_name(write, example_school):
    owner = example_school.organisation.people[0].id

    assert f"不认识的负责人 {owner}x。是不是 {owner}？" in complaint(write, f"owner: {owner}", f"owner: {owner}x")


def test_an_unknown_option_points_at_its_line(write):
    text = "options:\n  list_pages: 3\n  thread_page: 5\nowner:"

    assert "sources/board.yaml 第 7 行：discuz 没有选项 thread_page。是不是 thread_pages？" in complaint(
        write, "owner:", text
    )


@pytest.mark.parametrize(
    "url", ["https://bbs.yunlu.example:99999/", "https://[bbs/", "https:///forum", "https://bbs.yunlu.example:x/",
            "https://bbs.yunlu.example/a b"]
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_told_with_its_line(write, url):
    assert f"sources/board.yaml 第 4 行：网址 {url} 读不懂" in complaint(
        write, "https://bbs.yunlu.example/forum-2-1.html", f"'{url}'"
    )


def test_the_file_is_named_after_its_source(write):
    assert "把文件改名为 board.yaml" in complaint(write, "", "", "other.yaml")


def test_an_impossible_expectation_is_refused(write):
    assert "最少不大于最多" in complaint(write, "[1, 50]", "[50, 1]")


def test_the_interval_has_limits(write):
    assert "interval_minutes 太小" in complaint(write, "interval_minutes: 60", "interval_minutes: 5")
    assert "interval_minutes 太大" in complaint(write, "interval_minutes: 60", "interval_minutes: 1441")
