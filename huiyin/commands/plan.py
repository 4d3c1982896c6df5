"""Command: emergency plans 应急预案. Shows the plans in force and sets one to work on a case."""

import argparse
import json
from typing import Any

HELP = "应急预案：看现行的，或对一个案件启动（同时报告两位领导、派出任务、成立工作组）"
EXAMPLES = [
    "huiyin plan list",
    "huiyin plan activate HY-2026-0001 --plan food --as gu_wenjing --member qin_weiguo --words 食堂多人不适",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the deeds."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    places.add_parser("list", help="现行的预案：版本、批准人、任务").add_argument(
        "--json", action="store_true", help="每个预案一个 JSON 对象"
    )
    act = places.add_parser("activate", help="启动：报告、任务清单、工作组一次完成")
    act.add_argument("case_no", metavar="案件号")
    act.add_argument("--plan", required=True, metavar="预案")
    act.add_argument("--member", action="append", required=True, metavar="人员编号", help="工作组成员，第一人为组长")
    act.add_argument("--words", required=True, metavar="话", help="向两位领导报告什么")
    act.add_argument("--as", dest="person", required=True, metavar="人员编号", help="以谁的身份")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed."""
    from cases.policy import load_policy
    from huiyin.wiring import open_parts

    parts = open_parts()
    try:
        if arguments.deed == "activate":
            return _activate(parts, arguments)
        for plan in load_policy(parts.school).file.plans:
            if arguments.json:
                print(json.dumps(plan.model_dump(), ensure_ascii=False))
            else:
                _print_plan(parts.school, plan)
        return 0
    finally:
        parts.ledger.close()


def _activate(parts: Any, arguments: argparse.Namespace) -> int:
    from cases.activate_plan import activate_plan, find_plan

    with parts.ledger.change(arguments.person) as work:
        tasks = activate_plan(
            work, parts.store, parts.school, arguments.case_no,
            plan_id=arguments.plan, members=arguments.member, words=arguments.words, by=arguments.person,
        )  # fmt: skip
    print(f"已启动，已报告分管领导、主要领导，工作组：{'、'.join(arguments.member)}")
    _print_plan(parts.school, find_plan(parts.school, arguments.plan))
    for one in tasks:
        print(f"{one.number}  {one.owner}  {one.words}")
    return 0


def _print_plan(school: Any, plan: Any) -> None:
    """Print a plan with who approved it and whom to call."""
    known = school.knows_person(plan.approved_by)
    approver = school.person(plan.approved_by).name if known else plan.approved_by
    print(f"{plan.id}  {plan.title}  第 {plan.version} 版  批准 {approver}")
    for each in plan.tasks:
        print(f"  任务  {each.owner}  {each.words}")
    for contact in school.settings.contacts:
        if contact.name in plan.contacts:
            print(f"  联系  {contact.name}  {contact.reach}  {contact.note}".rstrip())
