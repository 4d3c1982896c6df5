"""Command: the ledger itself: which revision its tables have, bringing an older one up, moving it to PostgreSQL."""

import argparse
import json

HELP = "账本：看表结构的版本，把旧账本升级到这个程序，搬到 PostgreSQL"
EXAMPLES = [
    "huiyin ledger status",
    "huiyin ledger status --json",
    "huiyin ledger upgrade",
    "huiyin ledger move --to postgresql://huiyin@db.example.edu.cn/huiyin",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the deeds."""
    deeds = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    status = deeds.add_parser("status", help="表结构第几号、这个程序要第几号、审计行数；要升级时退出码 1")
    status.add_argument("--json", action="store_true", help="输出 JSON，供脚本使用")
    deeds.add_parser("upgrade", help="先留一份副本，再升级；一步失败则账本原样不动")
    move = deeds.add_parser("move", help="搬到 PostgreSQL：逐表核对，校验审计链；断了再运行一次就接着搬")
    move.add_argument("--to", required=True, metavar="地址", help="postgresql://账号@主机:端口/数据库，要是空库")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed."""
    return {"status": _status, "upgrade": _upgrade, "move": _move}[arguments.deed](arguments)


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


def _move(arguments: argparse.Namespace) -> int:
    from foundation.ledger import open_at, open_ledger, read_address, state_folder
    from huiyin.move_ledger import move_ledger
    from huiyin.wiring import TABLES, operator_name

    assert TABLES  # imported: the new place gets the tables of all stages
    address = read_address(arguments.to)
    source = open_ledger()
    try:
        target = open_at(address, state_folder(), create=True)
        try:
            moved = move_ledger(
                source, target, operator_name(), lambda far: print(f"{far.table} {far.done}/{far.whole}", flush=True)
            )
        finally:
            target.close()
    finally:
        source.close()
    print(f"搬完了：{moved.tables} 张表 {moved.rows} 行，逐行核对一致；审计链完好，共 {moved.audit_rows} 行。")
    print(f"原账本没有改动（{source.place}）。下一步：设 HUIYIN_LEDGER 为新地址，运行 huiyin ledger status 与")
    print("huiyin reindex --to elasticsearch；确认无误后删掉原账本文件：里面也有帖文。")
    return 0
