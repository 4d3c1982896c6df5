"""Command: try posts without storing them. JSON Lines in; level, reasons, departments … out, line by line."""

import argparse
import re
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
COUNTS = ("replies", "likes", "reposts", "views", "pictures")
TEXTS = ("title", "text", "url", "site", "site_kind")
FIRST_INSTANT, MILLISECONDS_FROM = 1e8, 1e10  # Unix seconds lie between; beyond are milliseconds
TAG = re.compile(
    r"<(?:p|br|img|div|span|a|b|i|em|strong|font|table|tr|td|ul|ol|li|h[1-6]|blockquote|section|article|body|html|video"
    r"|figure|script|style|pre|hr|u|s)(?:\s+[a-z:-]+(?:[\s=][^<>]*)?)?\s*/?>",
    re.I,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file, the school's folder and the form of the output."""
    parser.add_argument("file", metavar="FILE.jsonl|-", help="每行一个 JSON 对象，至少有 text；- 为标准输入")
    parser.add_argument("--school", metavar="DIR", help="学校文件夹，默认 $HUIYIN_SCHOOL 或 ./school，再没有就用内置的")
    parser.add_argument("--json", action="store_true", help="每帖输出一行 JSON")


def run(arguments: argparse.Namespace) -> int:
    """Judge all lines; 1 when some could not be read, else 0."""
    import sys

    from foundation.errors import Stop, reason_of
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
        raise Stop("读不到帖文文件", arguments.file, f"检查路径与权限：{reason_of(problem)}") from problem
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
    """Yield (id, post) of each good line; bad lines are told with their number and remembered in `bad`.

    A field that may be missing and cannot be read is told too and taken as missing: the post is judged all the same.
    """
    import json

    import orjson

    from foundation.clock import now

    asked_at = now()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            post, unread = post_of(row, asked_at)
            if isinstance(row.get("id"), float):  # orjson rounds integers of more than 64 bits
                row["id"] = json.loads(line)["id"]
        except ValueError as problem:
            bad.append(number)
            what = "不是合法的 JSON" if isinstance(problem, orjson.JSONDecodeError) else str(problem)
            print(f"第 {number} 行读不懂：{what}。每行应是一个 JSON 对象，至少有 text", file=complaints)
            continue
        if unread:
            print(f"第 {number} 行的 {'、'.join(unread)} 看不懂，当作没写；这一帖照判。", file=complaints)
        yield row.get("id", number), post


def post_of(row: Any, now: datetime) -> "tuple[Post, list[str]]":
    """Return the post of one input object, and the names of its fields that could not be read.

    Args:
        row: What the line held.
        now: Instant from which 昨天 and 3 小时前 count.

    Raises:
        ValueError: It is no object, or has neither text nor title nor pictures; says which, in Chinese.
    """
    from crawler.items import Post

    if not isinstance(row, dict):
        raise ValueError("不是一个对象")
    given = {name: row[name] for name in (*TEXTS, *COUNTS, "published_at") if row.get(name) not in (None, "")}
    texts = {name: value for name, value in given.items() if name in TEXTS and isinstance(value, str)}
    counts = {name: count for name in COUNTS if (count := _count(given.get(name))) is not None}
    title, _ = _plain(texts.get("title", ""))
    content, pictures = _plain(texts.get("text", ""))
    pictures = max(pictures, counts.get("pictures", 0))
    if not (texts.get("text", "").strip() or title.strip() or pictures):
        raise ValueError("没有 text")
    post = Post(title=title, content=content, pictures=pictures, key=str(row.get("id", "")))
    post.site, post.site_kind, post.url = (texts.get(name, "") for name in ("site", "site_kind", "url"))
    post.replies, post.likes, post.reposts, post.views = (counts.get(name) for name in COUNTS[:4])
    post.published_at = _instant(given.get("published_at"), now)
    read = {*texts, *counts, *(["published_at"] if post.published_at else [])}
    return post, [name for name in given if name not in read]


def _plain(text: str) -> tuple[str, int]:
    """Return the text without markup, and how many pictures stood in it."""
    if "<" not in text and "&lt;" not in text:
        return text, 0
    from html import unescape

    from crawler.pages.read_text import text_and_pictures

    bare = text if TAG.search(text) else unescape(text)
    return text_and_pictures(bare.replace("\n", "<br>")) if TAG.search(bare) else (text, 0)


def _count(value: Any) -> int | None:
    from crawler.pages.read_counts import read_count

    if isinstance(value, str):
        return read_count(value)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None


def _instant(value: Any, now: datetime) -> datetime | None:
    """Return the instant that a text or a Unix number (seconds or milliseconds) names, aware."""
    from foundation.clock import SCHOOL_ZONE

    if isinstance(value, str):
        from crawler.pages.read_times import read_time

        try:
            instant = datetime.fromisoformat(value.strip())
            return instant if instant.tzinfo else instant.replace(tzinfo=SCHOOL_ZONE)
        except ValueError:
            found = read_time(value, now)
            return found.instant if found else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = value / 1000 if value >= MILLISECONDS_FROM else value
    return datetime.fromtimestamp(seconds, SCHOOL_ZONE) if FIRST_INSTANT <= seconds < MILLISECONDS_FROM else None


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
    from foundation.outcome import NOT_JUDGED

    if not post.relevant:
        return f"{post_id}　与本校无关（{post.relevance_reason}）"
    if post.level == NOT_JUDGED:
        return f"{post_id}　{post.reasons[0].title}"
    units = "、".join(school.department(unit).name for unit in post.departments)
    mark = "　【先救助：只到心理老师】" if post.restricted else ""
    lines = [f"{post_id}　{post.level}　{post.category}　{'、'.join(post.topics)}　→ {units}{mark}"]
    lines += [f"    {each.points:+.0f} {each.title}：{'、'.join(each.words)}" for each in post.reasons]
    if post.counterfactual:
        lines.append(f"    {post.counterfactual}")
    return "\n".join(lines)
