"""Test of days in options."""

import argparse
from datetime import date

import pytest

from huiyin.read_day import read_day


def test_a_day_is_read_and_anything_else_is_told_how_to_be_written() -> None:
    assert read_day("2026-10-01") == date(2026, 10, 1)
    for text in ("2026-13-01", "明天", "", "9" * 5000, "0001-01-01", "9999-12-31"):
        with pytest.raises(argparse.ArgumentTypeError, match="写成 2026-10-01"):
            read_day(text)
