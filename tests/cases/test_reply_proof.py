"""Tests of the proof of a public answer: kept with its hash; a dead link is refused unless the reason is written."""

from typing import Any

import pytest

from cases.act import perform
from cases.case import timeline
from cases.reply_proof import LinkProof, proofs_of
from foundation.errors import Refused
from tests.cases.test_act import LINK, do, walk_to

LIVING = LinkProof(LINK, 200, "窗口已整改", "a" * 64)
DEAD = LinkProof(LINK, 404, problem="网站回答 404")


def publish(stage: Any, proof: LinkProof, **more: str) -> None:
    with stage.ledger.change("xu_songbai") as work:
        words = {"link": LINK, **more}
        perform(work, stage.store, stage.school, "HY-2026-0001", "publish", by="xu_songbai", proof=proof, **words)


def test_the_snapshot_is_kept_and_the_timeline_holds_its_hash_and_not_its_text(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    walk_to(stage, "审定")
    do(stage, "approve", "gu_wenjing", checklist="事实,措施,立场,态度,隐私")
    with pytest.raises(Refused, match="打不开：网站回答 404"):
        publish(stage, DEAD)
    publish(stage, LIVING)
    with stage.ledger.read() as connection:
        (kept,) = proofs_of(connection, "HY-2026-0001")
        said = timeline(connection, "HY-2026-0001")[-1].data

    assert (kept.text, kept.status, kept.hash) == ("窗口已整改", 200, "a" * 64)
    assert (said["link_hash"], said["link_status"]) == ("a" * 64, 200)
    assert "窗口已整改" not in str(said)


def test_a_closed_site_is_a_reason(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    walk_to(stage, "审定")
    do(stage, "approve", "gu_wenjing", checklist="事实,措施,立场,态度,隐私")
    publish(stage, DEAD, reason="网站已关闭，另行电话答复")

    with stage.ledger.read() as connection:
        assert timeline(connection, "HY-2026-0001")[-1].data["link_problem"] == "网站回答 404"
