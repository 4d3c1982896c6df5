"""Rows of the outbox: claims are unique and fenced, dedupe keys hold, retry queues again."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from alerts import outbox_rows
from alerts.channel_health import take_down
from alerts.outbox_rows import (
    Notice,
    claim_rows,
    free_claims,
    list_rows,
    mark,
    mark_again,
    put_in,
    renew_claim,
    retry_rows,
)
from foundation import clock
from foundation.tables import outbox

CLAIM_ALL = """
import sys
from pathlib import Path
from alerts.outbox_rows import claim_rows
from foundation.ledger import open_ledger
ledger = open_ledger(Path(sys.argv[1]))
sys.stdin.readline()
while True:
    with ledger.change() as work:
        rows = claim_rows(work, sys.argv[2], 7)
    if not rows:
        break
    print(*[row.outbox_id for row in rows], sep="\\n")
"""


def _notice(number=0):
    return Notice(f"k{number}:email:safety", "HY-1", 1, "remind", "email", "safety", {"title": "题"})


@pytest.fixture
def claimed(ledger):
    with ledger.change() as work:
        put_in(work, [_notice()])
        return claim_rows(work, "me", 10)[0]


def test_four_processes_claim_two_hundred_rows_each_once(ledger, tmp_path):
    with ledger.change() as work:
        put_in(work, [_notice(number) for number in range(200)])
    command = [sys.executable, "-c", CLAIM_ALL, str(tmp_path / "var")]
    workers = [
        subprocess.Popen([*command, f"w{n}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ)
        for n in range(4)
    ]
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    claims = Counter(number for worker in workers for number in worker.communicate()[0].split())

    assert len(claims) == 200
    assert set(claims.values()) == {1}


def test_a_claimed_row_is_not_claimed_again(ledger, claimed):
    with ledger.change() as work:
        assert claim_rows(work, "other", 10) == []


def test_a_claim_that_ran_out_is_free(ledger, claimed):
    with ledger.change() as work:
        work.connection.execute(update(outbox).values(lease_until=1.0))

        assert len(claim_rows(work, "other", 10)) == 1


def test_who_lost_the_lease_can_mark_nothing(ledger, claimed):
    with ledger.change() as work:
        work.connection.execute(update(outbox).values(lease_until=1.0))
        claim_rows(work, "other", 10)

        assert renew_claim(work, claimed) is None
        assert mark(work, claimed, claimed.lease_until, state="sent") is False


def test_a_renewed_claim_marks_once(ledger, claimed):
    with ledger.change() as work:
        until = renew_claim(work, claimed)

        assert [mark(work, claimed, until, state="sent"), mark(work, claimed, until, state="sent")] == [True, False]


def test_the_claims_of_a_dead_holder_are_given_back(ledger, claimed):
    with ledger.change() as work:
        assert free_claims(work, "me") == 1
        assert len(claim_rows(work, "other", 10)) == 1


def test_what_is_not_yet_due_is_not_claimed(ledger, move_clock):
    with ledger.change() as work:
        put_in(work, [replace(_notice(), not_before=work.at + timedelta(hours=9))])
    for hours in (0, -2, 10):
        move_clock(hours=hours)
        with ledger.change() as work:
            assert claim_rows(work, "me", 10) == []
    move_clock(hours=1)
    with ledger.change() as work:
        assert len(claim_rows(work, "me", 10)) == 1


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_gravest_notice_is_claimed_at_once_after_the_clock_stepped(ledger, move_clock, hours):
    with ledger.change() as work:
        put_in(work, [replace(_notice(), level_code=3)])
    move_clock(hours=hours)
    with ledger.change() as work:
        assert len(claim_rows(work, "me", 10)) == 1


@pytest.mark.parametrize(("is_down", "claims"), [(False, 1), (True, 0)])
def test_another_try_that_lies_too_far_ahead_is_due_unless_the_channel_is_down(
    ledger, claimed, move_clock, is_down, claims
):
    with ledger.change() as work:
        mark_again(work, claimed, claimed.lease_until, work.at + timedelta(minutes=10), "忙")
    move_clock(hours=-2)
    with ledger.change() as work:
        if is_down:
            take_down(work, "email", "safety", "额度用完", work.at + timedelta(days=9))
    with ledger.change() as work:
        again = [row for row in claim_rows(work, "me", 10) if row.outbox_id == claimed.outbox_id]
    assert len(again) == claims


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_dead_process_holds_no_row_beyond_the_length_of_a_claim_after_the_clock_stepped(
    ledger, claimed, monkeypatch, hours
):
    stepped = claimed.lease_until + hours * 3600
    monkeypatch.setattr(clock, "real_seconds", lambda: stepped)
    with ledger.change() as work:
        assert len(claim_rows(work, "other", 10)) == 1
        assert claim_rows(work, "third", 10) == []
        assert mark(work, claimed, claimed.lease_until, state="sent") is False


def test_retry_queues_a_dead_row_now(ledger, claimed):
    with ledger.change() as work:
        mark(work, claimed, claimed.lease_until, state="dead", error="550")
        count = retry_rows(work, claimed.outbox_id)

        assert count == 1
        assert list_rows(work.connection, ["pending"], 5)[0].attempts == 0


def test_retry_leaves_what_was_sent(ledger, claimed):
    with ledger.change() as work:
        mark(work, claimed, claimed.lease_until, state="sent")

        assert retry_rows(work, None) == 0


def test_the_list_is_newest_first(ledger):
    with ledger.change() as work:
        put_in(work, [_notice(number) for number in range(3)])

        assert [row.outbox_id for row in list_rows(work.connection, [], 2)] == [3, 2]


def test_a_lease_lasts_a_minute():
    assert outbox_rows.LEASE_SECONDS == 60
