"""Tests of `huiyin quarantine`: what is kept sealed is listed without its text, and replayed after the fix, once."""

import base64
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawler.items import Post
from crawler.rounds import source_state
from crawler.tables import patrol, thread_mark
from foundation import clock
from foundation.spool import seal
from foundation.tables import audit
from huiyin.cli import main
from huiyin.wiring import apply_folder
from pipelines.step import post_body
from search.posts import post

ROOT = Path(__file__).parents[3]
TITLE = "二食堂的汤凉了"


@pytest.fixture
def school(parts, folder, site):
    """The small school with one feed."""
    folder.source("news", f"{site.url}/feed.xml")
    apply_folder(folder.path, "tester")
    return parts


def seal_post(parts, **values) -> int:
    heard = {"source_id": "news", "site": "s", "key": "s:1", "url": "http://s.test/1", "title": TITLE}
    heard |= {"content": "云麓学院二食堂的汤凉了，米饭也没有熟。", "fetched_at": clock.now(), **values}
    body = post_body(Post(**heard))
    number = seal(parts.ledger, kind="post", source_id="news", step="check_relevance", reason="KeyError x:1", body=body)
    assert number is not None
    return number


def seal_page(parts, site, body: str) -> int:
    """Seal a feed as the spider does when its parser breaks."""
    values = {"url": f"{site.url}/feed.xml", "callback": "parse_feed", "meta": {"kind": "list", "thread_key": ""}}
    values |= {"posts": {}, "type": "application/xml", "body": base64.b64encode(body.encode()).decode()}
    sealed = json.dumps(values).encode()
    step = "parser:read_feed"
    number = seal(parts.ledger, kind="page", source_id="news", step=step, reason="KeyError x:1", body=sealed)
    assert number is not None
    return number


def titles(parts) -> list[str]:
    with parts.ledger.read() as connection:
        return list(connection.execute(select(post.c.title)).scalars())


def quarantine(capsys, *words: str) -> tuple[int, str]:
    code = main(["quarantine", *words])
    return code, capsys.readouterr().out


def test_the_list_shows_step_and_place_and_no_text(school, site, capsys):
    seal_post(school)
    seal_page(school, site, site.feed())
    code, words = quarantine(capsys, "list")

    assert code == 0
    assert "帖文　news　check_relevance　KeyError x:1" in words
    assert "页面　news　parser:read_feed" in words
    assert "共 2 份" in words
    assert TITLE not in words


def test_a_post_is_replayed_through_all_steps_once(school, capsys):
    number = seal_post(school)
    first = quarantine(capsys, "replay", str(number))
    again = quarantine(capsys, "replay", str(number))

    assert first == (0, f"{number}：已收录\n")
    assert again[0] == 1
    assert "没有这一份" in again[1]
    assert titles(school) == [TITLE]


def test_opening_a_sealed_post_is_audited(school, capsys):
    number = seal_post(school)
    quarantine(capsys, "replay", str(number))
    with school.ledger.read() as connection:
        row = connection.execute(select(audit).where(audit.c.act == "spool.open")).one()

    assert row.subject == f"spool {number}"
    assert "huiyin quarantine replay" in row.details


def test_a_page_is_read_again_without_asking_the_site_or_moving_the_source(school, site, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # works from any folder
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    number = seal_page(school, site, site.feed())
    with school.ledger.read() as connection:
        before = connection.execute(select(source_state)).one()
    code, words = quarantine(capsys, "replay", "--all")
    with school.ledger.read() as connection:
        after = connection.execute(select(source_state)).one()
        rounds = connection.execute(select(func.count()).select_from(patrol)).scalar_one()
        marks = connection.execute(select(func.count()).select_from(thread_mark)).scalar_one()

    assert (code, words) == (0, f"{number}：页面已重新解析\n")
    assert titles(school) == [TITLE]
    assert (site.asked, after, rounds, marks) == ([], before, 0, 0)


def test_a_page_that_breaks_again_stays_and_says_why(school, site, capsys):
    values = json.dumps({"url": "http://a.test/", "callback": "parse_bbs", "meta": {}, "posts": {}}).encode()
    seal(school.ledger, kind="page", source_id="news", step="parser:x", reason="r", body=values)
    code, words = quarantine(capsys, "replay", "--all")

    assert code == 1
    assert "仍然解析失败，页面还在" in words
    assert "无法重放" in words
    assert "共 1 份" in quarantine(capsys, "list")[1]


def test_a_page_of_a_source_that_is_gone_is_told(school, site, folder, capsys):
    seal_page(school, site, site.feed())
    folder.drop_source("news")
    apply_folder(folder.path, "tester")
    code, words = quarantine(capsys, "replay", "--all")

    assert code == 1
    assert "信源 news 已不在学校配置里" in words


def test_one_that_cannot_be_opened_does_not_stop_the_others(school, state, capsys):
    seal_post(school, key="s:1")
    key = state / "spool.key"
    kept = key.read_bytes()
    key.write_bytes(bytes(32))
    seal_post(school, key="s:2", title="图书馆的灯坏了", content="云麓学院图书馆三楼的灯坏了一个星期。")
    code, words = quarantine(capsys, "replay", "--all")

    assert code == 1
    assert "1：暂存的原文打不开" in words
    assert titles(school) == ["图书馆的灯坏了"]
    assert len(kept) == 32


def test_an_empty_spool_says_so(school, capsys):
    assert quarantine(capsys, "replay", "--all") == (0, "隔离区是空的。\n")
