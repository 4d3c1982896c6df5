"""Stage 5: one year's official schedule brought into a school's calendar.yaml. Texts in, text out; nothing is written.

Read are the record of `cases/published/` (YAML, holidays as the notice lists them) and the JSON that holiday data sets
use: `{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`.
"""

import json
from datetime import date
from io import StringIO
from typing import Any

from pydantic import Field
from ruamel.yaml import YAML

from cases.calendar_file import CALENDAR_FILE, DAY, PublishedYear
from cases.working_days import load_working_days
from foundation.config import Strict, parse
from foundation.errors import ConfigError, Problem

WIDE = 120


class _Day(Strict):
    name: str = Field(min_length=1)
    date: date
    isOffDay: bool


class _DayList(Strict):
    """The JSON form; what else such files hold (schema, links) is dropped before."""

    year: int
    notice: str = ""
    days: list[_Day] = Field(min_length=1)


def read_year(text: str, name: str) -> PublishedYear:
    """Read one published year from a file's text.

    Raises:
        ConfigError: It is neither form, or contradicts itself.
    """
    if not text.lstrip().startswith("{"):
        return parse(PublishedYear, text, name)
    try:
        data = json.loads(text)
    except ValueError as mistake:
        raise ConfigError([Problem(name, 0, "不是合法的 JSON", "检查括号与引号")]) from mistake
    papers = data.get("papers") or [""]
    kept = {key: data[key] for key in ("year", "days") if key in data}
    listed = parse(_DayList, json.dumps({**kept, "notice": str(papers[0])}, ensure_ascii=False), name)
    holidays = _holidays(listed.days)
    whole = {"year": listed.year, "notice": listed.notice or f"{name}", "holidays": holidays}
    return parse(PublishedYear, json.dumps(whole, ensure_ascii=False), name)


def with_year(calendar_text: str, year: PublishedYear) -> str:
    """Return calendar.yaml with that year; one that stood there before is replaced, comments stay.

    Raises:
        ConfigError: The result would be no valid calendar.
    """
    yaml = YAML(typ="rt")
    yaml.width, yaml.allow_unicode = WIDE, True
    data = yaml.load(calendar_text)
    kept = [item for item in data.get("years") or [] if item["year"] != year.year]
    data["years"] = [*kept, year.model_dump(mode="json", by_alias=True, exclude_none=True)]
    out = StringIO()
    yaml.dump(data, out)
    load_working_days(out.getvalue(), CALENDAR_FILE)
    return out.getvalue()


def _holidays(days: list[_Day]) -> list[dict[str, Any]]:
    """Join days off of one name in a row; make-up days belong to the holiday of their name."""
    found: list[dict[str, Any]] = []
    for day in sorted((day for day in days if day.isOffDay), key=lambda day: day.date):
        last = found[-1] if found else None
        if last and last["name"] == day.name and last["to"] == str(day.date - DAY):
            last["to"] = str(day.date)
        else:
            found.append({"name": day.name, "from": str(day.date), "to": str(day.date), "work": []})
    for day in (day for day in days if not day.isOffDay):
        owner = next((each for each in found if each["name"] == day.name), found[0] if found else None)
        if owner is not None:
            owner["work"].append(str(day.date))
    return found
