"""`huiyin scheduler`: leads without starting rounds; several stand by; metrics on loopback; a wrong port is refused."""

import pytest

from huiyin.cli import main
from huiyin.schedule import Schedule
from huiyin.worker import Worker


def test_a_scheduler_ticks_without_starting_rounds(parts, tmp_path, monkeypatch):
    worker = Worker(parts.ledger, tmp_path / "log")
    monkeypatch.setattr(Worker, "start_due_rounds", lambda *_each: pytest.fail("a scheduler starts no rounds"))
    schedule = Schedule(parts, worker, with_rounds=False)
    schedule.tick()

    assert schedule.failures == {}
    assert "rounds" in schedule.done


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_wrong_port_is_refused(parts, port, capsys):
    assert main(["scheduler", "--metrics", port]) == 2
    assert "端口不对" in capsys.readouterr().err
