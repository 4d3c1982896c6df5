"""Command: tasks 事项 beside the acts of a case: directives, measures, requests, enquiries. Asks, answers, lists."""

import argparse
import json
from typing import Any

from huiyin.read_day import read_day

HELP = "事项：指令、改进措施、开设版块申请、媒体来询、预案任务；有编号、有人办、有回执、到期催"
EXAMPLES = [
    "huiyin task add directive --as gu_wenjing --owner safety --words 今晚前查清停水原因 --case HY-2026-0001",
    "huiyin task receive ZL-2026-0001 --as bai_shouping",
    "huiyin task finish ZL-2026-0001 --as bai_shouping --answer 水泵已更换",
    "huiyin task add measure --as gu_wenjing --owner safety --words 每月检修 --due 2026-12-01 --case HY-2026-0001",
    "huiyin task add board_request --as qin_weiguo --owner tech --words 想开设报修版块",
    "huiyin task finish BK-2026-0001 --as cheng_wangluo --decision 同意 --answer 由信息中心建设",
    "huiyin task add media_enquiry --as xu_songbai --outside 本地晚报 --owner publicity --words 问停水几天",
    "huiyin task list --kind media_enquiry",
]
HIDDEN = "（保密，不显示内容）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the deeds."""
    from cases.task_kinds import BY_PEOPLE, KINDS

    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    listing = places.add_parser("list", help="未办的事项，先到期的在前")
    listing.add_argument("--all", action="store_true", help="办完的也列出")
    listing.add_argument("--kind", choices=KINDS, metavar="种类", help="、".join(KINDS))
    places.add_parser("show", help="一个事项的内容与经过")
    adding = places.add_parser("add", help="提出一个事项")
    titles = "、".join(f"{kind} {KINDS[kind].title}" for kind in BY_PEOPLE)
    adding.add_argument("kind", choices=BY_PEOPLE, metavar="种类", help=titles)
    adding.add_argument("--owner", required=True, metavar="编号", help="谁来办：部门、角色或人员编号")
    adding.add_argument("--words", required=True, metavar="内容", help="要办什么、问了什么")
    adding.add_argument("--case", default="", metavar="案件号", help="属于哪个案件")
    adding.add_argument("--due", type=read_day, metavar="日期", help="最后一天，例如 2026-12-01")
    adding.add_argument("--outside", default="", metavar="来人", help="校外谁来问的，例如哪家媒体")
    places.add_parser("receive", help="回执：收到了")
    finish = places.add_parser("finish", help="办结：写明结果、答复或批复理由")
    finish.add_argument("--decision", default="", choices=("同意", "不同意"), metavar="批复", help="同意或不同意")
    cancel = places.add_parser("cancel", help="撤销自己提出的事项，写明理由")
    for own in (finish, cancel):
        own.add_argument("--answer", default="", metavar="话", help="结果、答复或理由")
    for name in ("show", "receive", "finish", "cancel"):
        places.choices[name].add_argument("number", metavar="编号")
    for own in places.choices.values():
        own.add_argument("--as", dest="person", metavar="人员编号", help="以谁的身份")
        own.add_argument("--json", action="store_true", help="输出 JSON，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed and print what stands now."""
    from cases.task import OPEN, load_task, task, tasks
    from huiyin.wiring import open_parts

    parts = open_parts()
    try:
        number = getattr(arguments, "number", "")
        if arguments.deed not in ("list", "show"):
            number = _do(parts, arguments)
        with parts.ledger.read() as connection:
            if number:
                found = [load_task(connection, number)]
            else:
                kinds = [] if arguments.kind is None else [task.c.kind == arguments.kind]
                found = tasks(connection, *([] if arguments.all else [task.c.state == OPEN]), *kinds)
            lines = [_described(parts.school, connection, one, arguments.person) for one in found]
    finally:
        parts.ledger.close()
    lines.sort(key=lambda line: (line["state"] != "未办", line["due_at"] or "9999", line["number"]))
    for line in lines:
        _print(line, as_json=arguments.json, whole=bool(number))
    if not number and not arguments.json:
        print(f"共 {len(lines)} 项")
    return 0


def _do(parts: Any, arguments: argparse.Namespace) -> str:
    """Do what changes something; return the task's number."""
    from cases.keep_tasks import ask_task, cancel_task, finish_task, receive_task
    from foundation.errors import Refused

    by = arguments.person
    if not by or not parts.school.knows_person(by):
        raise Refused("没有说明是谁在办", f"task {arguments.deed}", "加上 --as 人员编号（departments.yaml 里的）")
    with parts.ledger.change(by) as work:
        if arguments.deed == "add":
            about = {"case_no": arguments.case, "due_on": arguments.due, "outside": arguments.outside}
            one = ask_task(work, parts.school, arguments.kind, arguments.owner, arguments.words, by=by, **about)
        elif arguments.deed == "receive":
            one = receive_task(work, parts.school, arguments.number, by=by)
        elif arguments.deed == "finish":
            answer, decision = arguments.answer, arguments.decision
            one = finish_task(work, parts.school, arguments.number, answer, by=by, decision=decision)
        else:
            one = cancel_task(work, arguments.number, arguments.answer, by=by)
    return one.number


def _described(school: Any, connection: Any, one: Any, person: str | None) -> dict[str, Any]:
    """Return one task for people; of a case that the reader may not read, no words."""
    from cases.case import load_case
    from cases.roles import may_know
    from cases.task import STATES
    from cases.task_kinds import KINDS
    from foundation.clock import for_people

    knows = not one.case_no or may_know(school, load_case(connection, one.case_no), person)
    return {
        "number": one.number,
        "kind": one.kind,
        "title": KINDS[one.kind].title,
        "state": STATES[one.state],
        "owner": one.owner,
        "case_no": one.case_no,
        "words": one.words if knows else HIDDEN,
        "outside": one.outside if knows else "",
        "asked_by": one.asked_by,
        "asked_at": for_people(one.asked_at),
        "due_at": for_people(one.due_at) if one.due_at else None,
        "received_at": for_people(one.received_at) if one.received_at else None,
        "received_by": one.received_by,
        "answer": one.answer if knows else "",
        "ended_by": one.ended_by,
        "ended_at": for_people(one.ended_at) if one.ended_at else None,
        "chased": sorted(one.steps_taken),
    }


def _print(line: dict[str, Any], *, as_json: bool, whole: bool) -> None:
    if as_json:
        print(json.dumps(line, ensure_ascii=False))
        return
    due = f"{line['due_at']} 到期" if line["due_at"] else "没有期限"
    asked = f"（{line['outside']}）" if line["outside"] else ""
    about = f"  {line['case_no']}" if line["case_no"] else ""
    print(f"{line['number']}  {line['title']}  {line['state']}  {line['owner']}  {due}{about}  {asked}{line['words']}")
    if whole:
        print(f"  提出  {line['asked_at']}  {line['asked_by']}")
        if line["received_at"]:
            print(f"  回执  {line['received_at']}  {line['received_by']}")
        if line["ended_at"]:
            print(f"  {line['state']}  {line['ended_at']}  {line['ended_by']}  {line['answer']}")
