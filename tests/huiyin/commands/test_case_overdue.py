"""Tests of `huiyin case`: when nobody answers: 催办, numbered 督办, 通报 that a person signs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alerts.find_due import take_due_steps
from foundation.ledger import open_ledger
from foundation.tables import outbox
from huiyin.wiring import open_parts
from tests.huiyin.commands.test_case_course import ASSIGN, CONFIRM, WAY, go, refused, told

Do = Callable[..., tuple[int, str]]
SIGN = "sign_circular --as gu_wenjing --words 三日未复也未说明，予以通报"


@pytest.fixture
def enabled() -> str:
    return "z9a-message-board"


@pytest.fixture
def letter(open_one: Any, do: Do) -> Callable[[str], None]:
    """A letter of 16:00 on 30 September 2026, found at once and assigned; then the clock moves and ticks."""
    open_one(
        1, 1, site_kind="message_board", published_at="2026-09-30T16:00:00+08:00",
        first_seen_at="2026-09-30T16:00:00+08:00",
    )  # fmt: skip
    go(do, CONFIRM, ASSIGN, "acknowledge --as bai_shouping")

    def at(instant: str, case_clock: Path) -> None:
        case_clock.write_text(f"{instant}:00+08:00")
        parts = open_parts()
        with parts.ledger.change() as work:
            take_due_steps(work, parts.school)
        parts.ledger.close()

    return at


def sent(kind: str) -> list[str]:
    return [name for name, _ in told(kind)]


def numbered(kind: str) -> set[str]:
    """The first lines of the bodies that were sent."""
    with open_ledger().read() as connection:
        bodies = connection.execute(select(outbox.c.payload).where(outbox.c.kind == kind)).scalars()
        return {body["body"].splitlines()[0] for body in bodies}


@pytest.mark.provision("Z9a.3.7", "Z9a.3.4")
def test_an_unanswered_letter_is_urged_supervised_by_number_and_circulated_only_by_a_persons_hand(
    letter: Any, do: Do, seen: Any, case_clock: Path
) -> None:
    refused(do, SIGN, "没有待签发的通报")
    letter("2026-10-03T16:00", case_clock)
    assert "bai_shouping" in sent("urge")
    assert sent("supervise") == []
    letter("2026-10-04T16:00", case_clock)
    assert {"safety", "gu_wenjing"} <= set(sent("supervise"))
    assert numbered("supervise") == {"督办单：DB-2026-0001", "督办单：DB-2026-0002"}, "one for each of the two clocks"
    refused(do, SIGN, "没有待签发的通报")
    letter("2026-10-05T16:00", case_clock)
    assert set(sent("circular_draft")) == {"gu_wenjing", "he_qiming"}
    assert told("case_circular_signed") == [], "the program signs nothing"
    refused(do, SIGN.replace("gu_wenjing", "bai_shouping"), "不能签发通报")
    refused(do, "sign_circular --as gu_wenjing", "签发通报缺少")
    go(do, SIGN)

    assert {"safety", "gu_wenjing", "he_qiming"} == set(sent("case_circular_signed"))
    assert all(title.startswith("【通报 TB-2026-0001】") for _, title in told("case_circular_signed"))
    assert "签发通报  顾文静  三日未复也未说明，予以通报；TB-2026-0001" in do("show")[1]
    refused(do, SIGN, "没有待签发的通报")


@pytest.mark.provision("Z9a.3.7")
def test_with_a_filed_explanation_there_is_urging_but_no_circular(letter: Any, do: Do, case_clock: Path) -> None:
    letter("2026-10-03T12:30", case_clock)
    go(do, "justify --as bai_shouping --reason 等第三方检测结果")
    for day in (3, 4, 5, 6):
        letter(f"2026-10-0{day}T16:00", case_clock)

    assert "bai_shouping" in sent("urge")
    assert {"safety", "gu_wenjing"} <= set(sent("supervise"))
    assert told("circular_draft") == []
    refused(do, SIGN, "没有待签发的通报")


def test_an_explanation_after_the_draft_and_an_answer_leave_nothing_to_sign(
    letter: Any, do: Do, case_clock: Path
) -> None:
    letter("2026-10-05T16:00", case_clock)
    assert told("circular_draft") != []
    go(do, "justify --as bai_shouping --reason 等第三方检测结果")
    refused(do, SIGN, "没有待签发的通报")
    go(do, WAY[2], WAY[3], WAY[4].replace("gu_wenjing", "shen_mingde"), WAY[5])

    refused(do, SIGN, "没有待签发的通报")


def test_an_explanation_of_the_round_before_stops_no_circular_in_the_new_one(
    letter: Any, do: Do, seen: Any, case_clock: Path
) -> None:
    """Z9a.3.7: nobody answers after the reopening, and nobody has explained that."""
    go(do, "justify --as bai_shouping --reason 等第三方检测结果", WAY[2], WAY[3])
    go(do, WAY[4].replace("gu_wenjing", "shen_mingde"), WAY[5], WAY[6])
    case_clock.write_text("2026-10-01T16:00:00+08:00")
    go(do, "reopen --as gu_wenjing --reason 再次反映")
    assert seen()["marks"] == []
    go(do, ASSIGN, "acknowledge --as bai_shouping")
    for day in (4, 5, 6):
        letter(f"2026-10-0{day}T16:00", case_clock)

    assert "gu_wenjing" in sent("circular_draft")
    go(do, SIGN)


@pytest.mark.provision("Z9a.3.4")
def test_while_a_case_waits_for_a_new_department_its_clocks_address_the_office(
    letter: Any, do: Do, seen: Any, case_clock: Path
) -> None:
    def due() -> list[tuple[str, str]]:
        return [(timer["rule"], timer["due_at"]) for timer in seen()["timers"] if timer["rule"].startswith("Z9a")]

    before = due()
    go(do, "hand_back --as bai_shouping --reason 不属我单位")
    for instant in ("2026-10-02T05:00", "2026-10-03T12:30", "2026-10-04T12:30"):
        letter(instant, case_clock)
    waiting = {kind: set(sent(kind)) - {"xu_songbai"} for kind in ("remind", "urge", "supervise")}
    go(do, ASSIGN.replace("safety", "students"))
    letter("2026-10-04T16:30", case_clock)

    assert waiting == {kind: {"gu_wenjing", "he_qiming"} for kind in waiting}
    assert "students" in sent("supervise")
    assert due() == before, "the clocks neither stop nor begin anew"
