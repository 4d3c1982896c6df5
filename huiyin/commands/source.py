"""Command: one source closely: what it is, how it was heard lately, what its robots.txt decided."""

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foundation.opening import Opened

HELP = "信源：看一个信源最近几轮与 robots 的决定"
EXAMPLES = ["huiyin source show forum", "huiyin source show forum --json"]
SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the acts."""
    acts = parser.add_subparsers(dest="act", title="动作", metavar="动作", required=True, parser_class=type(parser))
    showing = acts.add_parser("show", help="一个信源的登记、最近几轮、robots 的决定")
    showing.add_argument("name", metavar="信源")
    showing.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Do one act."""
    from foundation.opening import open_school

    opened = open_school()
    try:
        return _show(opened, arguments)
    finally:
        opened.ledger.close()


def _show(opened: "Opened", arguments: argparse.Namespace) -> int:
    from crawler.source import load_sources
    from huiyin.describe_source import describe_source, source_lines

    values = describe_source(opened, one_of(load_sources(opened.school), arguments.name), SHOWN)
    if arguments.json:
        print(json.dumps(values, ensure_ascii=False))
    else:
        print("\n".join(source_lines(values)))
    return 0


def one_of(sources: dict[str, Any], name: str) -> Any:
    """Return the source of that name.

    Raises:
        Stop: There is none; the nearest name is offered.
    """
    from foundation.config import nearest
    from foundation.errors import Stop

    if name not in sources:
        near = nearest(name, list(sources))
        hint = f"是不是 {near}？" if near else ""
        raise Stop("没有这个信源", name, f"{hint}已登记的信源：{'、'.join(sorted(sources)) or '（没有）'}")
    return sources[name]
