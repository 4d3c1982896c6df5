"""Tests of `huiyin case`: letters to the message board, from the crawl's posts to what the officer sees."""

import json

import pytest

from crawler.items import Page, Post
from foundation import clock
from foundation.ledger import open_ledger
from foundation.school import store_school
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.wiring import open_parts
from pipelines.write_index import write_index
from search.posts import number_posts

LETTER = "三号宿舍楼热水停了两天，没有人通知，学生只好去校外洗澡，希望后勤尽快修好并说明原因，大家都很着急"


@pytest.mark.provision("Z9a.3.1")
@pytest.mark.parametrize("enabled", ["z1-school, z9a-message-board"])
def test_the_same_letter_twice_is_one_case_with_two_links_and_a_receipt(case_clock, state, desk_school, capsys):
    ledger = open_ledger(state, create=True)
    with ledger.change() as work:
        store_school(work, desk_school.files, "folder")
    ledger.close()
    parts = open_parts()
    for number in (1, 2):
        letter = Post(
            source_id="letters", site="board.example", site_kind="message_board", key=f"letters:{number}",
            url=f"http://board.example/{number}", title="热水停了两天", content=LETTER, level_code=1, level="一般",
            published_at=clock.now(), fetched_at=clock.now(),
        )  # fmt: skip
        with parts.ledger.change() as work:
            write_index(work, parts.store, Page("letters", letter.url, work.at, [letter]))
        with parts.ledger.change() as work:
            number_posts(work)
        group_and_open(parts)
    parts.ledger.close()
    capsys.readouterr()
    assert main(["case", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 1
    assert main(["case", "show", "HY-2026-0001", "--json"]) == 0
    case = json.loads(capsys.readouterr().out)

    assert sorted(heard["url"] for heard in case["posts"]) == ["http://board.example/1", "http://board.example/2"]
    assert case["receipt"] == "您的留言已受理，受理号 HY-2026-0001，将于 2026-10-03 16:00 前答复。"
