"""Command: cases, from suggestion to archive. Lists and shows them, and does the acts of `cases/transitions.py`."""

import argparse
import json
import os
from typing import Any

HELP = "案件：查看，以及从确认到通报的每一步"
EXAMPLES = [
    "huiyin case list --open",
    "huiyin case show HY-2026-0001",
    "huiyin case show HY-2026-0002 --as wen_ruxin",
    "huiyin case confirm HY-2026-0001 --as tang_ruolan --level 一般 --opinion 属实，转后勤 --evidence https://…",
    "huiyin case assign HY-2026-0001 --as gu_wenjing --lead safety --opinion 请三日内答复",
    "huiyin case reply HY-2026-0001 --as bai_shouping --fact-note 已核实 --disposition 已更换 --response 已公开说明",
    "huiyin case sign_off HY-2026-0001 --as qin_weiguo",
    "huiyin case approve HY-2026-0001 --as gu_wenjing --checklist 事实,措施,立场,态度,隐私",
    "huiyin case publish HY-2026-0001 --as xu_songbai --link https://…",
    "huiyin case close HY-2026-0001 --as gu_wenjing --cause 服务",
    "huiyin case explain HY-2026-0001",
    "huiyin case count cause",
    "每一步的例子：huiyin case 动作 --help；全部动作与先后：docs/acts.md",
]
SEVERAL = ("assisting", "evidence")  # options that may be written more than once
READINGS = ("show", "explain")
ANSWERS = ("publish", "answer")  # their link is looked at before anything is stored
COUNTED = ("cause", "response_mode", "nature", "outcome", "level", "lead")
NEVER = "9999"  # sorts after every due time


class Once(argparse.Action):
    """An option that may be written once: the last of two would silently win."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: str | None = None) -> None:
        """Refuse the second."""
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option} 只能写一次")
        setattr(namespace, self.dest, values)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the readings and, from the table of acts, one sub-command for each act."""
    from cases.act_words import INPUTS
    from cases.transitions import TITLES, TRANSITIONS

    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    listing = places.add_parser("list", help="列出案件")
    listing.add_argument("--open", action="store_true", help="只看未归档的")
    listing.add_argument("--queue", action="store_true", help="等着交办的，按等级、再按到期先后")
    listing.add_argument("--overdue", action="store_true", help="只看已逾期的")
    counting = places.add_parser("count", help="按一栏计数：成因、回应方式、性质、结果、等级、牵头部门")
    counting.add_argument("column", choices=COUNTED, metavar="栏", help="、".join(COUNTED))
    for name, text in (("show", "经过、时限与可做的事"), ("explain", "每个时限逐日怎么算")):
        places.add_parser(name, help=text).add_argument("case_no", metavar="案件号")
    for act, title in TITLES.items():
        own = places.add_parser(act, help=title, epilog=f"例子：\n  {example_of(act)}")
        own.add_argument("case_no", metavar="案件号")
        own.add_argument("--if-version", type=int, metavar="N", help="只在案件仍是第 N 版时生效")
        inputs = dict.fromkeys(name for line in TRANSITIONS if line.act == act for name in line.inputs)
        for name in inputs:
            many: dict[str, Any] = {"action": "append" if name in SEVERAL else Once}
            own.add_argument(
                f"--{name.replace('_', '-')}", dest=f"input_{name}", metavar="…", help=INPUTS[name], **many
            )
    for own in places.choices.values():
        own.add_argument("--as", dest="person", metavar="人员编号", help="以谁的身份（departments.yaml 里的编号）")
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def example_of(act: str) -> str:
    """Return one example of an act, made from the table: what it needs, by a role that may do it."""
    from cases.transitions import TRANSITIONS

    line = next(line for line in TRANSITIONS if line.act == act)
    words = [f"--{need.split('|')[0].replace('_', '-')} …" for need in line.needs]
    return " ".join(["huiyin case", act, "HY-2026-0001 --as 人员编号", *words])


def run(arguments: argparse.Namespace) -> int:
    """Do one deed and print the case after it."""
    from huiyin.wiring import open_parts

    parts = open_parts()
    try:
        if arguments.deed == "list":
            return _print_list(parts, arguments)
        if arguments.deed == "count":
            return _print_counts(parts, arguments)
        if arguments.deed not in READINGS:
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
    proof = None
    if arguments.deed in ANSWERS and inputs["link"]:
        from huiyin.read_link import read_link  # imports Scrapy: a second that no other act should cost

        proof = read_link(parts.school, inputs["link"])
    with parts.ledger.change(arguments.person) as work:
        work.origin["os_user"] = os.getuid()  # `--as` is only said; the number of the account is known
        perform(
            work, parts.store, parts.school, arguments.case_no, arguments.deed,
            by=arguments.person, version=arguments.if_version, proof=proof, **inputs,
        )  # fmt: skip


def _print_counts(parts: Any, arguments: argparse.Namespace) -> int:
    from cases.count_cases import count_cases

    with parts.ledger.read() as connection:
        counts = count_cases(connection, parts.school, arguments.column)
    if arguments.json:
        print(json.dumps({"column": arguments.column, "counts": counts}, ensure_ascii=False))
        return 0
    for word, number in counts.items():
        print(f"{number:4}  {word or '（没有写）'}")
    print(f"共 {sum(counts.values())} 件（不含先救助案件）")
    return 0


def _print_list(parts: Any, arguments: argparse.Namespace) -> int:
    from cases.case import list_cases, timers_of
    from cases.describe_case import summarize_case
    from cases.open_case import policy_of
    from cases.policy import RECEIPT, TRIAGE
    from cases.presence import presence_at
    from cases.roles import may_list, may_read
    from cases.transitions import ASSIGNING
    from foundation import clock
    from huiyin.print_case import NO_TITLE, level_words, minutes

    now, school, person = clock.now(), parts.school, _known(parts.school, arguments.person)
    with parts.ledger.read() as connection:
        there = presence_at(connection, now)
        cases = [
            summarize_case(
                case,
                timers_of(connection, [case.case_no]),
                policy_of(connection, school, case.school_version),
                now,
                hidden=not may_read(school, case, person, there),
            )
            for case in list_cases(connection, only_open=arguments.open)
            if may_list(school, case, person, there)
        ]
    if arguments.queue:
        waiting = [case for case in cases if case["state"] == ASSIGNING]
        cases = sorted(waiting, key=lambda case: (-case["level_code"], case["due_at"] or NEVER, case["case_no"]))
    if arguments.overdue:
        cases = [case for case in cases if case["overdue"]]
    if arguments.json:
        print(json.dumps({"total": len(cases), "cases": cases}, ensure_ascii=False))
        return 0
    for case in cases:
        timer = f"{'' if case['due_rule'] in (TRIAGE, RECEIPT) else case['due_rule']} {case['due_what']}".strip()
        due = f"{minutes(case['due_at'])} 到期（{timer}）" if case["due_at"] else "没有在计的时限"
        lead, title = school.name_of(case["lead"]), case["title"] or NO_TITLE
        print(f"{case['case_no']}  {level_words(case)}  {case['state']}  {lead}  {due}  {title}")
    print(f"共 {len(cases)} 件")
    return 0


def _known(school: Any, person: str | None) -> str | None:
    """Return whom `--as` names; None is the operator at the machine.

    Raises:
        Refused: Nobody has this id.
    """
    if person and not school.knows_person(person):
        from foundation.errors import Refused

        raise Refused("没有这个人", person, "写 departments.yaml 里的人员编号")
    return person


def _print_case(parts: Any, arguments: argparse.Namespace) -> int:
    from cases.case import load_case, timeline, timers_of
    from cases.describe_beside import describe_beside
    from cases.describe_case import describe_case, describe_proofs
    from cases.describe_posts import describe_posts
    from cases.open_case import policy_of
    from cases.presence import presence_at
    from cases.receipt_text import receipt_text
    from cases.reply_proof import proofs_of
    from cases.roles import may_read
    from foundation import clock
    from foundation.errors import Refused
    from huiyin.print_case import print_timers, print_whole

    with parts.ledger.read() as connection:
        case = load_case(connection, arguments.case_no)
        policy = policy_of(connection, parts.school, case.school_version)
        acts, timers = timeline(connection, case.case_no), timers_of(connection, [case.case_no])
        readable = may_read(parts.school, case, arguments.person, presence_at(connection, clock.now()))
        heard = describe_posts(connection, case, readable=readable) if arguments.deed == "show" else {}
        receipt = receipt_text(case, timers) if readable else ""
        heard |= {"receipt": receipt} if receipt else {}
        heard |= {"proofs": describe_proofs(proofs_of(connection, case.case_no))} if readable else {}
        heard |= describe_beside(connection, parts.school, case, arguments.person) if readable else {}
    if case.restricted:
        if not readable:
            raise Refused("这是先救助案件，只有心理老师能看", case.case_no, "加上 --as 心理老师的人员编号")
        with parts.ledger.change(arguments.person) as work:
            work.origin["os_user"] = os.getuid()
            work.audit("case.read", case.case_no)
    shown = arguments.deed == "show"  # only this reading, which was just logged, tells a help-first case's words
    hidden = not readable or (case.restricted and not shown)
    described = describe_case(case, timers, acts, policy, clock.now(), hidden=hidden) | heard
    if arguments.json:
        print(json.dumps(described, ensure_ascii=False))
    elif arguments.deed == "explain":
        print_timers(described)
    else:
        print_whole(parts.school, described)
    return 0
