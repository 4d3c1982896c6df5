"""Tests of `huiyin snapshot`: what a vanished post said, for those with the right; help-first and 保密 never."""

import json

import pytest
from sqlalchemy import select

from crawler.items import Page, Post
from foundation import clock
from foundation.tables import audit
from huiyin.cli import main
from pipelines.write_index import write_index
from search.posts import change_posts, select_posts

URL = "http://s/t1"


def hear(parts, content, *, gone=(), **values):
    whole = {"source_id": "forum", "site": "s", "site_kind": "forum", "key": "s:1", "url": URL, "title": "热水器漏水"}
    own = Post(**whole, content=content, fetched_at=clock.now(), thread_key="s:t1", floor=1, **values)
    with parts.ledger.change() as work:
        write_index(work, parts.store, Page("forum", URL, clock.now(), [own] if content else [], vanished=list(gone)))


@pytest.fixture
def vanished(parts, clock_file):
    """A post that was edited at eleven and found gone at noon."""
    hear(parts, "梅园三楼的热水器半夜漏水", pictures=2)
    clock_file.write_text("2026-10-12T11:00:00+08:00")
    hear(parts, "梅园三楼的热水器半夜漏水，现在修好了", pictures=2)
    clock_file.write_text("2026-10-12T12:00:00+08:00")
    hear(parts, "", gone=["s:1"])
    return parts


def change(parts, **values):
    with parts.ledger.read() as connection:
        (own,) = select_posts(connection, "")
    with parts.ledger.change() as work:
        change_posts(work, parts.store, [own.post_id], **values)


@pytest.mark.provision("Z1.6.1-1")
def test_a_vanished_post_still_opens_with_text_hash_times_and_counted_pictures(vanished, capsys):
    assert main(["snapshot", URL, "--as", "tang_ruolan"]) == 0
    said = capsys.readouterr().out
    assert main(["snapshot", URL, "--as", "tang_ruolan", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)

    assert "  梅园三楼的热水器半夜漏水，现在修好了\n" in said
    assert "最后看见　2026-10-12 11:00　2026-10-12 12:00 发现已消失" in said
    assert "与留存文字一致" in said
    assert "图片　2 张" in said
    assert (told["url"], told["first_seen_at"], told["hash_holds"]) == (URL, "2026-10-12 10:00", True)
    assert [old["text"] for old in told["earlier"]] == ["梅园三楼的热水器半夜漏水"]
    assert told["earlier"][0]["content_hash"] != told["content_hash"]
    with vanished.ledger.read() as connection:
        looks = connection.execute(select(audit.c.actor).where(audit.c.act == "snapshot.seen")).scalars().all()
    assert looks == ["tang_ruolan"] * 2


@pytest.mark.parametrize("flag", ["restricted", "confidential"])
def test_help_first_and_confidential_posts_are_refused_to_everybody(vanished, flag, capsys):
    change(vanished, **{flag: True})

    for person in ("tang_ruolan", "wen_ruxin"):
        assert main(["snapshot", URL, "--as", person]) == 1
        told = capsys.readouterr()
        assert "这一条不在这里显示" in told.err
        assert "热水器" not in told.out + told.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([URL, "--as", "cheng_wangluo"], "无权查看原文"),
        ([URL, "--as", "nobody"], "没有这个人"),
        ([URL], "没有说明是谁在看"),
        (["http://s/other", "--as", "tang_ruolan"], "没有留存这一条"),
    ],
)
def test_who_has_no_right_or_no_name_sees_nothing(vanished, words, said, capsys):
    assert main(["snapshot", *words]) == 1
    told = capsys.readouterr()

    assert said in told.err
    assert "热水器" not in told.out + told.err


def test_a_text_that_expired_leaves_its_hash(vanished, capsys):
    change(vanished, title="", content="")

    assert main(["snapshot", URL, "--as", "tang_ruolan"]) == 0
    assert "文字已按期限删除，只剩散列" in capsys.readouterr().out
