"""Command: alerts: what goes on, who took it; silences with reason and end; how a notice will read."""

import argparse
import json
from typing import Any

HELP = "预警：列出、认领、静默；预览通知的文字"
EXAMPLES = [
    "huiyin alerts list",
    "huiyin alerts ack 12 --as xu_songbai",
    "huiyin alerts silence --rule 食堂一小时三帖 --hours 8 --reason 已知，正在处理 --as xu_songbai",
    "huiyin alerts silences",
    "huiyin alerts preview remind",
]
HOURS_MAX = 30 * 24


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the acts."""
    acts = parser.add_subparsers(dest="act", title="动作", metavar="动作", required=True, parser_class=type(parser))
    listing = acts.add_parser("list", help="列出进行中的预警，以及此刻不提醒的原因")
    listing.add_argument("--all", action="store_true", help="也列出已平息的")
    taking = acts.add_parser("ack", help="认领预警：不再重复提醒")
    taking.add_argument("numbers", type=int, nargs="+", metavar="预警编号", help="一条消息里有几条规则时，一次认领几条")
    silencing = acts.add_parser("silence", help="静默：一段时间不提醒；特别重大与技术告警不受影响")
    about = silencing.add_mutually_exclusive_group(required=True)
    for name, words in (("rule", "规则名"), ("event", "事件号"), ("case", "案件号"), ("kind", "规则种类或事实种类")):
        about.add_argument(f"--{name}", metavar=words, help=f"只静默这个{words}")
    silencing.add_argument("--hours", type=float, required=True, help=f"多少小时，最多 {HOURS_MAX}")
    silencing.add_argument("--reason", required=True, help="理由，一句话")
    showing = acts.add_parser("silences", help="列出生效中的静默")
    lifting = acts.add_parser("lift", help="提前结束一条静默")
    lifting.add_argument("number", type=int, help="静默编号")
    for own in (taking, silencing, lifting):
        own.add_argument("--as", dest="person", metavar="人员编号", required=True, help="以谁的身份")
    for own in (listing, showing):
        own.add_argument("--json", action="store_true", help="每行一个 JSON 对象")
    previewing = acts.add_parser("preview", help="用虚构的案件看通知会怎样写（含学校自己的模板）")
    previewing.add_argument("name", nargs="?", metavar="模板名", help="不写就是全部")


def run(arguments: argparse.Namespace) -> int:
    """Do one act on the ledger."""
    from foundation.opening import open_school

    acts = {"list": _list, "ack": _ack, "silence": _silence, "silences": _silences, "lift": _lift, "preview": _preview}
    opened = open_school()
    try:
        return int(acts[arguments.act](opened, arguments))
    finally:
        opened.ledger.close()


def _list(opened: Any, arguments: argparse.Namespace) -> int:
    from sqlalchemy import select

    from alerts.tables import alert
    from foundation.clock import for_people
    from foundation.outcome import LEVELS

    asked = select(alert).order_by(alert.c.alert_id.desc())
    with opened.ledger.read() as connection:
        rows = connection.execute(asked if arguments.all else asked.where(alert.c.look_at.is_not(None))).all()
    for row in rows:
        state = (
            "已平息"
            if row.look_at is None
            else row.muted or (f"{row.acknowledged_by} 已认领" if row.acknowledged_by else "进行中")
        )
        if arguments.json:
            names = ("alert_id", "rule", "event_id", "level_code", "says", "title", "found", "tells", "acknowledged_by")
            found = {name: getattr(row, name) for name in names}
            print(json.dumps({**found, "state": state, "early": row.early}, ensure_ascii=False))
            continue
        kind = "苗头" if row.early else LEVELS[row.level_code]
        print(f"{row.alert_id:>5} {kind}　{row.rule}　{row.says}　{row.title}　{for_people(row.found_at)}　{state}")
    if not rows and not arguments.json:
        print("没有进行中的预警。")
    return 0


def _ack(opened: Any, arguments: argparse.Namespace) -> int:
    from alerts.keep_alerts import acknowledge

    _check_person(opened.school, arguments.person)
    with opened.ledger.change(arguments.person) as work:
        rows = [acknowledge(work, number, arguments.person) for number in arguments.numbers]
    for row in rows:
        print(f"预警 {row.alert_id}（{row.says}）由 {arguments.person} 认领，不再重复提醒。")
    return 0


def _silence(opened: Any, arguments: argparse.Namespace) -> int:
    from datetime import timedelta

    from alerts.silences import MATCHERS, make_silence
    from foundation.clock import for_people
    from foundation.errors import Stop

    _check_person(opened.school, arguments.person)
    if not 0 < arguments.hours <= HOURS_MAX:
        raise Stop("静默时长不对", f"--hours {arguments.hours:g}", f"写 0 到 {HOURS_MAX} 之间的小时数")
    field = next(name for name in MATCHERS if getattr(arguments, name))
    with opened.ledger.change(arguments.person) as work:
        ends_at = work.at + timedelta(hours=arguments.hours)
        words = {"made_by": arguments.person, "reason": arguments.reason, "ends_at": ends_at}
        number = make_silence(work, field, getattr(arguments, field), **words)
    print(f"静默第 {number} 号到 {for_people(ends_at)} 为止；特别重大与技术告警照常。")
    return 0


def _silences(opened: Any, arguments: argparse.Namespace) -> int:
    from alerts.silences import silences_at
    from foundation import clock

    with opened.ledger.read() as connection:
        rows = silences_at(connection, clock.now())
    for row in rows:
        if arguments.json:
            names = ("silence_id", "field", "value", "made_by", "reason", "held_back")
            ends = row.ends_at.isoformat()
            print(json.dumps({**{name: getattr(row, name) for name in names}, "ends_at": ends}, ensure_ascii=False))
        else:
            until = clock.for_people(row.ends_at)
            print(
                f"{row.silence_id:>5} {row.field} {row.value}　到 {until}　"
                f"{row.made_by}：{row.reason}　已压下 {row.held_back} 条"
            )
    if not rows and not arguments.json:
        print("没有生效中的静默。")
    return 0


def _lift(opened: Any, arguments: argparse.Namespace) -> int:
    from alerts.silences import lift_silence

    _check_person(opened.school, arguments.person)
    with opened.ledger.change(arguments.person) as work:
        lift_silence(work, arguments.number, arguments.person)
    print(f"静默第 {arguments.number} 号已结束。")
    return 0


def _preview(opened: Any, arguments: argparse.Namespace) -> int:
    from alerts.check_templates import preview, template_names
    from foundation import clock
    from foundation.config import nearest
    from foundation.errors import Stop

    names = template_names()
    if arguments.name and arguments.name not in names:
        near = nearest(arguments.name, names)
        raise Stop("没有这个通知模板", arguments.name, f"是不是 {near}？" if near else f"有：{'、'.join(names)}")
    for name in [arguments.name] if arguments.name else names:
        words = preview(opened.school, name, clock.now())
        print(f"—— {name}\n{words.title}\n{words.body}\n")
    return 0


def _check_person(school: Any, person: str) -> None:
    from foundation.config import nearest
    from foundation.errors import Stop

    if not school.knows_person(person):
        near = nearest(person, [each.id for each in school.organisation.people])
        raise Stop("没有这个人", f"--as {person}", f"是不是 {near}？" if near else "写 departments.yaml 里的人员编号")
