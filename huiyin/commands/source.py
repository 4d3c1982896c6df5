"""Command: one source closely: how it was heard, what a trial would hear, and a new one from a few answers."""

import argparse
import json
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foundation.opening import Opened

HELP = "信源：各自怎样，一个信源最近几轮与 robots 的决定，试听，新建"
EXAMPLES = [
    "huiyin source list",
    "huiyin source show forum --json",
    "huiyin source check forum                    # 试听：会存下什么、缺什么、什么结果；什么也不写",
    "huiyin source check forum --page 另存的.html  # 用另存的列表页试，不访问网站",
    "huiyin source check forum --school school    # 试听文件夹里还没有启用的一个",
    "huiyin source new                            # 一项项问，写好文件，试听一次",
    "huiyin source new --id bbs --title 论坛 --url https://… --spider discuz --owner xu_songbai --posts 0 50",
]
SHOWN = 10
ASKED = {  # option → question
    "id": "编号（小写字母开头，如 bbs_life）",
    "title": "名称",
    "url": "网址",
    "spider": "爬虫",
    "owner": "负责人（人员编号）",
    "posts": "每天大约多少新帖，最少 最多（如 0 50）",
}

FIELDS = {"posts": "expected_posts_per_day"}  # option → field of the file, where they differ
UNTIL_ASKED = {  # stands in for what is not answered yet, so that each answer is checked at once
    "id": "new_source",
    "title": "新信源",
    "spider": "feed",
    "kind": "public",
    "url": "https://news.example/",
    "owner": "",
    "interval_minutes": 60,
    "expected_posts_per_day": [0, 1],
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the acts."""
    acts = parser.add_subparsers(dest="act", title="动作", metavar="动作", required=True, parser_class=type(parser))
    listing = acts.add_parser("list", help="全部信源各自怎样：听到了、没有新帖、被拒、从未运行、未启用")
    listing.add_argument("--json", action="store_true", help="输出一个 JSON 数组，供脚本使用")
    showing = acts.add_parser("show", help="一个信源的登记、最近几轮、robots 的决定")
    checking = acts.add_parser("check", help="试听一个信源，什么也不写")
    checking.add_argument("--page", default="", metavar="文件", help="另存的列表页，不访问网站")
    for own in (showing, checking):
        own.add_argument("name", metavar="信源")
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")
    making = acts.add_parser("new", help="新建一个信源文件；没写的选项会问")
    checking.add_argument("--school", metavar="DIR", help="试听这个学校文件夹里的，不必先启用")
    making.add_argument("--school", metavar="DIR", help="学校文件夹")
    making.add_argument("--no-try", action="store_true", help="只写文件，不去网站试听")
    making.add_argument("--posts", nargs=2, metavar=("少", "多"), help=ASKED["posts"])
    for name in ("id", "title", "url", "spider", "owner"):
        making.add_argument(f"--{name}", help=ASKED[name])
    making.add_argument("--kind", default="public", help="性质，如 forum、official")
    making.add_argument("--minutes", type=int, default=60, metavar="分钟", help="多久听一轮（60）")
    making.add_argument("--own", action="store_true", help="是本校自己的版块")


def run(arguments: argparse.Namespace) -> int:
    """Do one act."""
    if arguments.act == "new":
        return _new(arguments)
    if arguments.act == "check":
        return _check(arguments)
    from foundation.opening import open_school

    opened = open_school()
    try:
        return {"list": _list, "show": _show}[arguments.act](opened, arguments)
    finally:
        opened.ledger.close()


def _list(opened: "Opened", arguments: argparse.Namespace) -> int:
    from huiyin.doctor import describe_sources

    told = describe_sources(opened.ledger)
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for each in told:
        more = "　".join(word for word in (each["alarm"], each["note"]) if word)
        when = f"上轮 {each['finished_at'] or '—'}　下轮 {each['due_at'] or '—'}"
        print(f"{each['source']:<14}{each['title']}　{when}" + (f"　{more}" if more else ""))
    return 0


def _show(opened: "Opened", arguments: argparse.Namespace) -> int:
    from crawler.source import load_sources
    from huiyin.describe_source import describe_source, source_lines

    values = describe_source(opened, one_of(load_sources(opened.school), arguments.name), SHOWN)
    if arguments.json:
        print(json.dumps(values, ensure_ascii=False))
    else:
        print("\n".join(source_lines(values)))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from crawler.source import load_sources
    from foundation.school import SchoolFiles
    from huiyin.try_source import place_for_trial, trial_lines, try_source
    from huiyin.wiring import check_files

    folder = Path(arguments.school) if arguments.school else None
    school = check_files(SchoolFiles.from_folder(folder)) if folder else None
    with place_for_trial(folder) as opened:
        source = one_of(load_sources(school or opened.school), arguments.name)
        trial = try_source(opened, source, arguments.page, folder)
    if arguments.json:
        print(json.dumps({"posts": trial.posts, **trial.end}, ensure_ascii=False))
    else:
        print("\n".join(trial_lines(source, trial)))
    return 0 if trial.is_good else 1


def _new(arguments: argparse.Namespace) -> int:
    from foundation.school import School, SchoolFiles
    from huiyin.try_source import check_source, write_source
    from huiyin.wiring import school_folder, spider_names

    folder = school_folder(arguments.school)
    school = School.from_files(SchoolFiles.from_folder(folder))
    owner = school.organisation.people[0].id
    values = {**UNTIL_ASKED, "owner": owner, "kind": arguments.kind, "interval_minutes": arguments.minutes}
    values |= {"own": True} if arguments.own else {}
    given = {name: getattr(arguments, name) for name in ASKED if getattr(arguments, name)}
    values |= {FIELDS.get(name, name): _read(name, answer) for name, answer in given.items()}
    check_source(school, values)
    questions = {**ASKED, "spider": f"{ASKED['spider']}（{' '.join(spider_names())}）"}
    for name in [each for each in ASKED if each not in given]:
        values = _ask(name, questions[name], values, lambda draft: check_source(school, draft))
    path = write_source(folder, values)
    print(f"已写好 {path}，检查通过。")
    trial = argparse.Namespace(name=values["id"], page="", school=str(folder), json=False)
    code = 0 if arguments.no_try else _check(trial)
    print(f"下一步：\n  huiyin apply {folder}\n  huiyin crawl {values['id']}")
    return code


def _ask(name: str, question: str, values: dict[str, Any], check: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Ask until the answer is right; return the values with it."""
    from foundation.errors import HuiyinError, Refused
    from huiyin.ask_person import ask_person, can_answer

    if not can_answer():
        raise Refused("新建信源缺一项", f"--{name}", question)
    while True:
        answer = ask_person(f"{question}：")
        if answer is None:
            raise Refused("没有问完，什么也没有写", f"--{name}", "再运行一次；知道的项可以写成选项")
        try:
            draft = {**values, FIELDS.get(name, name): _read(name, answer.split() if name == "posts" else answer)}
            check(draft)
        except HuiyinError as problem:
            print(f"{problem}\n再写一次，Ctrl-D 不写了。")
        else:
            return draft


def _read(name: str, answer: Any) -> Any:
    from foundation.errors import Refused

    if name != "posts":
        return answer
    if len(answer) != 2:  # noqa: PLR2004 least and most
        raise Refused("每天的帖数要写两个数", " ".join(answer) or "（空）", "最少和最多，中间空一格，例如 0 50")
    return [_number(each) for each in answer]


def _number(word: str) -> float:
    from foundation.errors import Refused

    try:
        value = float(word)
    except ValueError as problem:
        raise Refused("每天的帖数不是数字", word, ASKED["posts"]) from problem
    if not isfinite(value):
        raise Refused("每天的帖数不是数字", word, ASKED["posts"])
    return int(value) if value.is_integer() else value


def one_of(sources: dict[str, Any], name: str) -> Any:
    """Return the source of that name.

    Raises:
        Stop: There is none; the nearest name is offered.
    """
    from foundation.config import nearest
    from foundation.errors import Stop

    if name not in sources:
        near = nearest(name, list(sources))
        hint = f"是不是 {near}？" if near else ""
        raise Stop("没有这个信源", name or "（空）", f"{hint}已登记的信源：{'、'.join(sorted(sources)) or '（没有）'}")
    return sources[name]
