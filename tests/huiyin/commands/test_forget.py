"""Tests of `huiyin forget`: no byte of the state folder holds what was forgotten, and no later round brings it back."""

import pytest
from sqlalchemy import func, inspect, select, update

from crawler.tables import thread_mark
from foundation.school import active_school
from foundation.spool import seal
from foundation.tables import audit, spool
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.wiring import apply_folder
from huiyin.worker import Worker
from pipelines.step import post_body
from search.posts import number_posts, post, select_posts

WORDS = "三号锅炉房漏煤气"


@pytest.fixture
def heard(parts, folder, site):
    """A feed with two entries, heard, grouped and opened as cases."""
    site.publish(WORDS)
    folder.source("news", f"{site.url}/feed.xml")
    apply_folder(folder.path, "tester")
    main(["crawl", "news"])
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)
    return parts


def bytes_of(state) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(state.rglob("*")) if file.is_file())


def posts(parts) -> list:
    with parts.ledger.read() as connection:
        return select_posts(connection, "ORDER BY post_id")


def count(parts, table) -> int:
    with parts.ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def signed(parts, number: int) -> int:
    """Return how many keys of near-duplicate signatures the ledger holds of a post, in whichever table they stand."""
    with parts.ledger.read() as connection:
        names = [name for name in inspect(connection).get_table_names() if "signature_" in name]
        asked = [f"SELECT count(*) FROM {name} WHERE post_id = ?" for name in names]
        return sum(connection.exec_driver_sql(sql, (number,)).scalar_one() for sql in asked)


@pytest.mark.parametrize("by", ["address", "number"])
def test_no_byte_of_the_state_folder_holds_it_and_no_round_brings_it_back(heard, site, state, capsys, by):
    (boiler,) = [each for each in posts(heard) if each.title == WORDS]
    seal(heard.ledger, kind="post", source_id="news", step="x", reason="KeyError x:1", body=post_body(boiler))
    address = boiler.url
    assert WORDS.encode() in bytes_of(state)
    assert address.encode() in bytes_of(state)
    assert signed(heard, boiler.post_id) > 0
    assert main(["forget", address if by == "address" else str(boiler.post_id), "--yes"]) == 0
    said = capsys.readouterr().out
    main(["crawl", "news"])
    after = bytes_of(state)

    assert "已删除 1 条帖文和 1 份暂存" in said
    assert WORDS.encode() not in after
    assert address.encode() not in after
    assert [each.title for each in posts(heard)].count("二食堂的汤凉了") == 1
    assert signed(heard, boiler.post_id) == 0
    assert (count(heard, post), count(heard, thread_mark), count(heard, spool)) == (2, 1, 0)
    assert main(["search", "锅炉房", "--json"]) == 0
    assert WORDS not in capsys.readouterr().out


def test_an_address_that_was_never_heard_is_listed_for_later(heard, site, capsys):
    site.publish("操场的灯坏了")
    assert main(["forget", f"{site.url}/a/3", "--yes"]) == 0
    main(["crawl", "news"])

    assert "已删除 0 条帖文" in capsys.readouterr().out
    assert "操场的灯坏了" not in [each.title for each in posts(heard)]


def test_the_log_of_a_round_holds_no_address_of_a_page_that_failed(heard, folder, site, state, until, monkeypatch):
    monkeypatch.setenv("HUIYIN_LOG", "INFO")  # Scrapy's own lines too
    site.broken.add("/a/3")
    site.publish("操场的灯坏了")
    folder.source("again", f"{site.url}/feed.xml", options={"full_text": True})
    apply_folder(folder.path, "tester")
    with heard.ledger.read() as connection:
        school = active_school(connection)
    worker = Worker(heard.ledger, state / "log")
    assert worker.start_due_rounds(school) == 1
    until(lambda: worker.reap() or not worker.running)
    (log,) = (state / "log").iterdir()

    assert "Gave up retrying" in log.read_text()
    assert f"{site.url}/a/3" not in log.read_text()
    assert main(["forget", f"{site.url}/a/3", "--yes"]) == 0
    assert f"{site.url}/a/3".encode() not in bytes_of(state)


def test_the_act_is_audited_without_a_word(heard, capsys):
    number = posts(heard)[0].post_id
    main(["forget", str(number), "--yes"])
    with heard.ledger.read() as connection:
        row = connection.execute(select(audit).where(audit.c.act == "post.forget")).one()

    assert row.subject == f"post {number}"
    assert "二食堂" not in row.details


def test_a_number_that_is_no_post_is_refused_with_a_next_step(heard, capsys):
    assert main(["forget", "12", "--yes"]) == 1
    assert "没有这个帖文号" in capsys.readouterr().err


NO_ADDRESS = ["", " ", "%", "#", "_", "http://", "javascript:alert(1)", "https://a.example/x y", "9" * 19, "9" * 5000,
              "张三", "https://a.example/" + "x" * 5000]  # fmt: skip


def test_what_is_neither_address_nor_number_is_refused_and_signs_of_a_pattern_stand_for_themselves(heard, capsys):
    seal(heard.ledger, kind="post", source_id="news", step="x", reason="KeyError x:1", body=post_body(posts(heard)[0]))
    with heard.ledger.change() as work:
        work.connection.execute(update(post).values(url="http://a.example/x1y#5"))
    before = [count(heard, table) for table in (thread_mark, spool)]
    for what in NO_ADDRESS:
        assert main(["forget", what, "--yes"]) == 1
        said = capsys.readouterr().err
        assert said.startswith("看不懂要删除什么：")
        assert len(said) < 120
    for what in ("http://a.example/x_y", "http://a.example/%"):
        assert main(["forget", what, "--yes"]) == 0

    assert [count(heard, table) for table in (thread_mark, spool)] == before
    assert all(each.content for each in posts(heard))


def test_only_yes_deletes_and_where_nobody_can_answer_it_stands_among_the_options(heard, typed, monkeypatch, capsys):
    number = str(posts(heard)[0].post_id)
    with monkeypatch.context() as closed:
        closed.setattr("sys.stdin", None)
        assert main(["forget", number]) == 1
    assert "加上 --yes" in capsys.readouterr().err
    for typing, said in (("\x04", "。\n"), ("no\n", "。\n"), ("\n", "。\n"), (b"\xff\xfe\nno\n", "看不懂输入的字符")):
        assert typed(typing, "forget", number) == 1
        told = capsys.readouterr().out
        assert told.endswith("没有删除任何东西。\n")
        assert said in told
    assert posts(heard)[0].content

    assert typed("yes\n", "forget", number) == 0
    assert posts(heard)[0].content == ""
