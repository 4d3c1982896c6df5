"""Command: try posts without storing them. JSON Lines in; level, reasons, departments … out, line by line."""

import argparse
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from crawler.items import Post
    from foundation.school import School

HELP = "试判帖文：只看结果，不保存"
EXAMPLES = [
    "huiyin judge posts.jsonl",
    "huiyin judge --json posts.jsonl > judged.jsonl",
    'echo \'{"text": "三食堂又停水了，没人管"}\' | huiyin judge -',
]
BATCH = 200  # posts held at once: memory does not grow with the file
COUNTS = ("replies", "likes", "reposts", "views")
TEXTS = ("title", "text", "url", "site", "site_kind")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file, the school's folder and the form of the output."""
    parser.add_argument("file", metavar="FILE.jsonl|-", help="每行一个 JSON 对象：id、text 必填；- 为标准输入")
    parser.add_argument("--school", metavar="DIR", help="学校文件夹，默认 $HUIYIN_SCHOOL 或 ./school，再没有就用内置的")
    parser.add_argument("--json", action="store_true", help="每帖输出一行 JSON")


def run(arguments: argparse.Namespace) -> int:
    """Judge all lines; 1 when some could not be read, else 0."""
    import sys

    from foundation.errors import Stop
    from pipelines.judge import Judge

    school = find_school(arguments.school)
    judge = Judge.from_school(school)
    bad: list[int] = []
    try:
        with _open(arguments.file) as lines:
            for batch in _batches(read_posts(lines, bad, sys.stderr)):
                posts = judge.judge([post for _, post in batch])
                for (post_id, _), post in zip(batch, posts, strict=True):
                    print(_as_json(post_id, post, school) if arguments.json else _as_text(post_id, post, school))
    except OSError as problem:
        if isinstance(problem, BrokenPipeError):
            raise
        raise Stop("读不到帖文文件", arguments.file, f"检查路径与权限：{problem.strerror}") from problem
    if bad:
        print(f"有 {len(bad)} 行读不懂，其余已判完。", file=sys.stderr)
    return 1 if bad else 0


def find_school(given: str | None) -> "School":
    """Return the school of --school DIR, else $HUIYIN_SCHOOL, else ./school, else the built-in one."""
    import os

    from foundation.school import SETTINGS_FILE, School, SchoolFiles
    from pipelines.default_school import default_school

    named = given or os.environ.get("HUIYIN_SCHOOL")
    folder = Path(named or "school")
    if not named and not (folder / SETTINGS_FILE).is_file():
        return default_school()
    return School.from_files(SchoolFiles.from_folder(folder))


def _open(name: str) -> TextIO:
    import os
    import sys

    if name == "-":
        return os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace")
    return Path(name).open(encoding="utf-8-sig", errors="replace")


def read_posts(lines: Iterable[str], bad: list[int], complaints: TextIO) -> "Iterator[tuple[Any, Post]]":
    """Yield (id, post) of each good line; bad lines are told with their number and remembered in `bad`."""
    import orjson

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            yield row.get("id", number) if isinstance(row, dict) else number, post_of(row)
        except ValueError as problem:
            bad.append(number)
            what = "不是合法的 JSON" if isinstance(problem, orjson.JSONDecodeError) else str(problem)
            print(f"第 {number} 行读不懂：{what}。每行应是一个 JSON 对象，至少有 text", file=complaints)


def post_of(row: Any) -> "Post":
    """Return the post of one input object.

    Raises:
        ValueError: It is no object, has no text, or a field has the wrong type; says which, in Chinese.
    """
    from crawler.items import Post

    if not isinstance(row, dict):
        raise ValueError("不是一个对象")
    texts = {name: row.get(name) or "" for name in TEXTS}
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    if wrong:
        raise ValueError(f"{wrong[0]} 应当是文字")
    if not (texts["text"].strip() or texts["title"].strip()):
        raise ValueError("没有 text")
    counts = {name: _count(name, row.get(name)) for name in COUNTS}
    post = Post(
        site=texts["site"],
        site_kind=texts["site_kind"],
        url=texts["url"],
        title=texts["title"],
        content=texts["text"],
        published_at=_instant(row.get("published_at")),
    )
    post.replies, post.likes, post.reposts, post.views = (counts[name] for name in COUNTS)
    post.key = str(row.get("id", ""))
    return post


def _count(name: str, value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{name} 应当是数字")
    try:
        return int(value)
    except (ValueError, OverflowError):
        raise ValueError(f"{name} 应当是数字") from None


def _instant(value: Any) -> datetime | None:
    if not value:
        return None
    if not isinstance(value, str):
        raise ValueError("published_at 应当是 ISO 时间")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("published_at 应当是 ISO 时间") from None


def _batches(items: "Iterator[tuple[Any, Post]]") -> "Iterator[list[tuple[Any, Post]]]":
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _as_json(post_id: Any, post: "Post", school: "School") -> str:
    import json

    answer = {
        "id": post_id,
        "relevant": post.relevant,
        "relevance": {"score": post.relevance, "reason": post.relevance_reason},
        "category": post.category,
        "topics": list(post.topics),
        "level": post.level,
        "score": post.score,
        "reasons": [
            {"rule": each.rule, "title": each.title, "points": each.points, "words": list(each.words)}
            for each in post.reasons
        ],
        "counterfactual": post.counterfactual,
        "departments": [school.department(unit).name for unit in post.departments],
        "restricted": post.restricted,
        "text": "\n".join(part for part in (post.title, post.content) if part),
    }
    return json.dumps(answer, ensure_ascii=False)


def _as_text(post_id: Any, post: "Post", school: "School") -> str:
    if not post.relevant:
        return f"{post_id}　与本校无关（{post.relevance_reason}）"
    units = "、".join(school.department(unit).name for unit in post.departments)
    mark = "　【先救助：只到心理老师】" if post.restricted else ""
    lines = [f"{post_id}　{post.level}　{post.category}　{'、'.join(post.topics)}　→ {units}{mark}"]
    lines += [f"    {each.points:+.0f} {each.title}：{'、'.join(each.words)}" for each in post.reasons]
    if post.counterfactual:
        lines.append(f"    {post.counterfactual}")
    return "\n".join(lines)
