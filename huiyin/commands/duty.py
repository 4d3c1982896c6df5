"""Command: duties that come back without a case: 巡查记录, 通报, 周报, 督查评估. Lists them and notes what was done."""

import argparse
import json
from typing import Any

HELP = "周期职责：巡查记录、通报、周报、督查评估，到期没到期，谁做了"
EXAMPLES = [
    "huiyin duty list",
    "huiyin duty done bulletin --as xu_songbai --note 第48期，无异常",
    "huiyin duty done evaluation --as gu_wenjing --note 第三季度",
]
WHATS = ("bulletin", "weekly_report", "evaluation", "patrol_log")
LISTED_DAYS = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the deeds."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    places.add_parser("list", help="正在计的职责，以及最近缺的")
    done = places.add_parser("done", help="记下这一期已经做了")
    done.add_argument("what", choices=WHATS, metavar="职责", help="、".join(WHATS))
    done.add_argument("--note", default="", metavar="话", help="期号、去向等")
    done.add_argument("--as", dest="person", metavar="人员编号", help="以谁的身份")
    for own in places.choices.values():
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """List the duties, or note one as done; exit 1 when the list holds a missed one."""
    from cases.calendar_file import DAY
    from cases.keep_duties import DONE, MISSED, NAMES, duties_between, keep_duties, sign_duty
    from foundation import clock
    from foundation.errors import Refused
    from foundation.ledger import MACHINE
    from huiyin.wiring import open_parts

    parts = open_parts()
    try:
        if arguments.deed == "done" and not arguments.person:
            raise Refused("没有说明是谁做的", arguments.what, "加上 --as 人员编号")
        with parts.ledger.change(getattr(arguments, "person", None) or MACHINE) as work:
            keep_duties(work, parts.school)
            if arguments.deed == "done":
                sign_duty(work, parts.school, arguments.what, by=arguments.person, note=arguments.note)
            today = clock.at_school(work.at).date()
            rows = duties_between(work.connection, today - DAY * LISTED_DAYS, today)
    finally:
        parts.ledger.close()
    told: list[dict[str, Any]] = [
        {"rule": row.rule, "what": row.what, "name": NAMES[row.what], "unit": row.unit, "from": row.first_on,
         "ends_at": clock.at_school(row.ends_at).isoformat(), "state": row.state, "signed": row.signed}
        for row in rows
    ]  # fmt: skip
    if arguments.json:
        print(json.dumps({"duties": told}, ensure_ascii=False))
    else:
        for each in told:
            words = {"open": "未完成", DONE: "已完成", MISSED: "缺"}[each["state"]]
            until = f"{each['from']} 起，{each['ends_at'][:16].replace('T', ' ')} 前"
            print(f"{words}  {each['name']}  {each['unit'] or '全校'}  {until}（{each['rule']}）")
        print(f"共 {len(told)} 项")
    return 1 if arguments.deed == "list" and any(each["state"] == MISSED for each in told) else 0
