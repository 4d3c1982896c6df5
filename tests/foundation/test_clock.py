"""Tests of the clock: virtual time comes from the file, real time never does."""

from datetime import UTC, datetime

import pytest

from foundation import clock
from foundation.errors import Stop


def test_virtual_time_is_read_from_the_file_each_time(tmp_path, monkeypatch):
    file = tmp_path / "clock"
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))
    file.write_text("2026-10-01T02:10:00+08:00")
    first = clock.now()
    file.write_text("2026-10-02T00:00:00+00:00")

    assert first == datetime(2026, 9, 30, 18, 10, tzinfo=UTC)
    assert clock.now() == datetime(2026, 10, 2, tzinfo=UTC)


def test_a_missing_clock_file_is_said_in_chinese(tmp_path, monkeypatch):
    monkeypatch.setenv("HUIYIN_CLOCK", str(tmp_path / "none"))

    with pytest.raises(Stop, match="虚拟时钟读不出时间"):
        clock.now()


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "明天"])
def test_an_instant_that_is_none_is_said_in_chinese(tmp_path, monkeypatch, written):
    file = tmp_path / "clock"
    file.write_text(written, encoding="utf-8")
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))

    with pytest.raises(Stop, match="虚拟时钟读不出时间"):
        clock.now()


def test_leases_do_not_follow_the_virtual_clock(tmp_path, monkeypatch):
    file = tmp_path / "clock"
    file.write_text("2030-01-01T00:00:00+00:00")
    real = clock.real_seconds()
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))

    assert abs(clock.real_seconds() - real) < 3600


def test_people_read_school_time():
    assert clock.for_people(datetime(2026, 10, 8, 9, 30, tzinfo=UTC)) == "2026-10-08 17:30"
