"""Command: the archive 案卷 of a case as a folder with a manifest, and its check at any later time."""

import argparse
import json
from pathlib import Path

HELP = "案卷：把归档的案件立卷成文件夹（材料、清单、散列），以后随时核对"
EXAMPLES = [
    "huiyin archive write HY-2026-0001 --as gu_wenjing --to 案卷/2026",
    "huiyin archive write HY-2026-0001 --as gu_wenjing --to 案卷/2026 --paper 领导批示件=批示扫描.pdf",
    "huiyin archive verify 案卷/2026/HY-2026-0001",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the deeds."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    writing = places.add_parser("write", help="立卷：写出规定的材料与清单，缺什么列出来")
    writing.add_argument("case_no", metavar="案件号")
    writing.add_argument("--as", dest="person", required=True, metavar="人员编号", help="谁来立卷")
    writing.add_argument("--to", type=Path, required=True, metavar="文件夹", help="案卷写在它下面的 案件号/ 里")
    words = "附上签字的纸件（扫描件），可写多次，例如 领导批示件=批示.pdf"
    writing.add_argument("--paper", action="append", default=[], metavar="种类=文件", help=words)
    checking = places.add_parser("verify", help="核对：改过的、少了的、多出的文件逐一指出，有一处就以 1 退出")
    checking.add_argument("folder", type=Path, metavar="文件夹", help="案卷的文件夹")
    for own in (writing, checking):
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Write or check one archive."""
    return _write(arguments) if arguments.deed == "write" else _verify(arguments)


def _write(arguments: argparse.Namespace) -> int:
    from cases.bundle import make_bundle, write_bundle
    from foundation.errors import Refused
    from huiyin.wiring import open_parts

    papers = []
    for given in arguments.paper:
        kind, sign, path = given.partition("=")
        if not sign:
            raise Refused("附件没有写种类", given, "写成 --paper 领导批示件=批示.pdf")
        papers.append((kind, Path(path)))
    parts = open_parts()
    try:
        with parts.ledger.change(arguments.person) as work:
            bundle = make_bundle(work, parts.school, arguments.case_no, by=arguments.person, papers=papers)
            place = write_bundle(bundle, arguments.to)  # a folder that cannot be written leaves no trace in the ledger
    finally:
        parts.ledger.close()
    if arguments.json:
        told = {"folder": str(place), "files": sorted(bundle.files), "missing": list(bundle.missing)}
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(f"已立卷：{place}，{len(bundle.files)} 个文件。核对：huiyin archive verify {place}")
    for title in bundle.missing:
        print(f"缺：{title}（有纸件的，用 --paper {title}=文件 重新立卷到别的文件夹）")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from cases.bundle import check_bundle, is_of_ledger
    from foundation.errors import LedgerMissing
    from foundation.ledger import open_ledger

    wrong, known = check_bundle(arguments.folder), None
    try:
        ledger = open_ledger()
    except LedgerMissing:  # an archive is also checked where no ledger is
        ledger = None
    if ledger:
        with ledger.read() as connection:
            known = is_of_ledger(connection, arguments.folder)
        ledger.close()
    if known is False:
        wrong.append("账本的审计链里没有这份清单（清单与散列可能一起被换过）")
    if arguments.json:
        print(json.dumps({"good": not wrong, "wrong": wrong, "known_to_ledger": known}, ensure_ascii=False))
    else:
        beside = "，与账本的审计链相符" if known else "（本机没有账本，没有与审计链对照）" if known is None else ""
        print("\n".join(wrong) if wrong else f"案卷完整，与清单一致{beside}。")
    return 1 if wrong else 0
