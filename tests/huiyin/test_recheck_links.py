"""Tests of the turn that opens links again; what follows from it: tests/huiyin/commands/test_case_answers_later.py."""

from dataclasses import replace
from datetime import timedelta

import huiyin.read_link
from cases.open_case import open_cases
from cases.reply_proof import ReplyProof, keep_proof
from huiyin.recheck_links import MOST, recheck_links
from tests.huiyin.commands.conftest import Change

ALIVE = ReplyProof("", 200, "1" * 64)


def test_a_turn_opens_a_few_links_and_the_next_turn_the_others(parts, monkeypatch) -> None:
    asked: list[str] = []

    def look(_school, link):
        asked.append(link)
        return replace(ALIVE, link=link)

    monkeypatch.setattr(huiyin.read_link, "read_link", look)
    links = [f"http://a.example/{number}" for number in range(MOST + 2)]
    with parts.ledger.change() as work:
        (case_no,) = open_cases(work, parts.store, parts.school, [Change(1, 1)])
        work.at -= timedelta(days=2)
        for link in links:
            keep_proof(work, case_no, replace(ALIVE, link=link), "")
    turns = [(recheck_links(parts), len(asked)) for _ in range(3)]

    assert turns == [(0, MOST), (0, MOST + 2), (0, MOST + 2)]
    assert sorted(asked) == links
