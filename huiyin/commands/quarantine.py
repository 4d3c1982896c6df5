"""Command: what is kept sealed because a parser or step broke on it, and sending it through again after the fix."""

import argparse
from typing import Any

HELP = "隔离：解析或研判出错而加密暂存的帖文与页面，列出、重放"
EXAMPLES = ["huiyin quarantine list", "huiyin quarantine replay 12 15", "huiyin quarantine replay --all"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two acts."""
    acts = parser.add_subparsers(dest="act", title="动作", metavar="动作", required=True)
    acts.add_parser("list", help="列出还在保存期内的")
    replay = acts.add_parser("replay", help="修好之后重新处理")
    replay.add_argument("numbers", nargs="*", type=int, metavar="编号")
    replay.add_argument("--all", action="store_true", help="全部")


def run(arguments: argparse.Namespace) -> int:
    """List or replay; exit 1 when something could not be replayed."""
    from foundation.opening import open_school

    opened = open_school()
    rows = _rows(opened.ledger)
    if arguments.act == "list":
        for row in rows:
            print(f"{row.spool_id:>6}　{_kind(row)}　{row.source_id}　{row.step}　{row.reason}　{row.size} 字节")
        print(f"共 {len(rows)} 份。修好后运行 huiyin quarantine replay 编号。")
        return 0
    wanted = [row for row in rows if arguments.all or row.spool_id in arguments.numbers]
    if not wanted and not arguments.numbers:
        print("没有要重放的。写出编号，或加上 --all。" if rows else "隔离区是空的。")
    missing = set(arguments.numbers) - {row.spool_id for row in wanted}
    for number in sorted(missing):
        print(f"{number}：没有这一份，或已过保存期、已经重放")
    failed = sum(not _replay(opened, row) for row in wanted)
    return 1 if failed or missing else 0


def _rows(ledger: Any) -> list[Any]:
    from sqlalchemy import select

    from foundation import clock
    from foundation.tables import spool

    wanted = select(spool).where(spool.c.replayed_at.is_(None), spool.c.expires_at > clock.now())
    with ledger.read() as connection:
        return list(connection.execute(wanted.order_by(spool.c.spool_id)).all())


def _kind(row: Any) -> str:
    return "页面" if row.kind == "page" else "帖文"


def _replay(opened: Any, row: Any) -> bool:
    """Replay one and print what became of it; False when it broke again."""
    from foundation.errors import Refused
    from foundation.outcome import OUTCOME_TITLES, Outcome
    from pipelines.replay_quarantine import replay_post

    if row.kind == "page":
        return _replay_page(opened, row)
    try:
        outcome = replay_post(opened, row.spool_id, "huiyin quarantine replay")
    except Refused as problem:
        print(f"{row.spool_id}：{problem}")
        return False
    print(f"{row.spool_id}：{OUTCOME_TITLES[outcome]}")
    return outcome is not Outcome.QUARANTINED


def _replay_page(opened: Any, row: Any) -> bool:
    """Give a sealed page to its spider again, in a process of its own like any crawl."""
    import os
    import subprocess
    import sys

    from crawler.source import load_sources

    source = load_sources(opened.school).get(row.source_id)
    if source is None:
        print(f"{row.spool_id}：信源 {row.source_id} 已不在学校配置里，无法重放")
        return False
    command = [sys.executable, "-m", "scrapy", "crawl", source.spider, "-a", f"source={source.id}"]
    command += ["-a", f"replay={row.spool_id}"]
    environment = {"SCRAPY_SETTINGS_MODULE": "crawler.settings", **os.environ}  # found without scrapy.cfg
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603 our own spider
    again = any(each.spool_id == row.spool_id for each in _rows(opened.ledger))
    print(f"{row.spool_id}：{'仍然解析失败，页面还在' if again else '页面已重新解析'}")
    if again and done.stderr.strip():
        print(f"  {done.stderr.strip().splitlines()[-1]}")
    return not again
