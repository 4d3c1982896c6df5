"""Tests of trials: a live place and a saved page tell what would be heard; nothing is written."""

import json
from datetime import timedelta

import pytest
from ruamel.yaml import YAML
from sqlalchemy import func, select

from crawler.rounds import take_group
from crawler.tables import patrol, source_state, thread_mark
from foundation import clock
from foundation.tables import lease, spool
from huiyin.cli import main
from huiyin.wiring import apply_folder
from search.posts import post
from tests.servers.small_forum import SmallForum, serving


@pytest.fixture
def standing(folder):
    """A forum that a source of the folder names; nobody has applied the folder."""
    own = SmallForum()
    now = clock.at_school(clock.now())
    for tid in (1, 2):
        own.threads[tid] = [(tid * 10 + n, f"{tid}号楼的灯坏了{n}天", now - timedelta(hours=tid)) for n in range(2)]
    with serving(own):
        folder.source("forum", f"{own.url}/forum-2-1.html", spider="discuz", own=True)
        yield own


@pytest.fixture
def forum(parts, folder, standing):
    apply_folder(folder.path, "tester")
    return standing


def rows(parts):
    with parts.ledger.read() as connection:
        tables = (post, patrol, thread_mark, spool)
        counts = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
        held = connection.execute(select(func.count()).where(lease.c.name.startswith("group:"), lease.c.holder != ""))
        states = connection.execute(select(source_state.c.outcome)).scalars().all()
        return counts, held.scalar_one(), states


def test_a_new_source_is_written_and_its_live_place_tried_and_nothing_is_kept(parts, folder, forum, capsys):
    words = ["--id", "bbs", "--title", "论坛", "--url", f"{forum.url}/forum-2-1.html", "--spider", "discuz", "--own"]
    words += ["--owner", "xu_songbai", "--posts", "0", "9"]
    assert main(["source", "new", "--school", str(folder.path), *words]) == 0
    said = capsys.readouterr().out

    assert "expected_posts_per_day:\n- 0\n- 9" in (folder.path / "sources" / "bbs.yaml").read_text()
    assert "列表上 2 行，读到 4 帖" in said
    assert "已收录" in said
    assert "结果　正常" in said
    assert "下一步：\n  huiyin apply" in said
    assert rows(parts) == ([0, 0, 0, 0], 0, ["never_run"])
    assert len(forum.asked) == 3
    assert apply_folder(folder.path, "tester").is_new


def test_a_source_is_tried_before_any_school_was_applied_and_leaves_no_ledger(folder, standing, state, capsys):
    words = ["--id", "bbs", "--title", "论坛", "--url", f"{standing.url}/forum-2-1.html", "--spider", "discuz", "--own"]
    words += ["--owner", "xu_songbai", "--posts", "0", "9", "--school", str(folder.path)]
    assert main(["source", "new", *words]) == 0
    made = capsys.readouterr().out
    assert main(["source", "check", "forum", "--school", str(folder.path)]) == 0
    checked = capsys.readouterr().out
    assert main(["source", "check", "forum"]) == 2

    assert all("列表上 2 行，读到 4 帖" in said and "结果　正常" in said for said in (made, checked))
    assert "先运行 huiyin apply" in capsys.readouterr().err
    assert [path.name for path in state.rglob("*") if path.is_file()] == []


def test_a_saved_page_is_read_without_a_request_and_one_of_another_layout_is_told(parts, forum, tmp_path, capsys):
    saved = tmp_path / "list.html"
    saved.write_text(forum.answer("/forum-2-1.html")[1])
    forum.asked.clear()
    assert main(["source", "check", "forum", "--page", str(saved)]) == 0
    assert "列表上 2 行，读到 0 帖" in capsys.readouterr().out
    saved.write_text("<html><body><h1>校园新闻</h1><p>今天天气很好</p></body></html>")
    assert main(["source", "check", "forum", "--page", str(saved), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)

    assert (told["outcome"], told["posts"]) == ("layout_changed", 0)
    assert rows(parts) == ([0, 0, 0, 0], 0, ["never_run"])
    assert forum.asked == []


def test_a_place_that_is_being_crawled_is_left_alone(parts, forum, capsys):
    with parts.ledger.change() as work:
        take_group(work, forum.url.removeprefix("http://"), "other-host/1/1", 300)

    assert main(["source", "check", "forum"]) == 1
    assert "正由另一个程序抓取" in capsys.readouterr().err


def test_a_field_that_is_missing_is_named_with_the_number_of_posts(parts, folder, site, capsys):
    site.publish("操场的灯坏了")
    feed = site.feed().replace("<pubDate>Mon, 12 Oct 2026 09:02:00 +0800</pubDate>", "")
    site.feed = lambda: feed
    folder.source("news", f"{site.url}/feed.xml", own=True)
    apply_folder(folder.path, "tester")
    main(["source", "check", "news"])

    said = capsys.readouterr().out

    assert "读到 2 帖；缺 作者 2 帖、发布时间 1 帖\n" in said
    assert "2026-10-12 09:01" in said  # the school's time, as the feed wrote it


def test_what_no_option_says_is_asked_at_a_terminal_until_it_is_right_and_tried(parts, folder, forum, typed, capfd):
    answers = ["bbs_life", "生活区", f"{forum.url}/forum-2-1.html", "discuz", "xu_songbai", "0 50"]
    mistaken = ["论坛", "forum", *answers[:2], "bbs.yunlu.example", answers[2], "discus", "discuz", "nobody",
                answers[4], "50", "五十 百", "9 1", answers[5]]  # fmt: skip
    capfd.readouterr()
    assert typed("\n".join([*mistaken, ""]), "source", "new", "--school", str(folder.path), "--own") == 0
    said, wrong = capfd.readouterr()

    assert wrong == ""
    refused = ("信源编号不行", "已有这个信源", "sources/bbs_life.yaml", "是不是 discuz？", "不认识的负责人 nobody",
               "最少和最多，中间空一格，例如 0 50", "每天的帖数不是数字", "最少不大于最多")  # fmt: skip
    assert [words for words in refused if words not in said] == []
    assert said.count("再写一次") == 8
    assert "列表上 2 行，读到 4 帖" in said
    assert all(
        question in said
        for question in (
            "编号（小写",
            "名称：",
            "网址：",
            "爬虫（discuz feed forum message_board microblog tieba）：",
            "负责人（",
            "最少 最多",
        )
    )
    written = YAML(typ="safe").load((folder.path / "sources" / "bbs_life.yaml").read_text(encoding="utf-8"))
    assert [written[name] for name in ("id", "title", "url", "spider", "owner")] == answers[:5]
    assert list(written["expected_posts_per_day"]) == [0, 50]


def test_who_stops_answering_is_told_that_nothing_was_written(parts, folder, typed, capsys):
    assert typed("bbs\n\x04", "source", "new", "--school", str(folder.path)) == 1
    assert "没有问完，什么也没有写：--title" in capsys.readouterr().err
    assert list((folder.path / "sources").iterdir()) == []


def test_a_page_that_is_not_there_is_said(parts, forum, capsys):
    assert main(["source", "check", "forum", "--page", "nowhere.html"]) == 1
    assert "没有这个文件" in capsys.readouterr().err


NEW = {"--id": "bbs", "--title": "论坛", "--url": "https://bbs.yunlu.example/forum-2-1.html", "--spider": "discuz",
       "--owner": "xu_songbai"}  # fmt: skip


def new(folder, **changes):
    words = {**NEW, **{f"--{name}": value for name, value in changes.items()}}
    given = [word for pair in words.items() if pair[1] for word in pair]
    return main(["source", "new", "--school", str(folder.path), *given, "--posts", "0", "50", "--own", "--no-try"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"spider": "discus"}, "是不是 discuz"),
        ({"owner": "nobody"}, "不认识的负责人 nobody"),
        ({"url": "https://weibo.com/u/1234567890"}, "个人账号"),
        ({"id": "../x"}, "信源编号不行"),
        ({"title": ""}, "新建信源缺一项：--title"),
    ],
)
def test_a_wrong_answer_is_named_and_leaves_no_file(parts, folder, changes, said, capsys):
    assert new(folder, **changes) != 0
    assert said in capsys.readouterr().err
    assert list((folder.path / "sources").iterdir()) == []


def test_an_existing_source_is_not_written_over(parts, folder, capsys):
    new(folder)
    assert new(folder, title="别的") == 1
    assert "已有这个信源" in capsys.readouterr().err
