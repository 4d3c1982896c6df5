"""Tests of `huiyin case`: what becomes of a public answer: its link is opened again; a reply on a board is proposed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

import huiyin.read_link
from cases.keep_watch import keep_watch
from cases.reply_proof import ReplyProof
from foundation.ledger import open_ledger
from huiyin.cli import main
from huiyin.recheck_links import recheck_links
from huiyin.wiring import open_parts
from search.posts import post
from tests.huiyin.commands.test_case_course import LINK, WAY, go, told

Do = Callable[..., tuple[int, str]]
ALIVE, DEAD = ReplyProof(LINK, 200, "1" * 64, "已道歉"), ReplyProof(LINK, 404, problem="网站回答 404")
EMPTIED = ReplyProof(LINK, 200, "2" * 64, "页面已更新")


@pytest.fixture
def look(case_clock: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, ReplyProof], int]:
    """Open the links that are due at an instant, and find this; give how many were told to be gone."""

    def at(instant: str, proof: ReplyProof) -> int:
        case_clock.write_text(f"{instant}:00+08:00")
        monkeypatch.setattr(huiyin.read_link, "read_link", lambda _school, _link: proof)
        parts = open_parts()
        told_now = recheck_links(parts)
        parts.ledger.close()
        return told_now

    return at


@pytest.fixture
def answered(open_one: Any, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    open_one(1, 1)
    monkeypatch.setattr(huiyin.read_link, "read_link", lambda _school, _link: ALIVE)
    go(do, *WAY)


@pytest.mark.provision("Z9a.3.5b")
@pytest.mark.parametrize(("found", "says"), [(DEAD, "网站回答 404"), (EMPTIED, "页上的答复不见了")])
def test_a_link_that_dies_later_is_told_once_after_a_second_look(
    answered: None, look: Any, seen: Any, found: ReplyProof, says: str
) -> None:
    assert look("2026-10-01T15:59", found) == 0
    assert len(seen()["proofs"]) == 1, "not before a day"
    assert look("2026-10-01T16:00", found) == 0, "one bad hour is not believed"
    assert look("2026-10-01T16:30", found) == 0
    assert look("2026-10-01T17:00", found) == 1
    assert look("2026-10-07T16:00", found) == 0, "told once"

    assert [(name, title[:7]) for name, title in told("case_link_gone")] == [
        ("gu_wenjing", "【答复不见了】"), ("he_qiming", "【答复不见了】"), ("xu_songbai", "【答复不见了】"),
    ]  # fmt: skip
    assert [act["data"]["reason"] for act in seen()["timeline"] if act["act"] == "link_gone"] == [says]
    assert len(seen()["proofs"]) == 4


def test_a_link_that_lives_and_one_that_was_given_with_a_reason_tell_nothing(
    open_one: Any, do: Do, seen: Any, look: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_one(1, 1)
    monkeypatch.setattr(huiyin.read_link, "read_link", lambda _school, _link: DEAD)
    go(do, *WAY[:5], f"{WAY[5]} --reason 网站正在维护")
    open_one(2, 1)
    monkeypatch.setattr(huiyin.read_link, "read_link", lambda _school, _link: ALIVE)
    for line in WAY[:6]:
        assert do(line, "HY-2026-0002")[0] == 0
    for day in ("01", "07", "30"):
        assert look(f"2026-10-{day}T16:00", ALIVE) == 0

    assert told("case_link_gone") == []
    assert (len(seen()["proofs"]), "答复核对" in do("show")[1]) == (1, True)
    assert do("show", "HY-2026-0002")[1].count("答复核对") == 4


def watch() -> None:
    parts = open_parts()
    with parts.ledger.change() as work:
        keep_watch(work, parts.school)
    parts.ledger.close()


def proposals(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, str]]:
    capsys.readouterr()
    assert main(["task", "list", "--all", "--kind", "seen_reply", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(line["owner"], line["state"], line["words"]) for line in lines]


@pytest.mark.parametrize("enabled", ["z1-school, z9a-message-board"])
def test_a_reply_seen_on_the_board_proposes_the_feedback_and_only_a_person_gives_it(
    open_one: Any, do: Do, seen: Any, case_clock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1, site_kind="message_board")
    go(do, *WAY[:4], WAY[4].replace("gu_wenjing", "shen_mingde"))
    watch()
    assert proposals(capsys) == []
    with open_ledger().change() as work:  # the next round of the board finds it
        work.connection.execute(update(post).values(official_reply="已道歉", official_reply_at=work.at))
    watch()
    watch()
    (proposal,) = proposals(capsys)
    clock = next(timer for timer in seen()["timers"] if timer["rule"] == "Z9a.3.5")

    assert proposal[:2] == ("officer", "未办")
    assert LINK in proposal[2]
    assert (seen()["state"], clock["state"]) == ("审定", "open"), "what the machine saw stops nothing"
    assert told("task_asked") == [("xu_songbai", "网上已见答复 FK-2026-0001")]
    go(do, WAY[5])
    watch()
    assert next(timer for timer in seen()["timers"] if timer["rule"] == "Z9a.3.5")["state"] == "satisfied"
    assert proposals(capsys)[0][1] == "已办"


def test_replies_to_forum_posts_and_to_help_first_letters_propose_nothing(
    open_one: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1, official_reply="已道歉")
    open_one(2, 1, site_kind="message_board", official_reply="请来谈谈", restricted=True, title="难受", content="难受")
    watch()

    assert proposals(capsys) == []
