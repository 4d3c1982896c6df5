"""Command: rounds alone: visits due sources. Any number, on any machine that sees the ledger."""

import argparse

HELP = "只做抓取：到点的信源（可起几个；一个站点同时只有一个在抓）；调度由 huiyin scheduler 做"
EXAMPLES = ["huiyin worker"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It has no options: what is due stands in the ledger."""


def run(arguments: argparse.Namespace) -> int:
    """Start due rounds until stopped."""
    from foundation.log import start_logging
    from huiyin.run_loops import work_forever
    from huiyin.wiring import open_parts

    del arguments
    start_logging()
    return work_forever(open_parts())
