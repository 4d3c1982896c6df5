"""Command: the case library 案例库: closed cases with what was learned. Lists, finds, shows, compares, reports."""

import argparse
import json
from typing import Any

from huiyin.read_day import read_day

HELP = "案例库：办结案件的经验，可检索；与在办案件相似的旧案；总结报告"
EXAMPLES = [
    "huiyin library search 食堂 价格 --as gu_wenjing",
    "huiyin library digest --since 2026-07-01",
    "huiyin library similar HY-2026-0012 --as bai_shouping",
    "huiyin library report HY-2026-0003 --as bai_shouping",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the readings."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    searching = places.add_parser("search", help="检索：所有的词都出现的案例，新的在前；不写词就全部列出")
    searching.add_argument("words", nargs="*", metavar="词", help="标题、摘要、经验、措施、标签、成因里的词")
    digest = places.add_parser("digest", help="一段时间里新进案例库的，用于定期下发")
    digest.add_argument("--since", type=read_day, required=True, metavar="日期", help="从哪天起")
    for name, text in (("similar", "与一个案件相似的旧案，写明凭哪些词"), ("report", "总结报告：由经过生成，缺的标明")):
        places.add_parser(name, help=text).add_argument("case_no", metavar="案件号")
    for own in places.choices.values():
        own.add_argument("--as", dest="person", metavar="人员编号", help="以谁的身份看（保密案件只给该知道的人）")
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Answer one question from the library."""
    from huiyin.wiring import open_parts

    parts = open_parts()
    try:
        with parts.ledger.read() as connection:
            if arguments.deed == "report":
                return _print_report(parts.school, connection, arguments)
            if arguments.deed == "similar":
                return _print_similar(parts.school, connection, arguments)
            return _print_entries(parts.school, connection, arguments)
    finally:
        parts.ledger.close()


def _print_entries(school: Any, connection: Any, arguments: argparse.Namespace) -> int:
    from cases.library import library
    from foundation.clock import at_school

    words = arguments.words if arguments.deed == "search" else []
    entries = library(connection, school, arguments.person, *words)
    if arguments.deed == "digest":
        entries = [
            entry for entry in entries if entry.reviewed_at and at_school(entry.reviewed_at).date() >= arguments.since
        ]
    return _print_all([_described(school, entry) for entry in entries], as_json=arguments.json)


def _print_similar(school: Any, connection: Any, arguments: argparse.Namespace) -> int:
    from cases.library import similar_cases

    case = _readable(school, connection, arguments)
    told = [
        {**_described(school, alike.entry), "likeness": alike.likeness, "words": list(alike.words)}
        for alike in similar_cases(connection, school, case, arguments.person)
    ]
    return _print_all(told, as_json=arguments.json)


def _print_report(school: Any, connection: Any, arguments: argparse.Namespace) -> int:
    from cases.open_case import policy_of
    from cases.review_report import review_report
    from foundation.errors import Refused

    case = _readable(school, connection, arguments)
    if case.is_open:
        raise Refused(f"案件还在{case.state}，没有总结报告", case.case_no, "归档（huiyin case close）之后再写")
    text = review_report(connection, school, case, policy_of(connection, school, case.school_version))
    print(json.dumps({"case_no": case.case_no, "report": text}, ensure_ascii=False) if arguments.json else text)
    return 0


def _readable(school: Any, connection: Any, arguments: argparse.Namespace) -> Any:
    """Return the case that was asked for.

    Raises:
        Refused: It is help-first, or confidential and not for this reader.
    """
    from cases.case import load_case
    from cases.roles import may_read
    from foundation.errors import Refused

    case = load_case(connection, arguments.case_no)
    if case.restricted or not may_read(school, case, arguments.person):
        raise Refused("这个案件不在这里显示", case.case_no, "先救助的不进案例库；保密的加上 --as 该知道的人的人员编号")
    return case


def _described(school: Any, entry: Any) -> dict[str, Any]:
    from foundation.clock import for_people

    case = entry.case
    return {
        "case_no": case.case_no,
        "title": case.title,
        "level_code": case.level_code,
        "lead": school.name_of(case.lead),
        "cause": case.cause,
        "outcome": case.outcome,
        "closed_at": for_people(case.closed_at) if case.closed_at else None,
        "reviewed_at": for_people(entry.reviewed_at) if entry.reviewed_at else None,
        **{name: entry.learned.get(name, "") for name in ("summary", "lessons", "measures", "tags")},
    }


def _print_all(entries: list[dict[str, Any]], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"total": len(entries), "entries": entries}, ensure_ascii=False))
        return 0
    for entry in entries:
        _print_entry(entry)
    print(f"共 {len(entries)} 件")
    return 0


def _print_entry(entry: dict[str, Any]) -> None:
    name = entry["summary"] or entry["title"] or "（标题已按期限删除）"
    print(
        f"{entry['case_no']}  {entry['closed_at']} 归档  {entry['lead']}  {entry['cause'] or '（成因没有写）'}  {name}"
    )
    for word, title in (("lessons", "经验"), ("measures", "措施"), ("tags", "标签")):
        if entry[word]:
            print(f"    {title}  {entry[word]}")
    if "likeness" in entry:
        print(f"    相似 {entry['likeness']:.0%}，都说到：{'、'.join(entry['words'])}")
