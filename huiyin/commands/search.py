"""`huiyin search`: what was heard, newest first, with the found words marked. Help-first posts are never shown."""

import argparse
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foundation.school import School
    from search.store import Hit, Hits

HELP = "检索已收录的帖文（新的在前）"
EXAMPLES = (
    "huiyin search 食堂 虫子",
    "huiyin search '\"二食堂的饭\" OR 停电 level>=重大'",
    "huiyin search '标题:宿舍 发布:2026-11-01..2026-11-05' --facets",
    "huiyin search '类别:投诉 -已解决' --limit 50 --json",
    "huiyin search 部门:后勤 -食堂",
)
BOLD, PLAIN = "\033[1;31m", "\033[0m"
MARKS = ("【", "】")
FACET_LINES = 8  # values shown of one facet
MAX_LIMIT = 1000
EXCLUDED_WORD = re.compile(r"-(?!-|h$)")  # `-食堂` is a word of the query and no option; ours are `-h` and `--…`
LAST_NUMBER = 2**63 - 1  # the ledger knows no larger one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser._negative_number_matcher = EXCLUDED_WORD  # argparse takes `-1` for a value: so every `-词`
    parser.add_argument("query", nargs="+", metavar="检索式", help='词、"短语"、AND OR NOT、括号、字段:值；* 表示全部')
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="最多显示多少条（默认 20）")
    parser.add_argument("--after", type=int, metavar="帖文号", help="接着上一页：上一页末尾给出的帖文号")
    parser.add_argument("--facets", action="store_true", help="按等级、类别、主题、部门、站点、日期计数")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def run(arguments: argparse.Namespace) -> int:
    """Search and print; exit code 0 also when nothing is found."""
    import orjson

    from foundation.errors import Stop
    from foundation.opening import open_school
    from search.parse_query import parse_query
    from search.store import as_plain, open_store

    if not 1 <= arguments.limit <= MAX_LIMIT:
        raise Stop("条数不对", f"--limit {arguments.limit}", f"写 1 到 {MAX_LIMIT} 之间的整数")
    if arguments.after is not None and not 1 <= arguments.after <= LAST_NUMBER:
        raise Stop("没有这个帖文号", f"--after {arguments.after}", "照抄上一页末尾给出的帖文号")
    opened = open_school()
    query = parse_query(" ".join(arguments.query), department_ids(opened.school))
    store = open_store(opened.school)
    with opened.ledger.read() as connection:
        hits = store.search(connection, query, arguments.limit, arguments.after, facets=arguments.facets)
    opened.ledger.close()
    if arguments.json:
        plain = {
            "total": hits.total,
            "capped": hits.capped,
            "next_after": hits.next_after,
            "hits": [as_plain(hit) for hit in hits.rows],
            "facets": hits.facets,
        }
        print(orjson.dumps(plain).decode())
    else:
        _print(hits, opened.school)
    return 0


def department_ids(school: "School") -> dict[str, str]:
    """Return what people call departments, their names and competences, each with its ids joined by commas."""
    found: dict[str, list[str]] = {}
    for unit in school.organisation.departments:
        for name in {unit.name, *unit.competences}:
            found.setdefault(name, []).append(unit.id)
    return {name: ",".join(ids) for name, ids in found.items()}


def _print(hits: "Hits", school: "School") -> None:
    from search.store import COUNTED_HITS, FACET_TITLES

    marks = (BOLD, PLAIN) if sys.stdout.isatty() else MARKS
    print(f"找到 {'超过 ' if hits.capped else ''}{hits.total} 条")
    for hit in hits.rows:
        print(_lines(hit, marks))
    if hits.next_after is not None:
        print(f"还有更多：加上 --after {hits.next_after} 看下一页")
    units = {unit.id: unit.name for unit in school.organisation.departments}
    for name, counts in hits.facets.items():
        shown = [(units.get(value, value) if name == "departments" else value, n) for value, n in counts.items()]
        shown = shown[:FACET_LINES]
        more = f" 等 {len(counts)} 项" if len(counts) > FACET_LINES else ""
        print(f"{FACET_TITLES[name]}：{'、'.join(f'{value} {count}' for value, count in shown) or '无'}{more}")
    if hits.facets and hits.capped:
        print(f"（以上计数只看最新的 {COUNTED_HITS} 条）")


def _lines(hit: "Hit", marks: tuple[str, str]) -> str:
    from foundation.clock import for_people
    from search.highlight import mark_spans

    when = for_people(hit.published_at) if hit.published_at else "时间不明"
    title = mark_spans(hit.title, hit.title_spans, *marks) or "（无标题）"
    gone = "（已消失）" if hit.vanished_at else ""
    return (
        f"\n{when}  {hit.level}  {hit.site}  {title}{gone}\n"
        f"  {mark_spans(hit.snippet, hit.snippet_spans, *marks)}\n  {hit.url}"
    )
