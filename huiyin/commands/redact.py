"""Command: show what personal data would be removed from texts, and why. Nothing is stored; the data is not printed."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from pipelines.drop_personal_data import Redacted

HELP = "试删个人信息：显示会删去什么、为什么，不保存"
EXAMPLES = [
    "huiyin redact posts.jsonl",
    "huiyin redact --json posts.jsonl > redacted.jsonl",
    "echo '室友张伟的电话是13800138000' | huiyin redact -",
]
WHY = {
    "姓名": "私人的全名",
    "手机号": "能直接找到个人的号码",
    "座机号": "私人住宅的电话",
    "身份证号": "校验码正确或标明是身份证的号码",
    "银行卡号": "通过卡号校验或标明是卡号、账号的号码",
    "学工号": "标明或挨着姓名的学号、工号",
    "车牌号": "私人车辆的号牌",
    "邮箱": "私人邮箱",
    "QQ号": "私人账号",
    "微信号": "私人账号",
    "昵称": "@ 后面的私人账号名（部门的不算）",
    "住址": "私人住处，具体到楼或房间",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file and the form of the output."""
    parser.add_argument(
        "file", metavar="FILE|-", help="JSON Lines（每行 {id, text}）或普通文本（每行一条）；- 为标准输入"
    )
    parser.add_argument("--json", action="store_true", help="每条输出一行 JSON：id、text、spans（按原文字符的位置）")


def run(arguments: argparse.Namespace) -> int:
    """Redact all lines; 1 when some could not be read, else 0."""
    from foundation.errors import Stop, reason_of
    from pipelines.judge import redact_text

    bad: list[int] = []
    count = removed = 0
    try:
        with _open(arguments.file) as lines:
            for name, text in read_texts(lines, bad):
                redacted = redact_text(text)
                count, removed = count + 1, removed + len(redacted.spans)
                print(_as_json(name, redacted) if arguments.json else _as_text(name, redacted))
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise Stop("读不到文件", arguments.file, f"检查路径与权限：{reason_of(problem)}") from problem
    if not arguments.json:
        print(f"共 {count} 条，删去 {removed} 处。")
    if bad:
        print(f"有 {len(bad)} 行读不懂，其余已处理完。", file=sys.stderr)
    return 1 if bad else 0


def _open(name: str) -> AbstractContextManager[BinaryIO]:
    import os

    return os.fdopen(os.dup(sys.stdin.fileno()), "rb") if name == "-" else Path(name).open("rb")


def read_texts(lines: BinaryIO, bad: list[int]) -> Iterator[tuple[Any, str]]:
    """Yield (id, text) of each good line; bad lines are told with their number and remembered in `bad`.

    The first line that is not empty decides whether the file is JSON Lines (it begins with a brace) or plain text.
    """
    is_json: bool | None = None
    for number, raw in enumerate(lines, 1):
        line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if not line.strip():
            continue
        is_json = line.lstrip().startswith(b"{") if is_json is None else is_json
        try:
            yield _record(number, line) if is_json else (number, line.decode().rstrip("\r\n"))
        except ValueError as problem:
            bad.append(number)
            what = "不是 UTF-8 文字" if isinstance(problem, UnicodeDecodeError) else str(problem)
            print(f"第 {number} 行读不懂：{what}。JSON 行应有 text，普通文本存成 UTF-8", file=sys.stderr)


def _record(number: int, line: bytes) -> tuple[Any, str]:
    import json

    import orjson

    try:
        row = orjson.loads(line)
        if isinstance(row, dict) and isinstance(row.get("id"), float):  # orjson rounds integers of more than 64 bits
            row["id"] = json.loads(line)["id"]
    except ValueError as problem:
        raise ValueError("不是合法的 JSON") from problem
    if not isinstance(row, dict):
        raise ValueError("不是一个 JSON 对象")
    text = row.get("text")
    if not isinstance(text, str):
        raise ValueError("没有 text，或它不是文字")
    return row.get("id", number), text


def _as_json(name: Any, redacted: "Redacted") -> str:
    import json

    answer = {"id": name, "text": redacted.text, "spans": [list(span) for span in redacted.spans]}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _as_text(name: Any, redacted: "Redacted") -> str:
    lines = [f"{name}：{redacted.text}"]
    for start, end, kind in redacted.spans:
        lines.append(f"    删去 {kind}（{WHY[kind]}），原文第 {start + 1} 到 {end} 字")
    return "\n".join(lines) if redacted.spans else f"{lines[0]}\n    没有要删的个人信息"
