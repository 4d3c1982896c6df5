"""Contract of all present and future spiders: found by file, proven by saved pages, JSON equal to the letter."""

import dataclasses
import hashlib
import importlib
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.decode import decode_body
from crawler.items import Post
from crawler.spider import SourceSpider
from crawler.walls import Wall

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
SPIDERS = sorted(path.stem for path in (ROOT / "crawler" / "spiders").glob("*.py") if path.stem != "__init__")
CASES = [folder for spider in SPIDERS for folder in sorted((FIXTURES / spider).glob("*/"))]
AS_HEARD = {item.name: item.default for item in dataclasses.fields(Post)}


def pseudonym(name: str, published_at: datetime | None) -> str:
    return "p" + hashlib.sha256(name.encode()).hexdigest()[:8]


def plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, datetime) else value


def read_case(folder: Path) -> dict[str, Any]:
    """Run the case's parser on its page and return what it told, without fields that say nothing."""
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    module, _, function = case["parser"].rpartition(".")
    body = next(folder.glob("page.*")).read_bytes()
    values = {"url": case["url"], "fetched_at": datetime.fromisoformat(case["fetched_at"])}
    values["options"] = case.get("options", {})
    values |= {"entry": Post(**case["entry"])} if "entry" in case else {"pseudonym": pseudonym}
    try:
        page = getattr(importlib.import_module(module), function)(
            decode_body(body, case.get("declared_charset", "")), **values
        )
    except Wall as wall:
        return {"wall": str(wall.outcome), "evidence": wall.evidence}
    told: dict[str, Any] = {"posts": [], "rows": []}
    for post in page.posts:
        told["posts"].append({k: plain(v) for k in AS_HEARD if (v := getattr(post, k)) != AS_HEARD[k]})
        told["posts"][-1].pop("fetched_at", None)
    for row in page.rows:
        told["rows"].append(
            {k: v for k, v in dataclasses.asdict(row).items() if v not in ("", None) and v is not False}
        )
    told |= {"next_url": page.next_url} if page.next_url else {}
    told |= {name: getattr(page, name) for name in ("is_gone", "is_known_layout")}
    return told


@pytest.mark.parametrize("name", SPIDERS)
def test_a_spider_has_the_name_of_its_file_and_the_common_base(name: str) -> None:
    module = importlib.import_module(f"crawler.spiders.{name}")
    spiders = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]

    assert [one.name for one in spiders if issubclass(one, SourceSpider)] == [name]


@pytest.mark.parametrize("name", SPIDERS)
def test_a_spider_is_proven_by_saved_pages(name: str) -> None:
    assert [folder for folder in CASES if folder.parent.name == name]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_saved_page_gives_exactly_what_is_expected(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    assert read_case(folder) == expected


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_no_name_of_an_author_leaves_the_parser(folder: Path) -> None:
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    told = json.dumps(read_case(folder), ensure_ascii=False)

    assert [name for name in case.get("names", []) if name in told] == []


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_keys_of_one_page_are_all_different_and_never_empty(folder: Path) -> None:
    keys = [post["key"] for post in read_case(folder).get("posts", [])]

    assert len(set(keys)) == len(keys)
    assert all(keys)


if __name__ == "__main__":  # what a new case tells, to be checked by eye
    print(json.dumps(read_case(Path(sys.argv[1])), ensure_ascii=False, indent=2))
