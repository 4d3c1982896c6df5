"""Command: the daily patrol 巡查: what was listened to, own boards first, and a person's signature under it."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from huiyin.read_day import read_day

if TYPE_CHECKING:
    from crawler.patrol import PatrolLine

HELP = "巡查：一天听了哪些地方，谁签了字，缺了哪几天"
EXAMPLES = [
    "huiyin patrol show",
    "huiyin patrol show 2026-11-23",
    "huiyin patrol sign --as tang_ruolan --note 无异常",
    "huiyin patrol sign --as bai_shouping --unit safety",
]
GAP_DAYS = 7


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the deeds."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    show = places.add_parser("show", help=f"一天的巡查与签字，以及前 {GAP_DAYS} 天的缺口")
    show.add_argument("day", nargs="?", type=read_day, metavar="日期", help="默认今天")
    sign = places.add_parser("sign", help="给今天的巡查签字：全校的，或写 --unit 给一个部门的")
    sign.add_argument("--unit", default="", metavar="部门编号", help="部门自己的巡查（只在工作日要求）")
    sign.add_argument("--note", default="", metavar="话", help="看到的情况，例如 无异常")
    sign.add_argument("--as", dest="person", metavar="人员编号", help="以谁的身份")
    for own in places.choices.values():
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Show a day or sign it."""
    from huiyin.wiring import open_parts

    parts = open_parts()
    try:
        return _sign(parts, arguments) if arguments.deed == "sign" else _show(parts, arguments)
    finally:
        parts.ledger.close()


def _sign(parts: Any, arguments: argparse.Namespace) -> int:
    from cases.keep_duties import DEPARTMENT_PATROL, keep_duties, sign_duty
    from foundation.errors import Refused

    if not arguments.person:
        raise Refused("没有说明是谁签字", "patrol sign", "加上 --as 人员编号；签字的只能是具名的人")
    what = DEPARTMENT_PATROL if arguments.unit else "patrol_log"
    with parts.ledger.change(arguments.person) as work:
        keep_duties(work, parts.school)
        row = sign_duty(work, parts.school, what, unit=arguments.unit, by=arguments.person, note=arguments.note)
    told = {"rule": row.rule, "day": row.first_on, "unit": row.unit, "state": row.state, "signed": row.signed}
    print(json.dumps(told, ensure_ascii=False) if arguments.json else f"{row.first_on} 的巡查已签字（{row.rule}）")
    return 0


def _show(parts: Any, arguments: argparse.Namespace) -> int:
    from cases.calendar_file import DAY
    from cases.keep_duties import DEPARTMENT_PATROL, MISSED, duties_between
    from crawler.patrol import patrol_of_day
    from crawler.source import load_sources
    from foundation import clock

    day = arguments.day or clock.at_school(clock.now()).date()
    own = {source.id for source in load_sources(parts.school).values() if source.own}
    with parts.ledger.read() as connection:
        lines = sorted(patrol_of_day(connection, day), key=lambda line: (line.source_id not in own, line.source_id))
        rows = duties_between(connection, day - DAY * GAP_DAYS, day)
    patrols = [row for row in rows if row.what in ("patrol_log", DEPARTMENT_PATROL)]
    signed = [row for row in patrols if row.first_on == str(day)]
    gaps = [row for row in patrols if row.state == MISSED]
    told = {
        "day": str(day),
        "sources": [
            {"source": line.source_id, "title": line.title, "own": line.source_id in own, "terms": list(line.terms),
             "rounds": line.rounds, "blocked": line.blocked, "waits_minutes": line.waits_minutes,
             "new": line.new, "backfilled": line.backfilled,
             "outcome": line.outcome, "alarm": line.alarm}
            for line in lines
        ],
        "duties": [{"rule": row.rule, "unit": row.unit, "state": row.state, "signed": row.signed} for row in signed],
        "gaps": [{"rule": row.rule, "unit": row.unit, "day": row.first_on} for row in gaps],
    }  # fmt: skip
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(f"{day} 巡查")
    for line in lines:
        print(_line_of(line, is_own=line.source_id in own))
    for row in signed:
        names = "、".join(f"{each['by']} {each['note']}".strip() for each in row.signed) or "还没有签字"
        print(f"签字  {row.unit or '全校'}  {row.rule}  {names}")
    for row in gaps:
        print(f"缺口  {row.first_on}  {row.unit or '全校'}  {row.rule}  没有签字")
    return 0


def _line_of(line: "PatrolLine", *, is_own: bool) -> str:
    """Return one source's day: the walls of earlier rounds too, a calm last round does not undo them."""
    from foundation.outcome import SOURCE_OUTCOME_TITLES, SourceOutcome

    mark = "（本校）" if is_own else ""
    blocked = f"（被拒 {line.blocked} 轮）" if line.blocked else ""
    past = f"（另补抓 {line.backfilled}）" if line.backfilled else ""
    outcome = SOURCE_OUTCOME_TITLES[SourceOutcome(line.outcome)] if line.outcome else "没有轮次"
    waits = f"  放慢：停 {line.waits_minutes} 分钟再听" if line.waits_minutes else ""
    terms = f"  搜索 {'、'.join(line.terms)}" if line.terms else ""
    told = f"{line.rounds} 轮{blocked}  新 {line.new}{past}  {outcome}{waits}{terms}"
    return f"  {line.source_id}{mark}  {line.title}  {told}"
