"""Tests of `huiyin search`: what staff read, on a real ledger."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import huiyin.wiring  # noqa: F401  (declares the tables of all stages)
import search.sqlite_store  # noqa: F401
from crawler.items import Post
from foundation.outcome import LEVELS
from foundation.school import School, store_school
from huiyin.cli import main
from huiyin.commands.search import department_ids
from search.posts import keep_posts
from search.store import open_store
from tests.servers.new_ledger import new_ledger

MORNING = datetime(2026, 10, 8, 1, 30, tzinfo=UTC)


def make(number: int, content: str, **values: object) -> Post:
    made = Post(
        source_id="forum", site="bbs.yunlu.example", key=str(number), url=f"http://bbs.yunlu.example/{number}",
        content=content, outcome="stored", published_at=MORNING + timedelta(minutes=number), author="f00d",
    )  # fmt: skip
    for name, value in values.items():
        setattr(made, name, value)
    made.level = LEVELS[made.level_code]
    return made


@pytest.fixture(autouse=True)
def heard(state: Path, example_school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger with three posts to be found and one that never is."""
    clock_file = state / "clock"
    clock_file.write_text("2026-10-09T09:00:00+08:00")
    monkeypatch.setenv("HUIYIN_CLOCK", str(clock_file))
    ledger = new_ledger(state)
    with ledger.change() as work:
        store_school(work, example_school.files, "test")
        posts = [
            make(1, "二食堂的米饭里有虫子", title="二食堂有虫", level_code=2, departments=("safety",)),
            make(2, "松园昨晚停电", level_code=1),
            make(3, "二食堂涨价了", vanished_at=MORNING),
            make(4, "二食堂边上的求助", restricted=True),
        ]
        keep_posts(work, open_store(example_school), posts)
    ledger.close()


def test_hits_are_told_newest_first_with_found_words_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "二食堂"]) == 0

    assert capsys.readouterr().out == (
        "找到 2 条\n"
        "\n2026-10-08 09:33  无  bbs.yunlu.example  （无标题）（已消失）\n"
        "  【二食堂】涨价了\n  http://bbs.yunlu.example/3\n"
        "\n2026-10-08 09:31  重大  bbs.yunlu.example  【二食堂】有虫\n"
        "  【二食堂】的米饭里有虫子\n  http://bbs.yunlu.example/1\n"
    )


def test_words_given_apart_are_one_query(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "食堂", "OR", "停电", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["total"] == 3


def test_json_is_one_object_without_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "level>=一般", "--limit", "1", "--facets", "--json"]) == 0

    text = capsys.readouterr().out
    answer = json.loads(text)
    assert (answer["total"], answer["capped"], len(answer["hits"])) == (2, False, 1)
    assert answer["facets"]["level"] == {"一般": 1, "重大": 1}
    assert "f00d" not in text


def test_the_next_part_begins_after_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    main(["search", "*", "--limit", "2", "--json"])
    last = json.loads(capsys.readouterr().out)["next_after"]
    assert main(["search", "*", "--limit", "2", "--after", str(last), "--json"]) == 0

    assert [hit["url"] for hit in json.loads(capsys.readouterr().out)["hits"]] == ["http://bbs.yunlu.example/1"]


def test_facets_and_the_next_step_are_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "*", "--limit", "1", "--facets"]) == 0

    text = capsys.readouterr().out
    assert "还有更多：加上 --after" in text
    assert "日期：2026-10-08 3" in text
    assert "主题：无" in text
    assert "责任部门：安全工作部 1" in text


@pytest.mark.parametrize("name", ["safety", "安全工作部", "后勤"])
def test_a_department_is_found_by_id_name_or_competence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", f"部门:{name}", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["total"] == 1


def test_a_competence_that_two_departments_share_means_both(example_school: School) -> None:
    first, second, *rest = example_school.organisation.departments
    shared = [unit.model_copy(update={"competences": ["后勤"]}) for unit in (first, second)]
    organisation = example_school.organisation.model_copy(update={"departments": [*shared, *rest]})

    assert department_ids(replace(example_school, organisation=organisation))["后勤"].startswith("office,publicity")


@pytest.mark.parametrize(
    ("words", "total"),
    [
        (["-二食堂"], 1),
        (["-二食堂", "松园"], 1),
        (["食堂", "-涨价", "--limit", "5"], 1),
        (["--limit", "5", "-火星"], 3),
    ],
)
def test_a_query_may_begin_with_a_word_that_is_excluded(
    words: list[str], total: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", *words, "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["total"] == total


def test_an_option_that_does_not_exist_is_still_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["search", "食堂", "--limt", "5"])

    assert "不认识的参数" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["求助"], ["*"], ['"边上的求助"'], ["NOT", "火星"]])
def test_a_restricted_post_is_never_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", *words]) == 0

    assert "求助" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [(["食堂", "--limit", "0"], "条数不对"), (["levle:重大"], "是不是 level"), (['"食堂'], "第 1 个字")],
)
def test_a_mistake_is_explained(words: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", *words]) == 2

    assert expected in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "100000000000000000000000"])
def test_a_page_after_no_post_is_said_in_chinese(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "食堂", f"--after={number}"]) == 2

    assert f"没有这个帖文号：--after {number}。照抄上一页末尾" in capsys.readouterr().err
