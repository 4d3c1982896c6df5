"""Command: enter a clue that no crawl heard: a call, a notice from above, what a counsellor was told; and list them."""

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from foundation.opening import Opened

HELP = "线索：录入爬虫听不到的（来电、通报、信息员上报等），与帖文同样研判、归并、立案"
EXAMPLES = [
    "huiyin clue add --kind 信息员上报 --as xu_songbai --text '三号楼热水停了两天，学生在群里抱怨'",
    "huiyin clue add --kind 教育局通报 --as xu_songbai --text '…' --received-at '2026-10-12 09:30'",
    "huiyin clue add --kind 本校系统事件 --happened-at '2026-03-08 01:30' --as cheng_wangluo --text 主页被篡改，已断网",
    "huiyin clue list",
    "huiyin clue contacts --kind 公安",
]
WAYS = "值班巡查、投诉来电、信息员上报、公安通报、宣传网信通报、教育局通报、上级部门通报、其他途径、本校系统事件"
SHOWN = 20
REPORTED_TO = ("公安", "主管部门")  # kinds of contacts shown when an incident is entered


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the acts and what a clue says."""
    acts = parser.add_subparsers(dest="act", title="动作", metavar="动作", required=True, parser_class=type(parser))
    adding = acts.add_parser("add", help="录入一条")
    adding.add_argument("--kind", required=True, help=f"从哪里来：{WAYS}")
    adding.add_argument("--text", required=True, help="听到的话")
    adding.add_argument(
        "--as", dest="person", required=True, metavar="人员编号", help="谁接的（departments.yaml 里的）"
    )
    adding.add_argument("--title", default="", help="一句话的名字，可以不写")
    adding.add_argument("--url", default="", help="公开可见的网址，能与抓到的同一帖归并")
    adding.add_argument(
        "--received-at",
        default="",
        metavar="'年-月-日 时:分'",
        help="何时收到（学校时间），不写就是现在；时限从它起计",
    )
    adding.add_argument(
        "--happened-at",
        default="",
        metavar="'年-月-日 时:分'",
        help="本校系统事件何时发生（学校时间）；二十四小时报告从它起计",
    )
    book = acts.add_parser("contacts", help="校外联系簿（huiyin.yaml 的 contacts）：只供人查阅，从不向那里发送")
    book.add_argument("--kind", default="", help="只看一类：媒体、公安、主管部门、专家、其他")
    listing = acts.add_parser("list", help="最近的线索：何时收到、从哪里来、谁接的、成了哪个案件")
    listing.add_argument("--json", action="store_true", help="每条输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Do one act."""
    from foundation.opening import open_school

    opened = open_school()
    try:
        if arguments.act == "contacts":
            return _print_contacts(opened, arguments.kind)
        return _list(opened, arguments) if arguments.act == "list" else _add(opened, arguments)
    finally:
        opened.ledger.close()


def _add(opened: "Opened", arguments: argparse.Namespace) -> int:
    from foundation import clock
    from foundation.errors import Refused
    from foundation.outcome import OUTCOME_TITLES, Outcome
    from huiyin.take_in import INCIDENT, KINDS, Clue, take_in

    if arguments.kind not in KINDS:
        raise Refused("没有这种来路", arguments.kind, f"可用：{'、'.join(KINDS)}")
    received_at = _instant("收到时间", arguments.received_at) or clock.now()
    happened_at = _instant("发生时间", arguments.happened_at)
    clue = Clue(arguments.kind, arguments.text, arguments.title, arguments.url, received_at, happened_at)
    one = take_in(opened, clue, arguments.person)
    level = "先救助" if one.restricted else f"建议等级 {one.level}"
    joins = "，与已听到的帖文合并" if one.duplicate_of is not None else ""
    print(f"已录入：{OUTCOME_TITLES[Outcome(one.outcome)]}，{level}{joins}。下一拍归并、立案。")
    if arguments.kind == INCIDENT:
        print("系统不会自动报警；是否报告公安、主管部门由学校决定。联系卡：")
        for kind in REPORTED_TO:
            _print_contacts(opened, kind)
    return 0


def _list(opened: "Opened", arguments: argparse.Namespace) -> int:
    from cases.case import cases_by_number
    from huiyin.take_in import taken_clues

    with opened.ledger.read() as connection:
        taken = taken_clues(connection, SHOWN)
        cases = cases_by_number(connection, sorted({each.post.case_no for each in taken} - {""}))
        hidden = frozenset(case.case_no for case in cases if case.confidential)
        lines = [_described(opened, each, hidden) for each in taken]
    for line in lines:
        if arguments.json:
            print(json.dumps(line, ensure_ascii=False))
        else:
            told = line["case_no"] or "（未立案）"
            print(f"{line['received_at']}　{line['kind']}　接收 {line['taken_by']}　{told}　{line['title']}")
    if not lines and not arguments.json:
        print("还没有录入过线索；用 huiyin clue add 录入")
    return 0


def _described(opened: "Opened", taken: Any, hidden: frozenset[str]) -> dict[str, Any]:
    """Return one clue for people: never words of a help-first one, nor of a confidential case."""
    from foundation.clock import for_people
    from huiyin.take_in import KIND_MARK

    one, known = taken.post, opened.school.knows_person(taken.by)
    title = "保密案件" if one.case_no in hidden else (one.title or one.content)[:40]
    return {
        "post_id": one.post_id,
        "received_at": for_people(one.first_seen_at),
        "kind": one.site_kind.removeprefix(KIND_MARK),
        "taken_by": opened.school.person(taken.by).name if known else taken.by,
        "case_no": one.case_no,
        "title": "先救助，内容只给心理老师" if one.restricted else title,
    }


def _print_contacts(opened: "Opened", kind: str) -> int:
    """Print the offices outside the school, of one kind or all."""
    for one in opened.school.settings.contacts:
        if kind in ("", one.kind):
            print(f"{one.kind}  {one.name}  {one.reach}  {one.note}".rstrip())
    return 0


def _instant(name: str, words: str) -> "datetime | None":
    from datetime import datetime

    from foundation import clock
    from foundation.errors import Refused

    if not words:
        return None
    try:
        return datetime.strptime(words, "%Y-%m-%d %H:%M").replace(tzinfo=clock.SCHOOL_ZONE)
    except ValueError as problem:
        raise Refused(f"{name}读不懂", words, "写成 2026-10-12 09:30") from problem
