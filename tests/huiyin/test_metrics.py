"""Metrics: what Prometheus reads of the ledger, as text and on loopback."""

from datetime import timedelta

import requests
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, update

from crawler.tables import source_state
from foundation.lease import holder_name, take_lease
from foundation.tables import outbox, timer
from huiyin.metrics import metrics_text, serve_metrics
from huiyin.wiring import apply_folder

CLOCK = {
    "case_no": "HY-2026-0001", "rule": "Z1.6.2-1b", "done_by": "responded", "addressees": [], "steps_taken": {},
    "policy_version": "1", "calendar_version": "1", "explanation": [],
}  # fmt: skip


def values(text):
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_depth_dead_latency_overdue_leader_and_jobs_are_told(parts):
    with parts.ledger.change() as work:
        for number, state in enumerate(("pending", "pending", "dead", "sent")):
            known = {"dedupe_key": str(number), "kind": "due", "channel": "email", "recipient": "x", "payload": {}}
            times = {"not_before": work.at - timedelta(seconds=30), "created_at": work.at - timedelta(seconds=30)}
            times["sent_at"] = work.at if state == "sent" else None
            work.connection.execute(insert(outbox).values(**known, **times, state=state))
        take_lease(work, "scheduler", holder_name(), 90)

        for minutes in (-1, -5, 5):
            lengths = {"anchor_at": work.at, "due_at": work.at + timedelta(minutes=minutes), "state": "open"}
            work.connection.execute(insert(timer).values(**CLOCK, **lengths))

    found = values(metrics_text(parts.ledger))

    assert found["huiyin_outbox_notices", "pending"] == 2
    assert found["huiyin_outbox_notices", "dead"] == 1
    assert found["huiyin_timers_overdue",] == 2
    assert found["huiyin_leader",] == 1
    assert found["huiyin_send_latency_seconds", "0.95"] == 30


def test_the_age_of_a_sources_last_round_is_told_in_seconds(folder, parts):
    for name in ("forum", "never"):
        folder.source(name, "http://127.0.0.1:9/feed.xml")
    apply_folder(folder.path, "tester")
    with parts.ledger.change() as work:
        heard = {"finished_at": work.at - timedelta(minutes=7)}
        work.connection.execute(update(source_state).where(source_state.c.source_id == "forum").values(**heard))

    found = values(metrics_text(parts.ledger))

    assert found["huiyin_source_round_age_seconds", "forum"] == 420
    assert ("huiyin_source_round_age_seconds", "never") not in found


def test_the_page_is_on_loopback(parts):
    port = serve_metrics(0)

    assert "huiyin_outbox_oldest_seconds" in requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
