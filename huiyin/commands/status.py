"""Command: how the product stands now: sources with their last outcome, cases, timers, waiting notices."""

import argparse
import json

HELP = "现在的状况：信源、案件、时限、待发通知"
EXAMPLES = ["huiyin status", "huiyin status --json"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the output form."""
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Print the state; everything is read from the ledger, and nothing that is help-first is counted."""
    from foundation.clock import for_people
    from foundation.ledger import open_ledger
    from huiyin.doctor import describe_sources, describe_work
    from huiyin.explain_round import next_step, next_step_lines
    from huiyin.wiring import progress

    ledger = open_ledger()
    state = progress(ledger)
    sources = describe_sources(ledger)
    work = describe_work(ledger)
    if arguments.json:
        print(
            json.dumps(
                {
                    "idle": state.idle,
                    "next_at": state.next_at.isoformat() if state.next_at else None,
                    "rounds_running": state.rounds_running,
                    "tick_at": state.tick_at.isoformat() if state.tick_at else None,
                    "sources": sources,
                    **work,
                },
                ensure_ascii=False,
            )
        )
        return 0
    for source in sources:
        rounds = f"上轮 {source['finished_at'] or '—'}　下轮 {source['due_at'] or '—'}"
        late = "　已过期未听" if source["is_late"] else ""
        note = f"　{source['note']}" if source["note"] else ""
        alarm = f"　{source['alarm']}" if source["alarm"] and not late else ""
        print(f"{source['source']:<14}{source['title']}　{rounds}{late}{alarm}{note}")
    for line in next_step_lines((each["source"], each["title"], next_step(each["outcome"])) for each in sources):
        print(f"下一步　{line}")
    print("　".join(f"{name} {count}" for name, count in work["counts"].items()))
    tick = for_people(state.tick_at) if state.tick_at else "还没有（运行 huiyin run 开始值守）"
    print(f"正在抓取 {state.rounds_running} 组　到期未发的通知 {work['outbox_pending']} 条　最近一拍 {tick}")
    return 0
