"""The application: the state as Prometheus metrics. Ledger in, text or a loopback page out; nothing help-first is told.

For `huiyin check --live --metrics` (a cron line into a textfile collector) and `huiyin scheduler --metrics PORT`.
"""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from crawler.tables import source_state
from foundation import clock
from foundation.lease import is_gone
from foundation.ledger import Ledger, open_ledger
from foundation.tables import heartbeat, lease, outbox, timer

LEADER = "scheduler"
LATENCY_ROWS = 500  # the latest sent notices


class StateCollector(Collector):
    """Reads the ledger at each scrape."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        now = clock.now()
        with self.ledger.read() as connection:
            yield from _outbox(connection, now)
            yield from _work(connection, now)
            yield from _life(connection)


def metrics_text(ledger: Ledger) -> str:
    """Return the metrics in the text exposition format."""
    registry = CollectorRegistry()
    registry.register(StateCollector(ledger))
    return generate_latest(registry).decode()


def serve_metrics(port: int) -> int:
    """Offer the metrics on loopback; return the port."""
    registry = CollectorRegistry()
    registry.register(StateCollector(open_ledger()))
    server, _thread = start_http_server(port, addr="127.0.0.1", registry=registry)
    return int(server.server_port)


def _outbox(connection: Connection, now: datetime) -> Iterator[Metric]:
    counts = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all()
    by_state = GaugeMetricFamily("huiyin_outbox_notices", "Notices by state", labels=["state"])
    known = {str(state): int(count) for state, count in counts}
    for state in ("pending", "sent", "dead", "skipped"):
        by_state.add_metric([state], known.get(state, 0))
    yield by_state
    oldest = connection.execute(
        select(func.min(outbox.c.not_before)).where(outbox.c.state == "pending", outbox.c.not_before <= now)
    ).scalar()
    waited = (now - oldest).total_seconds() if oldest else 0.0
    yield GaugeMetricFamily("huiyin_outbox_oldest_seconds", "Age of the oldest due notice", value=waited)
    rows = connection.execute(
        select(outbox.c.not_before, outbox.c.sent_at)
        .where(outbox.c.state == "sent")
        .order_by(outbox.c.outbox_id.desc())
        .limit(LATENCY_ROWS)
    ).all()
    waits = sorted((row.sent_at - row.not_before).total_seconds() for row in rows)
    latency = GaugeMetricFamily("huiyin_send_latency_seconds", "From due to accepted", labels=["quantile"])
    for quantile in (0.5, 0.95, 1.0):
        latency.add_metric([str(quantile)], waits[min(int(quantile * len(waits)), len(waits) - 1)] if waits else 0.0)
    yield latency


def _work(connection: Connection, now: datetime) -> Iterator[Metric]:
    overdue = connection.execute(select(func.count()).where(timer.c.state == "open", timer.c.due_at < now)).scalar()
    yield GaugeMetricFamily("huiyin_timers_overdue", "Open timers past their due time", value=float(overdue or 0))
    age = GaugeMetricFamily("huiyin_source_round_age_seconds", "Since a source's last round", labels=["source"])
    stands = GaugeMetricFamily("huiyin_source_outcome", "1 for how a source stands", labels=["source", "outcome"])
    for row in connection.execute(select(source_state.c.source_id, source_state.c.finished_at, source_state.c.outcome)):
        stands.add_metric([row.source_id, row.outcome], 1)  # never_run and not_enabled have no age
        if row.finished_at is not None:
            age.add_metric([row.source_id], (now - row.finished_at).total_seconds())
    yield age
    yield stands


def _life(connection: Connection) -> Iterator[Metric]:
    row = connection.execute(select(lease).where(lease.c.name == LEADER)).first()
    leads = row is not None and row.until > clock.real_seconds() and not is_gone(row.holder)
    yield GaugeMetricFamily("huiyin_leader", "Whether a process leads now", value=float(leads))
    beats = GaugeMetricFamily("huiyin_job_age_seconds", "Since a job last ended well", labels=["job"])
    for beat in connection.execute(select(heartbeat)):
        beats.add_metric([beat.job], clock.real_seconds() - beat.real_at)
    yield beats
