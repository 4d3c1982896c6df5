"""Command: the outbox: what waits, what was sent, what could not be delivered and why; try a dead one again.

Notices about help-first cases are told to counsellors only; everybody else sees that there is one, its state and its
number, so that it can be sent again. A counsellor's reading is audited.
"""

import argparse
import json
import os
from typing import Any

HELP = "查看待发、已发、无法送达的通知，或重新发送"
EXAMPLES = [
    "huiyin outbox list",
    "huiyin outbox list --state dead --json",
    "huiyin outbox show 12",
    "huiyin outbox retry",
]
STATES = {"pending": "待发", "sent": "已发", "dead": "无法送达", "skipped": "跳过"}
SHOWN = ("outbox_id", "state", "kind", "case_no", "channel", "recipient", "attempts", "error")
HIDDEN = "先救助，只有心理老师可看"
READER = "counsellor"
MAX_LIMIT = 1_000_000
LAST_NUMBER = 2**63 - 1  # the ledger knows no larger one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the three acts."""
    acts = parser.add_subparsers(dest="act", title="动作", metavar="动作", required=True, parser_class=type(parser))
    listing = acts.add_parser("list", help="列出通知，新的在前")
    listing.add_argument("--state", choices=sorted(STATES), action="append", help="只看这种状态，可写多次")
    listing.add_argument("--limit", type=int, default=50, help="最多列出几条（默认 50）")
    listing.add_argument("--json", action="store_true", help="每行一个 JSON 对象")
    showing = acts.add_parser("show", help="看一条通知的全部内容")
    showing.add_argument("number", type=int, help="通知编号")
    for own in (listing, showing):
        own.add_argument("--as", dest="person", metavar="人员编号", help="以谁的身份查看")
    retrying = acts.add_parser("retry", help="修好渠道后重新发送：一条，或全部无法送达与等待修复的")
    retrying.add_argument("number", type=int, nargs="?", help="通知编号；不写就是全部")


def run(arguments: argparse.Namespace) -> int:
    """Do one act on the ledger."""
    from foundation.ledger import open_ledger

    ledger = open_ledger()
    try:
        return int({"list": _list, "show": _show, "retry": _retry}[arguments.act](ledger, arguments))
    finally:
        ledger.close()


def _list(ledger: Any, arguments: argparse.Namespace) -> int:
    from alerts.outbox_rows import list_rows
    from foundation.errors import Stop

    if not 1 <= arguments.limit <= MAX_LIMIT:
        raise Stop("条数不对", f"--limit {arguments.limit}", f"写 1 到 {MAX_LIMIT} 之间的整数")
    with ledger.read() as connection:
        rows = list_rows(connection, arguments.state or [], arguments.limit)
    hidden = _hidden(ledger, arguments.person, [row.outbox_id for row in rows])
    for row in rows:
        if arguments.json:
            print(json.dumps(_as_json(row, hidden=row.outbox_id in hidden), ensure_ascii=False))
        elif row.outbox_id in hidden:
            print(f"{row.outbox_id:>5} {STATES[row.state]}　{HIDDEN}")
        else:
            print(
                f"{row.outbox_id:>5} {STATES[row.state]}　{row.case_no or '—'}　{row.channel}:{row.recipient}"
                f"　{row.payload['title']}{f'　（{row.error}）' if row.error else ''}"
            )
    if not rows and not arguments.json:
        print("没有这样的通知。")
    return 0


def _show(ledger: Any, arguments: argparse.Namespace) -> int:
    from foundation.clock import for_people

    row = _row(ledger, arguments.number)
    if _hidden(ledger, arguments.person, [row.outbox_id]):
        print(f"{row.outbox_id} {STATES[row.state]}　{HIDDEN}")
        return 0
    for name in SHOWN:
        print(f"{name}: {getattr(row, name) if getattr(row, name) is not None else '—'}")
    print(
        f"sent_at: {for_people(row.sent_at) if row.sent_at else '—'}\n\n{row.payload['title']}\n{row.payload['body']}"
    )
    print(row.payload["link"])
    return 0


def _retry(ledger: Any, arguments: argparse.Namespace) -> int:
    from alerts.outbox_rows import retry_rows

    if arguments.number is not None:
        _row(ledger, arguments.number)
    with ledger.change("operator") as work:
        count = retry_rows(work, arguments.number)
    print(f"{count} 条通知已排队重发；运行中的 huiyin 会在下一拍发出。")
    return 0


def _row(ledger: Any, number: int) -> Any:
    from sqlalchemy import select

    from foundation.errors import Stop
    from foundation.tables import outbox

    with ledger.read() as connection:
        asked = select(outbox).where(outbox.c.outbox_id == number)
        row = connection.execute(asked).first() if 0 < number <= LAST_NUMBER else None
    if row is None:
        raise Stop("没有这条通知", str(number), "用 huiyin outbox list 查看编号")
    return row


def _hidden(ledger: Any, person: str | None, numbers: list[int]) -> set[int]:
    """Return which of the rows this person may not see; what a counsellor sees of them is audited."""
    from alerts.outbox_rows import hidden_rows
    from foundation.school import active_school

    with ledger.read() as connection:
        private = set(connection.execute(hidden_rows()).scalars()) & set(numbers)
        if not (private and person):
            return private
        readers = [holder.id for holder in active_school(connection).holders(READER)]
    if person not in readers:
        return private
    with ledger.change(person) as work:
        work.origin["os_user"] = os.getuid()  # `--as` is only said; the number of the account is known
        work.audit("outbox.read", "restricted", rows=sorted(private))
    return set()


def _as_json(row: Any, *, hidden: bool) -> dict[str, Any]:
    if hidden:
        return {"outbox_id": row.outbox_id, "state": row.state, "hidden": HIDDEN}
    instants = {name: getattr(row, name) for name in ("not_before", "created_at", "sent_at")}
    return {
        **{name: getattr(row, name) for name in (*SHOWN, "dedupe_key", "level_code", "provider_id", "payload")},
        **{name: value.isoformat() if value else None for name, value in instants.items()},
    }
