"""Tests of shared tables: instants are aware, sortable text in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from foundation.tables import Instant, instant_text


def test_an_instant_is_stored_in_utc_and_sorts_as_text():
    early = datetime(2026, 10, 1, 7, 0, tzinfo=timezone(timedelta(hours=8)))
    late = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)

    assert instant_text(early) == "2026-09-30T23:00:00.000000+00:00"
    assert instant_text(early) < instant_text(late)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="naive"):
        instant_text(datetime(2026, 10, 1))  # noqa: DTZ001 the point of the test


def test_what_was_stored_is_read_back_equal():
    instant = datetime(2026, 10, 1, 7, 0, 1, 5, tzinfo=UTC)
    column = Instant()

    assert column.process_result_value(column.process_bind_param(instant, None), None) == instant
