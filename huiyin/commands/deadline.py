"""Command: how a deadline is counted, day by day, for a case or for any anchor and duration."""

import argparse
import json
from typing import Any

HELP = "时限怎么算：逐日说明"
EXAMPLES = [
    "huiyin deadline explain HY-2026-0001",
    "huiyin deadline explain --anchor 2026-09-30T16:00+08:00 --within 3wd",
    "huiyin deadline explain --anchor 2026-02-14T10:00 --within 1d --rule civil_rolled --json",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the one deed, `explain`."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    own = places.add_parser("explain", help="逐日说明一个时限")
    own.add_argument("case_no", nargs="?", metavar="案件号", help="说明这个案件的全部时限")
    own.add_argument("--anchor", metavar="时间", help="起算时间，例如 2026-09-30T16:00+08:00；不写时区按北京时间")
    own.add_argument("--within", metavar="时限", help="时限：30m 3h 1d 3wd 1w 6mo same_day")
    own.add_argument("--rule", metavar="规则", help="default、civil、civil_rolled 或 duty；不写则按学校制度")
    own.add_argument("--school", metavar="DIR", help="学校文件夹，默认 $HUIYIN_SCHOOL 或 ./school")
    own.add_argument("--as", dest="person", metavar="人员编号", help="以谁的身份查看")
    own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Print due time and count."""
    from foundation.errors import Refused

    if arguments.case_no:
        from huiyin.commands import case

        return case.run(argparse.Namespace(**{**vars(arguments), "deed": "explain"}))
    if not (arguments.anchor and arguments.within):
        raise Refused("不知道要说明哪个时限", "deadline explain", "写案件号，或者写 --anchor 时间 --within 时限")
    policy = _policy(arguments)
    try:
        explained = _explain(policy, arguments)
    except ValueError as mistake:
        raise Refused("时限写得不对", arguments.within, str(mistake)) from mistake
    if arguments.json:
        print(json.dumps(explained, ensure_ascii=False))
        return 0
    print(f"到期 {explained['due_at']}{'（暂定）' if explained['provisional'] else ''}")
    print(f"起算 {explained['anchor_at']}，时限 {explained['length']}；规则 {explained['rule']}：{explained['basis']}")
    print(f"制度第 {explained['policy_version']} 版，日历 {explained['calendar_version']}")
    for day in explained["days"]:
        print(f"  {day}")
    return 0


def _policy(arguments: argparse.Namespace) -> Any:
    """The school's own policy: its office hours, its calendar, its counting."""
    from cases.policy import load_policy
    from foundation.school import School, SchoolFiles
    from huiyin.wiring import school_folder

    return load_policy(School.from_files(SchoolFiles.from_folder(school_folder(arguments.school))))


def _explain(policy: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.deadline import RULE_TITLES, read_anchor
    from cases.duration import parse_duration
    from foundation.clock import at_school

    anchor = read_anchor(arguments.anchor)
    rule = arguments.rule or policy.day_rule
    deadline = policy.deadline(anchor, arguments.within, rule)
    return {
        "due_at": at_school(deadline.due_at).isoformat(timespec="seconds"),
        "provisional": deadline.provisional,
        "days": list(deadline.days),
        "anchor_at": at_school(anchor).isoformat(timespec="seconds"),
        "within": arguments.within,
        "length": parse_duration(arguments.within).spoken,
        "rule": rule,
        "basis": RULE_TITLES[rule],
        "policy_version": str(policy.version),
        "calendar_version": policy.calendar.version,
    }
