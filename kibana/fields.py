"""Kibana: the fields of each data view with kind and Chinese label, derived from the items files; codes with words."""

from collections.abc import Mapping

import cases.items
import search.patrol_records
from crawler.items import About, post_fields
from foundation.outcome import LEVELS, OUTCOME_TITLES, SOURCE_ALARM_TITLES, SOURCE_OUTCOME_TITLES
from search.mapping import POSTS, WHOLE

KINDS = {each.name: each for each in (cases.items.CASES, search.patrol_records.PATROL)}
VIEWS = (POSTS, *KINDS)
VIEW_TITLES = {POSTS: "帖文"} | {name: kind.title for name, kind in KINDS.items()}
TIME_FIELDS = {POSTS: "first_seen_at", "cases": "", "patrol": "finished_at"}  # a case is never hidden by a time range
DAY = About("日期", "keyword", "校内日期")
REASONS = {
    "reasons.title": About("依据", "keyword", "为何是这个等级"),
    "reasons.rule": About("规则", "keyword", "哪条规则"),
    "reasons.points": About("规则分值", "float", "各规则的分值"),
}


def fields_of(view: str) -> dict[str, About]:
    """Return every field that a data view offers people, with subfields; tokens are not among them."""
    own = KINDS[view].fields if view in KINDS else post_fields()
    found = {name: about for name, about in own.items() if about.searchable and about.kind != "object"}
    whole = {
        f"{name}.{WHOLE}": About(about.label, "keyword", about.why) for name, about in found.items() if about.counted
    }
    return found | whole | ({} if view in KINDS else {**REASONS, "day": DAY})


def words_of(view: str, names: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return field → code → words to show instead; `names` are the school's own: departments and sources."""
    departments, sources = dict(names.get("departments", {})), dict(names.get("sources", {}))
    words: dict[str, dict[str, str]] = {"level_code": {str(code): title for code, title in enumerate(LEVELS)}}
    if view == POSTS:
        words |= {"outcome": {str(key): title for key, title in OUTCOME_TITLES.items()}}
        words |= {"departments": departments, "source_id": sources}
    elif view == "cases":
        words |= {"lead": departments, "assisting": departments}
    else:
        words = {"outcome": {str(key): title for key, title in SOURCE_OUTCOME_TITLES.items()}}
        words |= {"alarm": {str(key): title for key, title in SOURCE_ALARM_TITLES.items()}, "source_id": sources}
    return {field: codes for field, codes in words.items() if codes}
