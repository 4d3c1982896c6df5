"""Fixtures of the commands' tests: a ledger in which posts become cases, and a school with a real Elasticsearch."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import huiyin.read_link
import huiyin.wiring
import search.sqlite_store  # noqa: F401
from cases.open_case import open_cases
from cases.reply_proof import ReplyProof
from crawler.items import Post, Reason
from foundation import clock
from foundation.ledger import Ledger
from foundation.outcome import LEVELS, Outcome
from foundation.school import School, SchoolFiles, store_school
from foundation.settings import Elasticsearch
from huiyin.cli import main
from huiyin.wiring import Parts, apply_folder, open_parts
from search.posts import change_posts, keep_posts
from search.store import open_store
from tests.servers.new_ledger import new_ledger

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


@pytest.fixture(autouse=True)
def known_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links to the invented site live, without anybody asking the network; others are looked at for real."""
    real = huiyin.read_link.read_link

    def look(school: School, link: str) -> ReplyProof:
        return ReplyProof(link, 200, "0" * 64, "已答复") if ".example" in link else real(school, link)

    monkeypatch.setattr(huiyin.read_link, "read_link", look)


@pytest.fixture
def enabled() -> str:
    """The profiles in force; a test that needs others parametrizes this name."""
    return "z1-school"


@pytest.fixture
def changes() -> dict[str, tuple[str, str]]:
    """What a test's school writes otherwise: file → text there, text instead; a test parametrizes this name."""
    return {}


@pytest.fixture
def desk_school(example_school: School, enabled: str, changes: dict[str, tuple[str, str]]) -> School:
    """The example school under these profiles."""
    texts = dict(example_school.files.texts)
    texts["policy.yaml"] = re.sub(r"^enabled: .*$", f"enabled: [{enabled}]", texts["policy.yaml"], flags=re.M)
    texts["policy.yaml"] = texts["policy.yaml"].replace("within: unset", "within: 2h")  # what a school must set itself
    for file, (there, instead) in changes.items():
        assert there in texts[file]
        texts[file] = texts[file].replace(there, instead)
    return School.from_files(SchoolFiles(texts), 1)


@pytest.fixture
def open_one(case_clock: Path, state: Path, desk_school: School) -> Callable[..., None]:
    """Make a ledger with the school; give a function that opens the case of one post."""
    ledger = new_ledger(state)
    store = open_store(desk_school)
    with ledger.change() as work:
        store_school(work, desk_school.files, "folder")

    def hear(event_id: int, level_code: int, *, restricted: bool = False, **values: Any) -> None:
        post = Post(
            source_id="forum", site="bbs.yunlu.example", key=f"bbs:{event_id}", url=LINK, title="二食堂的汤里有异物",
            content="希望查一查", outcome=Outcome.STORED, level_code=level_code, level=LEVELS[level_code],
            departments=("safety",), restricted=restricted, counterfactual="去掉“异物”则为无",
            reasons=(Reason("hazard", "安全隐患", 24.0, ("异物",)),),
        )  # fmt: skip
        for name, value in values.items():
            setattr(post, name, datetime.fromisoformat(value) if name.endswith("_at") else value)
        with ledger.change() as work:
            kept = keep_posts(work, store, [post])[0].post
            change_posts(work, store, [kept.post_id or 0], event_id=event_id)
            open_cases(work, store, desk_school, [Change(event_id, level_code, restricted)])

    return hear


@pytest.fixture
def do(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Do one act on the case by the command line; give the exit code and what was said."""

    def run(line: str, case_no: str = "HY-2026-0001") -> tuple[int, str]:
        act, *words = line.split()
        capsys.readouterr()
        try:
            code = main(["case", act, case_no, *words])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


@pytest.fixture
def seen(do: Callable[..., tuple[int, str]]) -> Callable[..., dict[str, Any]]:
    """Read the case as JSON."""
    return lambda words="": dict(json.loads(do(f"show --json {words}")[1]))


@dataclass
class Clustered:
    """The school, its place on the server, and a way to keep posts and to run commands."""

    parts: Parts
    place: Elasticsearch
    capsys: pytest.CaptureFixture[str]
    numbers: count = field(default_factory=lambda: count(1))

    @property
    def ledger(self) -> Ledger:
        return self.parts.ledger

    @property
    def index(self):
        return self.parts.store.cluster.index

    def keep(self, *texts: str, **values: object) -> list[int]:
        posts = []
        for text in texts:
            number = next(self.numbers)
            post = Post(
                source_id="board", site="bbs.yunlu.example", key=f"k{number}", url=f"http://bbs.yunlu.example/{number}"
            )
            post.content, post.outcome, post.published_at = text, "stored", clock.now()
            for name, value in values.items():
                setattr(post, name, value)
            posts.append(post)
        with self.ledger.change() as work:
            return [each.post.post_id for each in keep_posts(work, self.parts.store, posts)]

    def run(self, *words: str) -> tuple[int, str]:
        """Run a command; return its exit code and everything it said."""
        self.capsys.readouterr()
        code = main(list(words))
        told = self.capsys.readouterr()
        return code, told.out + told.err


@pytest.fixture
def clustered(parts: Parts, folder, place: Elasticsearch, capsys: pytest.CaptureFixture[str]) -> Clustered:
    """The small school with servers, still on its embedded index."""
    folder.settings(elasticsearch=place.model_dump())
    apply_folder(folder.path, "tester")
    own = Clustered(open_parts(), place, capsys)
    yield own
    own.index.client.close()
    own.ledger.close()
