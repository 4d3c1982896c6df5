"""`huiyin worker`: starts due rounds and leads nothing."""

from sqlalchemy import select

from foundation.tables import lease
from huiyin.schedule import LEADER, Schedule
from huiyin.worker import Worker


def test_a_worker_starts_rounds_and_leads_nothing(parts, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(Worker, "start_due_rounds", lambda _self, school: started.append(school.version))
    Schedule(parts, Worker(parts.ledger, tmp_path / "log")).work_once()

    assert started == [parts.school.version]
    with parts.ledger.read() as connection:
        assert connection.execute(select(lease).where(lease.c.name == LEADER)).first() is None
