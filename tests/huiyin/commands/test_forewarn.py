"""Tests of `huiyin forewarn`: what a department saw coming meets its first post."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Page, Post
from foundation import clock
from foundation.outcome import Outcome
from foundation.school import School, store_school
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.wiring import Parts, open_parts
from pipelines.write_index import write_index
from search.posts import number_posts
from tests.huiyin.commands.test_case_course import go, refused, told
from tests.servers.new_ledger import new_ledger

Do = Callable[..., tuple[int, str]]
ADD = (
    "add --as qin_weiguo --unit safety --title 三号楼停水检修 --words '三号宿舍楼 热水' --words '水管 检修' "
    "--from 2026-09-30 --until 2026-10-05 --line '检修到五日，每晚六点前恢复供水'"
)
OTHER = "图书馆自习室的空调坏了一个星期，反映过两次都没有人来修，希望尽快处理，期末复习的同学都很着急"
LETTER = "三号宿舍楼热水停了两天，没有人通知，学生只好去校外洗澡，希望后勤尽快修好并说明原因，大家都很着急"
AGAIN = "三号宿舍楼热水第三天还是没有来，希望后勤给一个准确的时间，不要让大家每天白跑一趟澡堂"


@pytest.fixture
def warn(capsys: pytest.CaptureFixture[str]) -> Do:
    def run(line: str) -> tuple[int, str]:
        capsys.readouterr()
        try:
            code = main(["forewarn", *shlex.split(line)])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


@pytest.fixture
def desk(case_clock: Path, state: Path, desk_school: School) -> Any:
    """A ledger with the school, and a way to hear posts as the tick does."""
    ledger = new_ledger(state)
    with ledger.change() as work:
        store_school(work, desk_school.files, "folder")
    ledger.close()
    parts = open_parts()
    yield parts
    parts.ledger.close()


def hear(parts: Parts, number: int, text: str, **values: Any) -> None:
    post = Post(
        source_id="forum", site="bbs.yunlu.example", key=f"bbs:{number}", url=f"http://bbs.yunlu.example/{number}",
        content=text, level_code=1, level="一般", published_at=clock.now(), fetched_at=clock.now(),
    )  # fmt: skip
    for name, value in values.items():
        setattr(post, name, value)
    with parts.ledger.change() as work:
        write_index(work, parts.store, Page("forum", post.url, work.at, [post]))
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)


def one(warn: Do, words: str = "") -> dict[str, Any]:
    return dict(json.loads(warn(f"show YJ-2026-0001 --json {words}")[1]))


@pytest.mark.provision("Z9b.5.1")
def test_the_first_post_that_matches_is_linked_to_what_a_department_filed_before(desk: Parts, warn: Do, do: Do) -> None:
    go(warn, ADD)
    hear(desk, 1, OTHER)
    assert one(warn)["state"] == "等待"
    hear(desk, 2, LETTER)
    linked = one(warn)
    hear(desk, 3, AGAIN)
    hear(desk, 4, "水管检修通知贴在楼下，写的是到五日，可是热水一直没有，同学们问了也没有人回答")

    assert (linked["state"], linked["case_no"]) == ("已有帖文", "HY-2026-0002")
    assert one(warn) == linked, "the first post stays the one that is linked"
    said = do("show", "HY-2026-0002")[1]
    assert "预警事项  YJ-2026-0001  安全工作部  三号楼停水检修" in said
    assert "口径  检修到五日，每晚六点前恢复供水" in said
    assert "连到预警事项  系统  YJ-2026-0001" in said
    assert told("forewarning_linked") == [
        ("gu_wenjing", "预警事项 YJ-2026-0001 有帖文了"),
        ("he_qiming", "预警事项 YJ-2026-0001 有帖文了"),
        ("safety", "预警事项 YJ-2026-0001 有帖文了"),
    ]


def test_a_post_without_a_case_is_linked_and_the_case_that_opens_later_shows_it(desk: Parts, warn: Do, do: Do) -> None:
    go(warn, ADD)
    hear(desk, 1, LETTER, level_code=0, level="无")
    assert (one(warn)["state"], one(warn)["case_no"]) == ("已有帖文", "")
    hear(desk, 2, LETTER)

    assert one(warn)["case_no"] == "HY-2026-0001"
    assert "口径  检修到五日" in do("show")[1]


def test_what_is_not_about_this_school_links_nothing(desk: Parts, warn: Do) -> None:
    go(warn, ADD)
    hear(desk, 1, LETTER, outcome=Outcome.NOT_OURS)

    assert one(warn)["state"] == "等待"


def test_help_first_posts_and_posts_outside_the_days_link_nothing(desk: Parts, warn: Do, case_clock: Path) -> None:
    go(warn, ADD.replace("2026-09-30", "2026-10-01"))
    hear(desk, 1, LETTER)
    case_clock.write_text("2026-10-02T16:00:00+08:00")
    hear(desk, 2, f"{AGAIN}，不想活了", restricted=True)
    assert one(warn)["state"] == "等待"
    case_clock.write_text("2026-10-06T00:00:00+08:00")
    hear(desk, 3, AGAIN)

    assert one(warn)["state"] == "已过期"
    assert warn("list") == (0, "共 0 项\n")
    assert "YJ-2026-0001  已过期" in warn("list --all")[1]
    assert told("forewarning_linked") == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (ADD.replace("qin_weiguo", "luo_chengan"), "不能替安全工作部登记"),
        (ADD.replace("unit safety", "unit nobody"), "没有这个部门"),
        (ADD.replace("'水管 检修'", "水"), "词太短"),
        (ADD.replace("'检修到五日，每晚六点前恢复供水'", "' '"), "预警事项缺一项"),
        (ADD.replace("2026-10-05", "2026-09-29"), "日期不对"),
        (ADD.replace("2026-10-05", "后天"), "不是日期"),
        (ADD.replace("--as qin_weiguo ", ""), "没有说明是谁在办"),
        ("cancel YJ-2026-0009 --as qin_weiguo", "没有这个预警事项"),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(desk: Parts, warn: Do, line: str, says: str) -> None:
    refused(warn, line, says)

    assert warn("list --all") == (0, "共 0 项\n")


def test_what_did_not_come_is_withdrawn_and_links_no_more(desk: Parts, warn: Do) -> None:
    go(warn, ADD)
    refused(warn, "cancel YJ-2026-0001 --as luo_chengan", "不能撤销")
    go(warn, "cancel YJ-2026-0001 --as gu_wenjing")
    hear(desk, 1, LETTER)

    assert one(warn)["state"] == "已撤销"
    refused(warn, "cancel YJ-2026-0001 --as gu_wenjing", "已撤销")


def test_once_its_case_is_confidential_its_words_are_for_those_who_must_know(desk: Parts, warn: Do, do: Do) -> None:
    go(warn, ADD)
    hear(desk, 1, LETTER)
    go(do, "set_confidential --as gu_wenjing --reason 涉密")

    assert (one(warn)["title"], one(warn)["line"], one(warn)["words"]) == ("（保密，不显示内容）", "", [])
    assert one(warn, "--as gu_wenjing")["line"] == "检修到五日，每晚六点前恢复供水"
    assert "口径" not in do("show")[1]
