"""Command: the snapshot 留存 of a post: what it said, also after its page was edited or taken down."""

import argparse
import json
from typing import Any

HELP = "留存：一条帖文听到时的原文、散列、最后看见与消失的时间，原页没了也能看"
EXAMPLES = [
    "huiyin snapshot https://bbs.example.edu.cn/thread-35-1-1.html --as tang_ruolan",
    "huiyin snapshot 1862746284097536 --as tang_ruolan --json",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which post, and who looks."""
    parser.add_argument("what", metavar="网址|帖文号", help="主题的网址是它的全部楼层；帖文号只是这一条")
    parser.add_argument("--as", dest="person", default="", metavar="人员编号", help="以谁的身份看（记入审计）")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 数组，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Show what was kept."""
    from cases.snapshot import take_snapshot
    from foundation.errors import Refused
    from huiyin.forget_address import find_posts
    from huiyin.wiring import open_parts

    if not arguments.person:
        raise Refused("没有说明是谁在看", "snapshot", "加上 --as 人员编号；看原文要具名")
    parts = open_parts()
    try:
        posts = find_posts(parts, arguments.what)
        if not posts:
            raise Refused("没有留存这一条", arguments.what, "用 huiyin search 找到它，写它的网址或帖文号")
        with parts.ledger.change(arguments.person) as work:
            shown = take_snapshot(work, parts.school, posts, arguments.person)
    finally:
        parts.ledger.close()
    print(json.dumps(shown, ensure_ascii=False) if arguments.json else "\n\n".join(map(_lines, shown)))
    return 0


def _lines(post: dict[str, Any]) -> str:
    gone = f"　{post['vanished_at']} 发现已消失" if post["vanished_at"] else "　原页仍在"
    holds = "与留存文字一致" if post["hash_holds"] else "文字已按期限删除，只剩散列"
    lines = [
        f"{post['post_id']}　{post['site']}　{post['url']}",
        f"发布　{post['published_at'] or '时间不明'}　首次听到　{post['first_seen_at']}",
        f"最后看见　{post['last_seen_at']}{gone}",
        f"散列　{post['content_hash']}（{holds}）　图片　{post['pictures']} 张（只计数，不下载）",
        f"第 {post['version']} 版　{post['title'] or '（无标题）'}",
        *(f"  {line}" for line in post["text"].splitlines()),
    ]
    lines += [f"  引用：{post['quote']}"] if post["quote"] else []
    lines += [f"  官方答复：{post['official_reply']}"] if post["official_reply"] else []
    for old in reversed(post["earlier"]):
        lines.append(
            f"第 {old['version']} 版　{old['seen_at']} 起　{old['title'] or '（无标题）'}　{old['content_hash']}"
        )
        lines += [f"  {line}" for line in old["text"].splitlines()]
    return "\n".join(lines)
