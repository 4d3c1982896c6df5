"""Command: the calendar that deadlines are counted by: one year as it stands, and a new year's schedule brought in."""

import argparse
import json
from typing import Any

HELP = "工作日历：查看一年、导入新一年的放假安排"
EXAMPLES = [
    "huiyin calendar show 2026",
    "huiyin calendar import 2027.yaml",
    "huiyin calendar import 2027.json --school school",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two deeds."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    show = places.add_parser("show", help="一年的放假、调休与本校的改动")
    show.add_argument("year", type=int, metavar="年份")
    bring = places.add_parser("import", help="把一年的放假安排写进学校的 calendar.yaml")
    bring.add_argument("file", metavar="文件", help="照通知写的 YAML，或逐日的 JSON，见 docs/school.md")
    for own in places.choices.values():
        own.add_argument("--school", metavar="DIR", help="学校文件夹，默认 $HUIYIN_SCHOOL 或 ./school")
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed."""
    told = _show(arguments) if arguments.deed == "show" else _import(arguments)
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for line in told["lines"]:
            print(line)
    return 0


def _show(arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.calendar_file import FIRST_YEAR, LAST_YEAR
    from cases.describe_year import describe_year
    from cases.working_days import load_working_days
    from foundation.errors import Refused

    if not FIRST_YEAR <= arguments.year < LAST_YEAR:
        raise Refused("日历里没有这一年", str(arguments.year), f"写 {FIRST_YEAR} 到 {LAST_YEAR - 1} 之间的年份")
    place = _calendar_path(arguments.school)
    return describe_year(load_working_days(place.read_text(encoding="utf-8"), place.name), arguments.year)


def _import(arguments: argparse.Namespace) -> dict[str, Any]:
    from pathlib import Path

    from cases.import_year import read_year, with_year
    from foundation.errors import Stop

    source, place = Path(arguments.file), _calendar_path(arguments.school)
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Stop("放假安排的文件读不出来", source.name, "检查路径、权限，并用 UTF-8 保存") from problem
    year = read_year(text, source.name)
    before = place.read_text(encoding="utf-8")
    after = with_year(before, year)
    off = sum(len(list(holiday.days())) for holiday in year.holidays)
    work = sum(len(holiday.work) for holiday in year.holidays)
    if after != before:
        place.write_text(after, encoding="utf-8")
    said = f"{year.year} 年（{year.notice}）：放假 {off} 天，调休上班 {work} 天，已写进 {place}"
    next_step = f"下一步：huiyin apply {place.parent}；启用后，未结案件的暂定时限会重算并通知承办人。"
    return {"year": year.year, "notice": year.notice, "off": off, "work": work, "lines": [said, next_step]}


def _calendar_path(folder: str | None) -> Any:
    from cases.policy import load_policy
    from foundation.school import SchoolFiles
    from huiyin.wiring import check_files, school_folder

    place = school_folder(folder)
    policy = load_policy(check_files(SchoolFiles.from_folder(place)))
    return place / policy.file.calendar.overrides
