"""Command: who watches when, who is away, and the hand-over. Writes and shows the duty roster 值班表."""

import argparse
import json
from typing import Any

from huiyin.read_day import read_day

HELP = "值班表：看、排、换班、请假、交接班"
EXAMPLES = [
    "huiyin roster show",
    "huiyin roster fill --as gu_wenjing --from 2026-10-01 --to 2026-10-03 --person qin_weiguo",
    "huiyin roster swap --as qin_weiguo --day 2026-10-02 --to bai_shouping --reason 家中有事",
    "huiyin roster approve 1 --as gu_wenjing",
    "huiyin roster leave --as xu_songbai --from 2026-10-09 --to 2026-10-12 --deputy ding_xiaoyu",
    "huiyin roster handover --as qin_weiguo --to bai_shouping --note 断电一案等供电局回话",
]
SHOWN_DAYS = 14


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the deeds."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    show = places.add_parser("show", help="值班表、没排到人的日子、等着批的换班、请假的人；有缺口时退出码 1")
    show.add_argument("--days", type=int, default=SHOWN_DAYS, metavar="N", help=f"看多少天，默认 {SHOWN_DAYS}")
    fill = places.add_parser("fill", help="排班：这几天由谁值班（替换原来的）")
    fill.add_argument("--person", action="append", required=True, metavar="人员编号", help="可写多次")
    swap = places.add_parser("swap", help="申请换班；批准之前仍由原来的人值班")
    swap.add_argument("--day", type=read_day, required=True, metavar="日期")
    swap.add_argument("--to", required=True, metavar="人员编号", help="换给谁")
    swap.add_argument("--reason", required=True, metavar="理由")
    approve = places.add_parser("approve", help="批准换班，或用 --refuse 不批准")
    approve.add_argument("number", type=int, metavar="号")
    approve.add_argument("--refuse", action="store_true", help="不批准")
    leave = places.add_parser("leave", help="请假：这几天由代理人办理，记录里留两个人的名字")
    leave.add_argument("--person", metavar="人员编号", help="谁请假，默认就是 --as 的人")
    leave.add_argument("--deputy", default="", metavar="人员编号", help="谁代理，默认本部门的副手")
    for own in (fill, leave):
        own.add_argument("--from", dest="first", type=read_day, required=True, metavar="日期")
        own.add_argument("--to", dest="last", type=read_day, required=True, metavar="日期")
    over = places.add_parser("handover", help="交接班：列出全部在计的时限，记下交代的话")
    over.add_argument("--to", required=True, metavar="人员编号", help="接班人")
    over.add_argument("--note", default="", metavar="话", help="要交代的")
    for own in places.choices.values():
        own.add_argument("--as", dest="person_acting", metavar="人员编号", help="以谁的身份")
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed and say what stands now."""
    from foundation.errors import Refused
    from huiyin.wiring import open_parts

    parts = open_parts()
    try:
        if arguments.deed == "show":
            return _show(parts, arguments)
        if not arguments.person_acting:
            raise Refused("没有说明是谁在办", f"roster {arguments.deed}", "加上 --as 人员编号")
        with parts.ledger.change(arguments.person_acting) as work:
            told = DEEDS[arguments.deed](work, parts.school, arguments)
        print(json.dumps(told, ensure_ascii=False) if arguments.json else "\n".join(told["lines"]))
        return 0
    finally:
        parts.ledger.close()


def _show(parts: Any, arguments: argparse.Namespace) -> int:
    from cases.calendar_file import DAY
    from cases.leave import absences
    from cases.policy import load_policy
    from cases.roster import open_swaps, people_on, uncovered, why_named
    from foundation import clock

    policy, today = load_policy(parts.school), clock.at_school(clock.now()).date()
    last = today + DAY * (arguments.days - 1)
    days = [today + DAY * number for number in range(arguments.days)]
    with parts.ledger.read() as connection:
        people = {day: people_on(connection, day) for day in days}
        gaps = [{"day": str(day), "why": why} for day, why in uncovered(connection, policy, today, last)]
        swaps = [dict(row._mapping) for row in open_swaps(connection)]
        away = [dict(row._mapping) for row in absences(connection) if row.last_on >= str(today)]
    if arguments.json:
        shifts = {str(day): names for day, names in people.items() if names}
        told = {"shifts": shifts, "gaps": gaps, "swaps": swaps, "leave": away}
        print(json.dumps(told, ensure_ascii=False, default=str))
        return 1 if gaps else 0
    for day in days:
        if people[day] or why_named(policy, day):
            names = "、".join(parts.school.name_of(person) for person in people[day]) or "还没有排到人"
            print(f"{day}  {names}  {why_named(policy, day)}".rstrip())
    for swap in swaps:
        pair = f"{parts.school.name_of(swap['person'])} → {parts.school.name_of(swap['taker'])}"
        print(f"等着批的换班 {swap['swap_id']}：{swap['day']} {pair}（{swap['reason']}）")
    for row in away:
        who = f"{parts.school.name_of(row['person'])} 请假 {row['first_on']} 至 {row['last_on']}"
        print(f"{who}，由 {parts.school.name_of(row['deputy'])} 代理")
    print(f"没有排到人的日子：{len(gaps)} 天")
    return 1 if gaps else 0


def _fill(work: Any, school: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.roster import fill_roster

    people = arguments.person
    days = fill_roster(work, school, arguments.first, arguments.last, people, by=arguments.person_acting)
    names = "、".join(school.name_of(person) for person in people)
    return {"days": days, "lines": [f"已排 {days} 天：{arguments.first} 至 {arguments.last}，{names}"]}


def _swap(work: Any, school: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.roster import ask_swap

    number = ask_swap(work, school, arguments.day, arguments.to, arguments.reason, by=arguments.person_acting)
    line = f"换班申请 {number} 已提出；批准之前 {arguments.day} 仍由 {school.name_of(arguments.person_acting)} 值班"
    return {"number": number, "lines": [line, f"批准：huiyin roster approve {number} --as 办公室或领导的人员编号"]}


def _approve(work: Any, school: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.roster import decide_swap

    row = decide_swap(work, school, arguments.number, agree=not arguments.refuse, by=arguments.person_acting)
    who = school.name_of(row.person if arguments.refuse else row.taker)
    return {"state": row.state, "lines": [f"{row.day} 由 {who} 值班"]}


def _leave(work: Any, school: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.leave import take_leave

    person, days = arguments.person or arguments.person_acting, (arguments.first, arguments.last)
    row = take_leave(work, school, person, *days, deputy=arguments.deputy, by=arguments.person_acting)
    line = (
        f"{school.name_of(person)} {row['first_on']} 至 {row['last_on']} 请假，由 {school.name_of(row['deputy'])} 代理"
    )
    return {**row, "lines": [line]}


def _hand_over(work: Any, school: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.clock_words import STOPPED_BY
    from cases.handover import hand_over
    from foundation.clock import for_people

    rows = hand_over(work, school, arguments.to, arguments.note, by=arguments.person_acting)
    timers = [
        {"timer_id": row.timer_id, "case_no": row.case_no, "rule": row.rule, "due_at": for_people(row.due_at)}
        for row in rows
    ]
    listed = [
        f"  {for_people(row.due_at)}  {row.case_no}  {row.rule}  {STOPPED_BY.get(row.done_by, row.done_by)}  "
        f"{'（保密）' if row.confidential else row.title}"
        for row in rows
    ]
    first = f"{school.name_of(arguments.person_acting)} 交给 {school.name_of(arguments.to)}：在计的时限 {len(rows)} 个"
    note = [f"交代：{arguments.note}"] if arguments.note else []
    return {"timers": timers, "note": arguments.note, "lines": [first, *listed, *note]}


DEEDS = {"fill": _fill, "swap": _swap, "approve": _approve, "leave": _leave, "handover": _hand_over}
