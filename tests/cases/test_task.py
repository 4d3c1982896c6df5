"""Tasks are numbered by kind and year of the school."""

from datetime import datetime

import pytest

from cases.task import load_task, next_number
from foundation.clock import SCHOOL_ZONE
from foundation.errors import Refused


def test_the_first_number_of_a_year_is_one(ledger):
    with ledger.read() as connection:
        assert next_number(connection, "ZL", datetime(2027, 1, 1, 0, 30, tzinfo=SCHOOL_ZONE)) == "ZL-2027-0001"


def test_an_unknown_number_is_refused(ledger):
    with ledger.read() as connection, pytest.raises(Refused, match="没有这个事项"):
        load_task(connection, "ZL-2026-0001")
