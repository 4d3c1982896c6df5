"""Command: the alert rules: which there are, whether they run, what one would have told before it is switched on."""

import argparse
import json
from pathlib import Path
from typing import Any

HELP = "预警规则：列出、在已存帖文上试跑、重新启用"
EXAMPLES = [
    "huiyin rules list",
    "huiyin rules test rules.yaml --since 7d",
    "huiyin rules enable 食堂一小时三帖",
]
DAYS_MAX = 365


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the three acts."""
    acts = parser.add_subparsers(dest="act", title="动作", metavar="动作", required=True, parser_class=type(parser))
    listing = acts.add_parser("list", help="列出规则，以及停用的原因")
    listing.add_argument("--json", action="store_true", help="每行一个 JSON 对象")
    testing = acts.add_parser("test", help="在已存的帖文上重放规则：会在何时触发，一天几次；不发任何通知")
    testing.add_argument("file", type=Path, metavar="文件", help="写法与 rules.yaml 相同")
    testing.add_argument("--since", default="7d", metavar="7d", help="从多少天前起（默认 7d）")
    testing.add_argument("--json", action="store_true", help="每行一个 JSON 对象")
    enabling = acts.add_parser("enable", help="让一条因出错停用的规则重新运行")
    enabling.add_argument("name", metavar="规则名")


def run(arguments: argparse.Namespace) -> int:
    """Do one act on the ledger."""
    from foundation.opening import open_school

    opened = open_school()
    try:
        return int({"list": _list, "test": _test, "enable": _enable}[arguments.act](opened, arguments))
    finally:
        opened.ledger.close()


def _list(opened: Any, arguments: argparse.Namespace) -> int:
    from alerts.load_rules import load_rules
    from alerts.run_rules import disabled_rules

    rules = load_rules(opened.school)
    with opened.ledger.read() as connection:
        stopped = disabled_rules(connection, rules)
    rows = [
        (rule.name, rule.kind, "停用" if rule.name in stopped else "运行", stopped.get(rule.name, ""))
        for rule in rules.running
    ]
    rows += [(rule.name, rule.kind, "关闭", "enabled: false") for rule in rules.off]
    rows += [(name, "—", "停用", str(problem)) for name, problem in rules.broken]
    for name, kind, state, why in rows:
        if arguments.json:
            print(json.dumps({"name": name, "kind": kind, "state": state, "why": why}, ensure_ascii=False))
        else:
            print(f"{state}　{kind:<14}　{name}{f'　（{why}）' if why else ''}")
    if not rows:
        print("还没有规则：在学校文件夹里写 rules.yaml，见 docs/alerts.md。")
    return 1 if stopped or rules.broken else 0


def _test(opened: Any, arguments: argparse.Namespace) -> int:
    from alerts.load_rules import read_rules
    from alerts.replay_rules import replay_rules
    from foundation.clock import for_people
    from foundation.errors import Stop

    days = arguments.since.removesuffix("d")
    if not (days.isdigit() and 1 <= int(days) <= DAYS_MAX):
        raise Stop("天数不对", f"--since {arguments.since}", f"写成 7d，1 到 {DAYS_MAX} 天")
    rules = read_rules(opened.school, arguments.file.read_text(encoding="utf-8"))
    for name, problem in rules.broken:
        print(f"停用　{name}　（{problem}）")
    with opened.ledger.read() as connection:
        replays = replay_rules(connection, opened.school, [*rules.running, *rules.off], int(days))
    for replay in replays:
        if arguments.json:
            fired = [{"at": at.isoformat(), "says": says, "event_id": event} for at, says, event in replay.fired]
            found = {"rule": replay.name, "posts": replay.posts, "fired": fired, "a_day": replay.a_day}
            print(json.dumps(found, ensure_ascii=False))
            continue
        print(
            f"{replay.name}：{days} 天 {replay.posts} 帖，会触发 {len(replay.fired)} 次，平均每天 {replay.a_day:.1f} 次"
        )
        for at, says, event in replay.fired:
            print(f"  {for_people(at)}　{says}{f'　事件 {event}' if event else ''}")
    return 2 if rules.broken else 0


def _enable(opened: Any, arguments: argparse.Namespace) -> int:
    from alerts.run_rules import enable_rule
    from huiyin.wiring import operator_name

    with opened.ledger.change(operator_name()) as work:
        enable_rule(work, arguments.name)
    print(f"规则“{arguments.name}”从下一拍起重新运行。")
    return 0
