"""Command: the ledger itself: which revision its tables have, and bringing an older one up."""

import argparse
import json

HELP = "账本：看表结构的版本，把旧账本升级到这个程序"
EXAMPLES = ["huiyin ledger status", "huiyin ledger status --json", "huiyin ledger upgrade"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the deeds."""
    deeds = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    status = deeds.add_parser("status", help="表结构第几号、这个程序要第几号、审计行数；要升级时退出码 1")
    status.add_argument("--json", action="store_true", help="输出 JSON，供脚本使用")
    deeds.add_parser("upgrade", help="先留一份副本，再升级；一步失败则账本原样不动")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed."""
    return {"status": _status, "upgrade": _upgrade}[arguments.deed](arguments)


def _status(arguments: argparse.Namespace) -> int:
    from foundation.audit import count_rows
    from foundation.ledger import open_ledger
    from foundation.revision import head_revision, read_revision

    ledger = open_ledger(any_revision=True)
    try:
        with ledger.read() as connection:
            known, rows = read_revision(connection), count_rows(connection)
    finally:
        ledger.close()
    if arguments.json:
        told = {"place": ledger.place, "revision": known, "program": head_revision(), "audit_rows": rows}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"账本：{ledger.place}\n表结构第 {known} 号，这个程序要第 {head_revision()} 号；审计 {rows} 行")
        if known != head_revision():
            print("下一步：停下正在运行的 huiyin，运行 huiyin ledger upgrade（先自动留一份副本）")
    return 0 if known == head_revision() else 1


def _upgrade(_arguments: argparse.Namespace) -> int:
    from foundation.ledger import open_ledger
    from foundation.revision import head_revision
    from huiyin.upgrade_ledger import bring_up
    from huiyin.wiring import operator_name

    done = bring_up(operator_name())
    if done is None:
        open_ledger().close()
        print(f"账本已是这个程序的版本（表结构第 {head_revision()} 号），没有改动。")
        return 0
    print(
        f"账本已从表结构第 {done.before} 号升级到第 {done.after} 号，内容没有丢失。"
        + (f"升级前的副本：{done.copy}（7 天后自动删除）" if done.copy else "PostgreSQL 的备份由数据库管理员保管")
    )
    return 0
