"""The application: a day as people write it in an option of a command."""

import argparse
from datetime import date


def read_day(text: str) -> date:
    """Return the day of an option's text, for `type=` of argparse.

    Raises:
        argparse.ArgumentTypeError: It is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{text} 不是日期，写成 2026-10-01") from problem
