"""The application: a day as people write it in an option of a command."""

import argparse
from datetime import date

YEARS = range(1990, 2200)  # at the ends of the calendar no day can be counted from another
SHOWN = 20


def read_day(text: str) -> date:
    """Return the day of an option's text, for `type=` of argparse.

    Raises:
        argparse.ArgumentTypeError: It is no day, or none that anybody here can mean.
    """
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    try:
        day = date.fromisoformat(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{shown or '（空）'} 不是日期，写成 2026-10-01") from problem
    if day.year not in YEARS:
        raise argparse.ArgumentTypeError(f"{shown} 的年份不对，写成 2026-10-01")
    return day
