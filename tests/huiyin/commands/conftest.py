"""Fixtures of the commands' tests: a ledger with the example school in which posts become cases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import huiyin.wiring  # noqa: F401  (declares the tables of all stages)
import search.sqlite_store  # noqa: F401
from cases.open_case import open_cases
from crawler.items import Post, Reason
from foundation.ledger import open_ledger
from foundation.outcome import LEVELS, Outcome
from foundation.school import School, store_school
from search.posts import change_posts, keep_posts
from search.store import open_store

LINK = "http://bbs.yunlu.example/1"


@dataclass(frozen=True)
class Change:
    event_id: int
    level_code: int
    restricted: bool = False
    post_ids: list[int] = field(default_factory=list)


@pytest.fixture
def case_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "clock"
    file.write_text("2026-09-30T16:00:00+08:00")
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))
    return file


@pytest.fixture
def open_one(case_clock: Path, state: Path, example_school: School) -> Callable[..., None]:
    """Make a ledger with the example school; give a function that opens the case of one post."""
    ledger = open_ledger(state, create=True)
    store = open_store(example_school)
    with ledger.change() as work:
        store_school(work, example_school.files, "folder")

    def hear(event_id: int, level_code: int, *, restricted: bool = False) -> None:
        post = Post(
            source_id="forum", site="bbs.yunlu.example", key=f"bbs:{event_id}", url=LINK, title="二食堂的汤里有异物",
            content="希望查一查", outcome=Outcome.STORED, level_code=level_code, level=LEVELS[level_code],
            departments=("safety",), restricted=restricted, counterfactual="去掉“异物”则为无",
            reasons=(Reason("hazard", "安全隐患", 24.0, ("异物",)),),
        )  # fmt: skip
        with ledger.change() as work:
            kept = keep_posts(work, store, [post])[0].post
            change_posts(work, store, [kept.post_id or 0], event_id=event_id)
            open_cases(work, store, example_school, [Change(event_id, level_code, restricted)])

    return hear
