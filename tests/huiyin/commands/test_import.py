"""Tests of `huiyin import`: files become posts by the same steps as a crawl; bad rows are named; twice adds nothing."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.run_rules import run_rules
from alerts.tables import alert
from cases.case import case_file
from foundation.tables import audit, outbox
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.wiring import apply_folder
from search.posts import number_posts, select_posts

ROOT = Path(__file__).parents[3]
WHO = ("--as", "xu_songbai")
HEADS = "编号,标题,内容,作者,发布时间,手机号\n"
GRAVE = "云麓学院三号楼电梯困人，学生被关了半小时才放出来，没有人来救"
ROWS = (
    f"1,电梯困人,{GRAVE},陈小禾,2026-10-12 09:00,13900000000\n"
    "2,二食堂,二食堂的汤凉了请后勤查一查电话13912345678,周可,2026-10-11 12:00,\n"
    "3,,,,2026-10-11 12:00,\n"
    "4,北门,北门的路灯坏了一周没有人修希望尽快修好,周可,某天,\n"
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "导出.csv"
    path.write_bytes((HEADS + ROWS).encode("gbk"))
    return path


def posts_of(parts):
    with parts.ledger.read() as connection:
        return select_posts(connection, "ORDER BY post_id")


def settle(parts):
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)
    with parts.ledger.change() as work:
        run_rules(work, parts.school)
        counted = [select(func.count()).select_from(table) for table in (case_file, alert, outbox)]
        return [work.connection.execute(each).scalar_one() for each in counted]


def test_rows_become_posts_and_a_bad_one_is_named_with_its_line(parts, file, capsys):
    assert main(["import", str(file), *WHO, "--site", "weibo.com", "--kind", "微博"]) == 1
    said = capsys.readouterr().out
    posts = posts_of(parts)

    assert "栏目　编号 ← 编号；标题 ← 标题；正文 ← 内容；作者（只存化名） ← 作者；发布时间 ← 发布时间" in said
    assert "不读的栏目　手机号" in said
    assert "第 4 行　没有标题也没有正文" in said
    assert "第 5 行　时间读不懂，按未知存下" in said
    assert "已导入：新 3　改 0　已知 0　没有导入 1 处" in said
    assert {post.key for post in posts} == {"weibo.com:1", "weibo.com:2", "weibo.com:4"}
    assert {post.site_kind for post in posts} == {"微博"}
    assert not any(word in str(posts) for word in ("13912345678", "13900000000", "陈小禾", "周可"))


@pytest.mark.provision("Z9c.1")
@pytest.mark.provision("Z10.4-1")
def test_what_may_not_be_crawled_comes_in_by_file_and_opens_its_case(parts, file):
    """Z9c.1, Z10.4-1: 微信 and 微博 have no spider of the live site (docs/listening.md): files go the same way."""
    main(["import", str(file), *WHO, "--site", "weibo.com", "--kind", "微博"])
    cases, _, notices = settle(parts)
    (grave,) = [post for post in posts_of(parts) if post.key == "weibo.com:1"]

    assert grave.level != "无"
    assert grave.case_no
    assert cases >= 1
    assert notices >= 1


def test_the_same_file_twice_adds_nothing(parts, file, capsys):
    for _ in range(2):
        main(["import", str(file), *WHO])
    said = capsys.readouterr().out

    assert "已导入：新 0　改 0　已知 3" in said
    assert len(posts_of(parts)) == 3


def test_a_dry_run_writes_nothing(parts, file, capsys):
    main(["import", str(file), *WHO, "--dry-run"])

    assert "没有写入任何内容。" in capsys.readouterr().out
    assert posts_of(parts) == []


def test_an_export_of_a_registered_source_is_that_sources(parts, folder, file, capsys):
    folder.source("mailbox", "http://box.yunlu.example/list", spider="message_board", kind="message_board")
    apply_folder(folder.path, "tester")
    main(["import", str(file), *WHO, "--source", "mailbox", "--json"])
    told = json.loads(capsys.readouterr().out)

    assert {post.source_id for post in posts_of(parts)} == {"mailbox"}
    assert {post.key for post in posts_of(parts)} >= {"box.yunlu.example:1"}
    assert (told["rows"], told["counts"]["new"], told["refused"][0]["line"]) == (3, 3, 4)


def test_rows_of_long_ago_are_searchable_and_alarm_nobody_but_a_call_for_help_counts(parts, tmp_path, capsys):
    file = tmp_path / "old.csv"
    help_call = "三号宿舍楼同学说不想活了，已经写好遗书，准备今晚跳楼"
    old = "".join(f"{n},电梯{n},{n}号楼{GRAVE},某,2026-08-0{n} 09:00,\n" for n in range(1, 8))
    file.write_text(HEADS + old)
    main(["import", str(file), *WHO])

    assert "其中 7 条早于 30 天，只供检索与查重，不立案、不报警" in capsys.readouterr().out
    assert settle(parts) == [0, 0, 0]
    assert len(posts_of(parts)) == 7
    file.write_text(f"{HEADS}9,求助,{help_call},某,2026-08-09 09:00,\n")
    main(["import", str(file), *WHO])

    assert settle(parts)[0] == 1


def test_the_schools_own_mapping_is_used(parts, tmp_path, capsys):
    (tmp_path / "x.csv").write_text("诉求,谁\n北门的路灯坏了一周没有人修,某\n")
    (tmp_path / "m.yaml").write_text("columns: {content: 诉求}")
    assert main(["import", str(tmp_path / "x.csv"), *WHO]) == 1
    assert "写一个 YAML" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "x.csv"), *WHO, "--map", str(tmp_path / "m.yaml")]) == 0

    assert [post.content for post in posts_of(parts)] == ["北门的路灯坏了一周没有人修"]


@pytest.mark.provision("Z9c.1")
@pytest.mark.provision("Z10.4-1")
def test_the_docs_say_of_every_kind_whether_it_is_a_spider_or_an_import():
    """Z9c.1 新闻评论、博客、微信、网站、贴吧; Z10.4-1 微博、微信、论坛、博客、新闻评论."""
    text = (ROOT / "docs" / "listening.md").read_text().partition("## 哪一类怎样听")[2]
    table = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.startswith("| ")]
    rows = {cells[1]: cells[2] for cells in table}
    spiders = {path.stem for path in (ROOT / "crawler" / "spiders").glob("*.py")}

    for kind in ("新闻评论", "博客", "微信", "网站", "贴吧", "微博", "论坛"):
        named = re.findall(r"`(\w+)`", rows[kind])
        assert named
        assert set(named) <= spiders | {"import"}


@pytest.mark.provision("Z9c.1")
@pytest.mark.provision("Z10.4-1")
def test_a_saved_wechat_article_and_its_exported_comments_are_one_thread(parts, tmp_path):
    address = "https://mp.weixin.qq.com/s/Ab1"
    (tmp_path / "a.html").write_text(
        f'<meta property="og:url" content="{address}"><h1 id="activity-name">食堂探店</h1>'
        '<div id="js_content"><p>二食堂的汤又凉又咸，窗口没有人管，希望后勤查一查</p></div>'
    )
    (tmp_path / "c.csv").write_text("昵称,评论内容\n小周,我也喝到凉汤了还拉肚子\n")
    assert main(["import", str(tmp_path / "a.html"), *WHO]) == 0
    assert main(["import", str(tmp_path / "c.csv"), *WHO, "--site", "mp.weixin.qq.com", "--thread", address]) == 0
    article, comment = posts_of(parts)

    assert article.thread_key == comment.thread_key
    assert comment.is_reply


def test_other_saved_pages_unknown_people_and_sources_are_refused(parts, tmp_path, file, capsys):
    (tmp_path / "a.html").write_text("<p>校园新闻</p>")
    for words, said in (
        ((str(tmp_path / "a.html"), *WHO), "这一页不是微信文章"),
        ((str(file), "--as", "nobody"), "没有这个人"),
        ((str(file), *WHO, "--source", "nowhere"), "没有这个信源"),
    ):
        assert main(["import", *words]) == 1
        assert said in capsys.readouterr().err


def test_who_imported_what_is_audited_without_words(parts, file):
    main(["import", str(file), *WHO])
    with parts.ledger.read() as connection:
        row = connection.execute(select(audit).where(audit.c.act == "import.file")).one()

    assert row.actor == "xu_songbai"
    assert json.loads(row.details) == {"refused": 1, "rows": 3}
