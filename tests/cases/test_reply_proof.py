"""Tests of the proof of a public answer: hashes, never the page; a dead link is refused unless a reason is written."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import inspect, text

from cases.act import perform
from cases.case import timeline
from cases.reply_proof import ReplyProof, proofs_of
from foundation.errors import Refused
from huiyin.upgrade_ledger import downgrade_to, upgrade_to
from tests.cases.test_act import LINK, REPLY, do, walk_to

NEIGHBOUR = "云麓小鹿：还是难吃"
OURS = f"{REPLY['response'][:3]}\n {REPLY['response'][3:]}"  # as a site breaks its lines
LIVING = ReplyProof(LINK, 200, "a" * 64, f"答复\n{OURS}\n{NEIGHBOUR}")
OTHERS = ReplyProof(LINK, 200, "b" * 64, NEIGHBOUR)
DEAD = ReplyProof(LINK, 404, problem="网站回答 404")


def publish(stage: Any, proof: ReplyProof, **more: str) -> None:
    with stage.ledger.change("xu_songbai") as work:
        words = {"link": LINK, **more}
        perform(work, stage.store, stage.school, "HY-2026-0001", "publish", by="xu_songbai", proof=proof, **words)


def test_nothing_of_the_page_is_kept_but_its_hash_and_whether_our_response_stood_there(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    walk_to(stage, "审定")
    do(stage, "approve", "gu_wenjing", checklist="事实,措施,立场,态度,隐私")
    with pytest.raises(Refused, match="打不开：网站回答 404"):
        publish(stage, DEAD)
    publish(stage, LIVING)
    with stage.ledger.read() as connection:
        (kept,) = proofs_of(connection, "HY-2026-0001")
        said = timeline(connection, "HY-2026-0001")[-1].data

    assert (kept.link, kept.status, kept.page_hash, kept.response_found) == (LINK, 200, "a" * 64, True)
    assert kept.response_hash == hashlib.sha256(REPLY["response"].encode()).hexdigest()
    assert (said["link_hash"], said["link_status"], said["response_found"]) == ("a" * 64, 200, True)
    assert NEIGHBOUR not in f"{kept}{said}{LIVING}"


def test_a_page_without_our_response_is_a_proof_that_says_so(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    walk_to(stage, "审定")
    do(stage, "approve", "gu_wenjing", checklist="事实,措施,立场,态度,隐私")
    publish(stage, OTHERS)

    with stage.ledger.read() as connection:
        (kept,) = proofs_of(connection, "HY-2026-0001")
    assert (kept.page_hash, kept.response_found) == ("b" * 64, False)


def test_an_older_ledger_loses_the_pages_that_it_kept_and_no_proof(stage: Any) -> None:
    old = {"case_no": "HY-2026-0001", "link": LINK, "at": "2026-11-20T01:00:00.000000Z", "page": NEIGHBOUR}
    with stage.ledger.change() as work:
        downgrade_to(work.connection, "0005")
        work.connection.execute(
            text("INSERT INTO reply_snapshot (case_no, link, checked_at, status, text, hash) "
                 "VALUES (:case_no, :link, :at, 200, :page, 'old')"), old)  # fmt: skip
        upgrade_to(work.connection, "head")
        (kept,) = proofs_of(work.connection, "HY-2026-0001")
        tables = inspect(work.connection).get_table_names()

    assert (kept.link, kept.status, kept.page_hash, kept.response_hash) == (LINK, 200, "", "")
    assert "reply_snapshot" not in tables
    assert NEIGHBOUR not in str(kept)


def test_a_closed_site_is_a_reason(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    walk_to(stage, "审定")
    do(stage, "approve", "gu_wenjing", checklist="事实,措施,立场,态度,隐私")
    publish(stage, DEAD, reason="网站已关闭，另行电话答复")

    with stage.ledger.read() as connection:
        assert timeline(connection, "HY-2026-0001")[-1].data["link_problem"] == "网站回答 404"
