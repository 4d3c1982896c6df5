"""Command: the audit chain. Verifies it against its anchors, notes a new anchor, shows rows."""

import argparse
import json
from typing import Any

HELP = "审计链：校验、锚定、查看"
EXAMPLES = [
    "huiyin audit verify",
    "huiyin audit verify --anchors /mnt/usb/audit-anchor.jsonl",
    "huiyin audit anchor",
    "huiyin audit show --subject HY-2026-0001",
    "huiyin audit show --last 50 --json",
]
LAST = 20
KINDS = {
    "edited": "这一行被改过，或前面的行被换过",
    "missing": "这一行被删去了",
    "cut": "从这一行起，末尾被截掉了",
    "replaced": "从这一行起，与已锚定的不同：链被整段换过",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the three deeds."""
    deeds = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    verify = deeds.add_parser("verify", help="从头校验；第一处不对的行报出行号，退出码 1")
    verify.add_argument("--anchors", metavar="文件", help="锚定文件，默认 $HUIYIN_ANCHOR 或状态文件夹里的")
    deeds.add_parser("anchor", help="把链头的行号与哈希记到锚定文件")
    show = deeds.add_parser("show", help="列出审计行（只有编号、角色与字段名，没有帖文）")
    show.add_argument("--subject", metavar="对象", help="只看这一个对象，例如案件号")
    show.add_argument("--last", type=int, default=LAST, metavar="N", help=f"最后 N 行，默认 {LAST}")
    for own in deeds.choices.values():
        own.add_argument("--json", action="store_true", help="输出 JSON，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed."""
    from foundation.ledger import open_ledger

    ledger = open_ledger()
    try:
        return {"verify": _verify, "anchor": _anchor, "show": _show}[arguments.deed](ledger, arguments)
    finally:
        ledger.close()


def _verify(ledger: Any, arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from foundation.audit import count_rows, find_break
    from foundation.audit_anchor import anchor_file, read_anchors

    file = Path(arguments.anchors) if arguments.anchors else anchor_file(ledger.folder)
    anchors = read_anchors(file)
    with ledger.read() as connection:
        rows = count_rows(connection)
        found = find_break(connection, [anchor.head for anchor in anchors])
    if arguments.json:
        bad = {"seq": found.seq, "kind": found.kind} if found else None
        print(json.dumps({"rows": rows, "anchors": len(anchors), "first_bad": bad}, ensure_ascii=False))
    elif found:
        print(f"审计链断了：第 {found.seq} 行。{KINDS[found.kind]}。先保全现在的账本与锚定文件，再与最近的备份核对")
    elif anchors:
        print(f"审计链完好：共 {rows} 行，与 {len(anchors)} 次锚定一致（{file}）")
    else:
        print(f"审计链前后相接：共 {rows} 行。还没有锚定，末尾是否被截掉看不出来；运行 huiyin audit anchor")
    return 1 if found else 0


def _anchor(ledger: Any, arguments: argparse.Namespace) -> int:

    from foundation import clock
    from foundation.audit import read_head
    from foundation.audit_anchor import anchor_file, note_anchor

    file = anchor_file(ledger.folder)
    with ledger.read() as connection:
        head = read_head(connection)
    note_anchor(file, clock.now(), head)
    if arguments.json:
        print(json.dumps({"seq": head.seq, "hash": head.hash, "file": str(file)}, ensure_ascii=False))
    else:
        print(f"已锚定第 {head.seq} 行：{head.hash}（{file}）。把这一行哈希另存到别处（打印、邮件）更稳妥")
    return 0


def _show(ledger: Any, arguments: argparse.Namespace) -> int:
    from sqlalchemy import select

    from foundation.clock import at_school
    from foundation.tables import audit

    query = select(audit).order_by(audit.c.seq.desc()).limit(max(arguments.last, 0))
    if arguments.subject:
        query = query.where(audit.c.subject == arguments.subject)
    with ledger.read() as connection:
        rows = list(connection.execute(query))[::-1]
    for row in rows:
        at = at_school(row.at).isoformat(timespec="seconds")
        if arguments.json:
            names = ("seq", "actor", "act", "subject", "previous_hash", "hash")
            plain = {name: getattr(row, name) for name in names}
            print(json.dumps({**plain, "at": at, "details": json.loads(row.details)}, ensure_ascii=False))
        else:
            print(f"{row.seq:>6}  {at[:16].replace('T', ' ')}  {row.actor}  {row.act}  {row.subject}  {row.details}")
    if not arguments.json:
        print(f"列出 {len(rows)} 行")
    return 0
