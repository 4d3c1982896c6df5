"""Command: cases, from suggestion to archive. Lists and shows them, and does the acts of `cases/transitions.py`."""

import argparse
import json
from typing import Any

HELP = "案件：查看、确认、交办、签收、回复、反馈、归档"
EXAMPLES = [
    "huiyin case list --open",
    "huiyin case show HY-2026-0001",
    "huiyin case confirm HY-2026-0001 --as tang_ruolan --level 一般 --opinion 属实，转后勤 --evidence https://…",
    "huiyin case assign HY-2026-0001 --as gu_wenjing --lead safety --opinion 请三日内答复",
    "huiyin case acknowledge HY-2026-0001 --as bai_shouping",
    "huiyin case reply HY-2026-0001 --as qin_weiguo --fact-note 已核实 --disposition 已更换 --response 已公开说明",
    "huiyin case close HY-2026-0001 --as gu_wenjing",
    "huiyin case explain HY-2026-0001",
]
SEVERAL = ("assisting", "evidence")  # options that may be written more than once
NO_TITLE = "（不显示标题）"
RESTRICTED_READER = "counsellor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the readings and, from the table of acts, one sub-command for each act."""
    from cases.transitions import INPUTS, TITLES, TRANSITIONS

    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    listing = places.add_parser("list", help="列出案件")
    listing.add_argument("--open", action="store_true", help="只看未归档的")
    listing.add_argument("--overdue", action="store_true", help="只看已逾期的")
    for name, text in (("show", "经过、时限与可做的事"), ("explain", "每个时限逐日怎么算")):
        places.add_parser(name, help=text).add_argument("case_no", metavar="案件号")
    for act, title in TITLES.items():
        own = places.add_parser(act, help=title)
        own.add_argument("case_no", metavar="案件号")
        own.add_argument("--if-version", type=int, metavar="N", help="只在案件仍是第 N 版时生效")
        inputs = dict.fromkeys(name for line in TRANSITIONS if line.act == act for name in line.inputs)
        for name in inputs:
            many: dict[str, Any] = {"action": "append"} if name in SEVERAL else {}
            own.add_argument(
                f"--{name.replace('_', '-')}", dest=f"input_{name}", metavar="…", help=INPUTS[name], **many
            )
    for own in places.choices.values():
        own.add_argument("--as", dest="person", metavar="人员编号", help="以谁的身份（departments.yaml 里的编号）")
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed and print the case after it."""
    from huiyin.wiring import open_parts

    parts = open_parts()
    try:
        if arguments.deed == "list":
            return _print_list(parts, arguments)
        if arguments.deed not in ("show", "explain"):
            _act(parts, arguments)
        return _print_case(parts, arguments)
    finally:
        parts.ledger.close()


def _act(parts: Any, arguments: argparse.Namespace) -> None:
    from cases.act import perform
    from foundation.errors import Refused

    if not arguments.person:
        raise Refused("没有说明是谁在办", arguments.case_no, "加上 --as 人员编号；每一步都要有具名的人")
    inputs = {
        name.removeprefix("input_"): value for name, value in vars(arguments).items() if name.startswith("input_")
    }
    with parts.ledger.change(arguments.person) as work:
        perform(
            work, parts.store, parts.school, arguments.case_no, arguments.deed,
            by=arguments.person, version=arguments.if_version, **inputs,
        )  # fmt: skip


def _may_read_restricted(parts: Any, person: str | None) -> bool:
    return person in [holder.id for holder in parts.school.holders(RESTRICTED_READER)]


def _print_list(parts: Any, arguments: argparse.Namespace) -> int:
    from cases.case import list_cases, timers_of
    from cases.describe_case import summarize_case
    from cases.open_case import policy_of
    from foundation import clock

    now, allowed = clock.now(), _may_read_restricted(parts, arguments.person)
    with parts.ledger.read() as connection:
        cases = [
            summarize_case(
                case,
                timers_of(connection, [case.case_no]),
                policy_of(connection, parts.school, case.school_version),
                now,
            )
            for case in list_cases(connection, only_open=arguments.open)
            if allowed or not case.restricted
        ]
    if arguments.overdue:
        cases = [case for case in cases if case["overdue"]]
    if arguments.json:
        print(json.dumps({"total": len(cases), "cases": cases}, ensure_ascii=False))
        return 0
    for case in cases:
        due = f"{_minutes(case['due_at'])} 到期（{case['due_rule']}）" if case["due_at"] else "没有在计的时限"
        title = case["title"] or NO_TITLE
        print(f"{case['case_no']}  {_level(case)}  {case['state']}  {case['lead']}  {due}  {title}")
    print(f"共 {len(cases)} 件")
    return 0


def _print_case(parts: Any, arguments: argparse.Namespace) -> int:
    from cases.case import load_case, timeline, timers_of
    from cases.describe_case import describe_case
    from cases.open_case import policy_of
    from foundation import clock
    from foundation.errors import Refused

    with parts.ledger.read() as connection:
        case = load_case(connection, arguments.case_no)
        policy = policy_of(connection, parts.school, case.school_version)
        acts, timers = timeline(connection, case.case_no), timers_of(connection, [case.case_no])
    if case.restricted:
        if not _may_read_restricted(parts, arguments.person):
            raise Refused("这是先救助案件，只有心理老师能看", case.case_no, "加上 --as 心理老师的人员编号")
        with parts.ledger.change(arguments.person) as work:
            work.audit("case.read", case.case_no)
    described = describe_case(case, timers, acts, policy, clock.now())
    if arguments.json:
        print(json.dumps(described, ensure_ascii=False))
    elif arguments.deed == "explain":
        _print_timers(described)
    else:
        _print_whole(described)
    return 0


def _print_whole(case: dict[str, Any]) -> None:
    from cases.transitions import TITLES

    late = "  发现时已超期" if case["late"] else ""
    print(f"{case['case_no']}  {_level(case)}  {case['state']}  第 {case['version']} 版{late}")
    print(f"标题  {case['title'] or NO_TITLE}")
    print(f"牵头  {case['lead']}　协办  {'、'.join(case['assisting']) or '无'}　事件  {case['event_id']}")
    print(f"发现  {_minutes(case['discovered_at'])}　立案  {_minutes(case['opened_at'])}")
    _print_timers(case)
    print("经过")
    for act in case["timeline"]:
        words = "；".join(
            str(act["data"][name]) for name in ("opinion", "verdict", "reason", "response") if name in act["data"]
        )
        print(f"  {_minutes(act['at'])}  {act['title']}  {act['by']}  {words}".rstrip())
    legal = "、".join(f"{TITLES[act]} {act}" for act in case["legal_acts"])
    print(f"现在可以做的：{legal or '已归档'}")


def _print_timers(case: dict[str, Any]) -> None:
    from cases.describe_case import TIMER_STATES, spoken_span

    print("时限")
    for timer in case["timers"]:
        left = TIMER_STATES[timer["state"]] if timer["left_seconds"] is None else spoken_span(timer["left_seconds"])
        mark = "（暂定）" if timer["provisional"] else ""
        due, to = f"{_minutes(timer['due_at'])} 到期{mark}", "、".join(timer["to"])
        print(f"  {timer['source']}  {timer['what']}  {due}  {left}  → {to}")
        for day in timer["days"]:
            print(f"      {day}")


def _level(case: dict[str, Any]) -> str:
    return f"{case['level']}{'（待确认）' if case['provisional'] else ''}"


def _minutes(text: str | None) -> str:
    return text[:16].replace("T", " ") if text else "—"
