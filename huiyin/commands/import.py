"""Command: posts from a file: an authorised feed, an own board's export, a saved WeChat article, exported comments."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections import Counter

    from huiyin.import_file import Plan, Request

HELP = "导入：授权数据、自己版块的导出（CSV、XLSX、JSON）、另存的微信文章、导出的评论"
EXAMPLES = [
    "huiyin import 导出.xlsx --as xu_songbai --source mailbox --dry-run   # 只看会怎样，不写",
    "huiyin import 微博.csv --as xu_songbai --site weibo.com --kind 微博",
    "huiyin import 文章.html --as xu_songbai",
    "huiyin import 评论.csv --as xu_songbai --site mp.weixin.qq.com --thread https://mp.weixin.qq.com/s/…",
]
MOST_TOLD = 20
TITLES = {
    "id": "编号", "url": "网址", "title": "标题", "content": "正文", "author": "作者（只存化名）",
    "published_at": "发布时间", "thread": "所属主题", "floor": "楼层", "replies": "回复数", "likes": "点赞数",
    "reposts": "转发数", "views": "浏览数", "official_reply": "答复", "official_reply_at": "答复时间", "site": "站点",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file and how to read it."""
    parser.add_argument("file", metavar="文件", type=Path, help=".csv .xlsx .json .jsonl，或微信文章另存的 .html")
    parser.add_argument(
        "--as", dest="person", required=True, metavar="人员编号", help="谁导入的（departments.yaml 里的）"
    )
    parser.add_argument("--source", default="", metavar="信源", help="是哪个已登记信源的导出；站点与类型照它")
    parser.add_argument("--site", default="", help="站点，例如 weibo.com；没有登记信源时写")
    parser.add_argument("--kind", default="", help="站点类型，例如 微博、微信、论坛")
    parser.add_argument("--thread", default="", metavar="网址", help="这些评论属于哪一篇")
    parser.add_argument("--map", dest="columns", type=Path, metavar="YAML", help="自己写的栏目对应表")
    parser.add_argument("--encoding", default="", help="文件编码，自动认错时写，例如 gb18030")
    parser.add_argument(
        "--old-days", type=int, default=30, metavar="天", help="早于多少天的只供检索，不立案不报警（30）"
    )
    parser.add_argument("--dry-run", action="store_true", help="只看栏目对应与会怎样，不写入")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Show the plan, write it, and say what became of it; 1 when a row was left out."""
    from foundation.errors import Refused
    from foundation.opening import open_school
    from huiyin.import_file import Request, plan_import, write_import

    names = ("source", "site", "kind", "thread", "columns", "encoding", "old_days")
    request = Request(arguments.file, **{name: getattr(arguments, name) for name in names})
    opened = open_school()
    try:
        if not opened.school.knows_person(arguments.person):
            raise Refused("没有这个人", arguments.person, "--as 写 departments.yaml 里的人员编号")
        plan = plan_import(opened, request)
        if not arguments.json:
            print("\n".join(plan_lines(plan, request)))
        counts = None
        if not arguments.dry_run and _agreed(arguments):
            counts = write_import(opened, plan, arguments.person)
        print(json.dumps(_as_json(plan, counts), ensure_ascii=False) if arguments.json else _end(plan, counts))
    finally:
        opened.ledger.close()
    return 1 if plan.refused else 0


def plan_lines(plan: "Plan", request: "Request") -> list[str]:
    """Return what people see before anything is written."""
    lines = [f"{request.path.name}：{len(plan.posts)} 条可以导入，{len(plan.refused)} 处没有导入"]
    if plan.columns:
        lines.append("栏目　" + "；".join(f"{TITLES[name]} ← {header}" for name, header in plan.columns.items()))
    if plan.unread:
        lines.append(f"不读的栏目　{'、'.join(plan.unread)}")
    for line, why in [*plan.refused[:MOST_TOLD], *plan.notes[:MOST_TOLD]]:
        lines.append(f"第 {line} 行　{why}" if line else why)
    left = max(len(plan.refused) - MOST_TOLD, 0) + max(len(plan.notes) - MOST_TOLD, 0)
    if left:
        lines.append(f"还有 {left} 处类似，用 --json 看全部")
    if plan.history:
        days = request.old_days
        lines.append(f"其中 {len(plan.history)} 条早于 {days:g} 天，只供检索与查重，不立案、不报警（--old-days 可改）")
    return lines


def _agreed(arguments: argparse.Namespace) -> bool:
    """Ask on a terminal; a script has decided already."""
    from huiyin.ask_person import ask_person, can_answer

    if arguments.json or not can_answer():
        return True
    return (ask_person("写入吗？[y/N] ") or "").lower() in ("y", "yes", "是")


def _end(plan: "Plan", counts: "Counter[str] | None") -> str:
    from foundation.outcome import OUTCOME_TITLES, Outcome
    from huiyin.import_file import outcomes_of

    if counts is None:
        return "没有写入任何内容。"
    changes = f"新 {counts['new']}　改 {counts['edited']}　已知 {counts['known'] + counts['recounted']}"
    ends = "　".join(f"{OUTCOME_TITLES[Outcome(name)]} {number}" for name, number in outcomes_of(counts).items())
    refused = f"　没有导入 {len(plan.refused)} 处" if plan.refused else ""
    return f"已导入：{changes}{refused}\n结果　{ends or '—'}"


def _as_json(plan: "Plan", counts: "Counter[str] | None") -> dict[str, Any]:
    return {
        "columns": plan.columns,
        "unread": plan.unread,
        "rows": len(plan.posts),
        "history": len(plan.history),
        "refused": [{"line": line, "why": why} for line, why in plan.refused],
        "notes": [{"line": line, "what": what} for line, what in plan.notes],
        "written": counts is not None,
        "counts": dict(counts or {}),
    }
