"""A department that does not say that it has a case: then its deputy, then the office."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from foundation.ledger import open_ledger
from foundation.tables import outbox
from huiyin.cli import main
from huiyin.schedule import Schedule
from huiyin.wiring import open_parts
from huiyin.worker import Worker
from tests.huiyin.commands.test_case import WALK

ASSIGN = [word for word in WALK[1] if word not in ("--assisting", "students")]


@pytest.fixture
def pass_hours(clock_file: Path, state: Path, tmp_path: Path) -> Any:
    """Let working time pass by ticks of the schedule; return what was told of receipts so far."""
    schedule = Schedule(open_parts(), Worker(open_ledger(state), tmp_path / "log"))

    def go(hours: float) -> list[tuple[str, str]]:
        now = datetime.fromisoformat(clock_file.read_text(encoding="utf-8").strip())
        clock_file.write_text((now + timedelta(hours=hours)).isoformat(), encoding="utf-8")
        schedule.tick()
        with schedule.parts.ledger.read() as connection:
            rows = connection.execute(select(outbox).where(outbox.c.kind == "unanswered").order_by(outbox.c.outbox_id))
            return [(row.channel, row.recipient) for row in rows]

    yield go
    schedule.close()


@pytest.mark.provision("Z6.11")
def test_department_then_deputy_then_office_are_told_until_somebody_takes_it(
    open_one: Any, pass_hours: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1)
    for words in (WALK[0], ASSIGN):
        assert main(["case", *words]) == 0

    assert pass_hours(1.9) == []
    assert pass_hours(0.2) == [("email", "safety"), ("dingtalk", "safety")]
    assert pass_hours(2)[2:] == [("email", "bai_shouping")]
    assert main(["case", *WALK[3]]) == 0
    assert pass_hours(3)[3:] == []


def test_the_office_is_told_last(open_one: Any, pass_hours: Any) -> None:
    open_one(1, 1)
    for words in (WALK[0], ASSIGN):
        assert main(["case", *words]) == 0
    for hours in (2, 2, 2):
        told = pass_hours(hours)

    assert told[3:] == [("email", "gu_wenjing"), ("email", "he_qiming")]
