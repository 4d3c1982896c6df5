"""Command: 预警事项, filed by departments before anybody posts about it. Files, lists, shows, withdraws."""

import argparse
import json
from typing import Any

from huiyin.read_day import read_day

HELP = "预警事项：部门在还没有帖文时登记可能的风险与口径；第一条对上的帖文自动连到它"
EXAMPLES = [
    "huiyin forewarn add --as qin_weiguo --unit safety --title 停水检修 --words '三号楼 停水' --words '热水 检修' "
    "--from 2026-10-10 --until 2026-10-20 --line '检修至二十日，每晚六点前恢复供水'",
    "huiyin forewarn list",
    "huiyin forewarn show YJ-2026-0001 --as qin_weiguo",
    "huiyin forewarn cancel YJ-2026-0001 --as qin_weiguo",
]
HIDDEN = "（保密，不显示内容）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the deeds."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    listing = places.add_parser("list", help="等待中的；连上的、撤销的、过期的用 --all")
    listing.add_argument("--all", action="store_true", help="全部列出")
    adding = places.add_parser("add", help="登记一个预警事项")
    adding.add_argument("--unit", required=True, metavar="部门编号", help="哪个部门预见到的")
    adding.add_argument("--title", required=True, metavar="事由", help="是什么事，一句话")
    words = "会出现的词，一组里的词（空格分开）都出现才算对上；可写多组"
    adding.add_argument("--words", action="append", required=True, metavar="词组", help=words)
    adding.add_argument("--line", required=True, metavar="口径", help="在没有更多情况之前可以怎么说")
    adding.add_argument("--from", dest="first", type=read_day, required=True, metavar="日期", help="从哪天起")
    adding.add_argument("--until", dest="last", type=read_day, required=True, metavar="日期", help="到哪天止")
    for name, text in (("show", "一个事项：口径、连到的帖文与案件"), ("cancel", "撤销：没有发生")):
        places.add_parser(name, help=text).add_argument("number", metavar="编号")
    for own in places.choices.values():
        own.add_argument("--as", dest="person", metavar="人员编号", help="以谁的身份")
        own.add_argument("--json", action="store_true", help="输出 JSON，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed and print what stands now."""
    from cases.forewarn import WAITING, forewarning, forewarnings, load_forewarning
    from foundation import clock
    from huiyin.wiring import open_parts

    parts = open_parts()
    try:
        number = getattr(arguments, "number", "")
        if arguments.deed in ("add", "cancel"):
            number = _do(parts, arguments)
        with parts.ledger.read() as connection:
            if number:
                found = [load_forewarning(connection, number)]
            else:
                now = (forewarning.c.state == WAITING, forewarning.c.ends_at > clock.now())
                found = forewarnings(connection, *([] if arguments.all else now))
            lines = [_described(parts.school, connection, one, arguments.person) for one in found]
    finally:
        parts.ledger.close()
    for line in lines:
        _print(line, as_json=arguments.json, whole=bool(number))
    if not number and not arguments.json:
        print(f"共 {len(lines)} 项")
    return 0


def _do(parts: Any, arguments: argparse.Namespace) -> str:
    """File or withdraw; return the item's number."""
    from cases.forewarn import cancel_forewarning, file_forewarning
    from foundation.errors import Refused

    by = arguments.person
    if not by or not parts.school.knows_person(by):
        raise Refused("没有说明是谁在办", f"forewarn {arguments.deed}", "加上 --as 人员编号（departments.yaml 里的）")
    with parts.ledger.change(by) as work:
        if arguments.deed == "cancel":
            return str(cancel_forewarning(work, parts.school, arguments.number, by=by).number)
        filed = file_forewarning(
            work, parts.school, arguments.unit, title=arguments.title, signs=arguments.words,
            holding_line=arguments.line, days=(arguments.first, arguments.last), by=by,
        )  # fmt: skip
        return str(filed.number)


def _described(school: Any, connection: Any, one: Any, person: str | None) -> dict[str, Any]:
    """Return one item for people; once it is linked to a case that the reader may not read, no words."""
    from cases.case import case_of_event
    from cases.forewarn import OVER, STATES, WAITING
    from cases.roles import may_know
    from foundation import clock

    case = case_of_event(connection, one.event_id) if one.event_id else None
    knows = case is None or may_know(school, case, person)
    over = one.state == WAITING and one.ends_at <= clock.now()
    return {
        "number": one.number,
        "state": OVER if over else STATES[one.state],
        "unit": one.unit,
        "title": one.title if knows else HIDDEN,
        "words": [" ".join(group) for group in one.signs] if knows else [],
        "line": one.holding_line if knows else "",
        "from": clock.for_people(one.starts_at),
        "until": clock.for_people(one.ends_at),
        "filed_by": one.filed_by,
        "filed_at": clock.for_people(one.filed_at),
        "event_id": one.event_id,
        "post_id": one.post_id,
        "case_no": case.case_no if case else "",
        "linked_at": clock.for_people(one.linked_at) if one.linked_at else None,
    }


def _print(line: dict[str, Any], *, as_json: bool, whole: bool) -> None:
    if as_json:
        print(json.dumps(line, ensure_ascii=False))
        return
    linked = f"  帖文 {line['post_id']}  {line['case_no'] or '（还没有案件）'}" if line["post_id"] else ""
    print(
        f"{line['number']}  {line['state']}  {line['unit']}  {line['from']} 至 {line['until']}  {line['title']}{linked}"
    )
    if whole:
        print(f"  登记  {line['filed_at']}  {line['filed_by']}　词  {'；'.join(line['words'])}")
        print(f"  口径  {line['line']}")
