"""Tests of expiring words: old notices and facts keep who, when and number; what waits or still runs is untouched."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from alerts.forget_words import EXPIRED, forget_words
from foundation.tables import fact, outbox


@pytest.fixture
def rows(ledger):
    """Four notices: old and sent, old and waiting, old of a running case, new; and two facts with titles."""
    with ledger.change() as work:
        old = work.at - timedelta(days=90)
        for key, case_no, state, at in (
            ("sent", "HY-1", "sent", old), ("waiting", "HY-1", "pending", old), ("running", "HY-2", "sent", old),
            ("new", "HY-1", "sent", work.at),
        ):  # fmt: skip
            values = {"dedupe_key": key, "case_no": case_no, "state": state, "created_at": at, "not_before": at}
            values |= {"kind": "opened", "channel": "email", "recipient": "logistics"}
            payload = {"title": "汤凉了", "body": "二食堂汤凉了", "link": "l", "event_id": int(case_no[-1])}
            work.connection.execute(insert(outbox).values(**values, payload=payload, sent_at=at))
        for subject in ("HY-1", "HY-2"):
            data = {"title": "汤凉了", "event_id": int(subject[-1])}
            work.connection.execute(insert(fact).values(at=old, kind="case.opened", subject=subject, data=data))
        return ledger, old


def test_only_old_finished_words_go(rows):
    ledger, old = rows
    with ledger.change() as work:
        assert forget_words(work, old, {"HY-2": 2}) == 2
    with ledger.read() as connection:
        bodies = {row.dedupe_key: row.payload["body"] for row in connection.execute(select(outbox))}
        titles = {row.subject: row.data["title"] for row in connection.execute(select(fact))}

    assert bodies == {"sent": EXPIRED, "waiting": "二食堂汤凉了", "running": "二食堂汤凉了", "new": "二食堂汤凉了"}
    assert titles == {"HY-1": "", "HY-2": "汤凉了"}


def test_who_was_told_when_stays(rows):
    ledger, old = rows
    with ledger.change() as work:
        forget_words(work, old, {})
    with ledger.read() as connection:
        row = connection.execute(select(outbox).where(outbox.c.dedupe_key == "sent")).one()

    assert (row.recipient, row.sent_at, row.case_no, row.payload["link"]) == ("logistics", old, "HY-1", "l")
    assert row.payload["title"] == f"HY-1 {EXPIRED}"


def test_a_second_pass_finds_nothing(rows):
    ledger, old = rows
    with ledger.change() as work:
        forget_words(work, old, {})

        assert forget_words(work, old, {}) == 0
