"""The application: a source before it counts. A source in, what a trial hears out; answers in, a checked file out."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

from crawler import rounds
from crawler.source import Source
from foundation.clock import for_people
from foundation.errors import LedgerMissing, Refused, SchoolMissing
from foundation.lease import holder_name
from foundation.ledger import LEDGER_VARIABLE, STATE_VARIABLE, open_file, state_folder
from foundation.opening import Opened, open_school
from foundation.outcome import OUTCOME_TITLES, Outcome, SourceOutcome
from foundation.school import School, SchoolFiles, store_school
from huiyin.explain_round import explain_note, next_step
from huiyin.wiring import check_files, check_spiders

FIELD_TITLES = {"title": "标题", "content": "正文", "author": "作者", "published_at": "发布时间"}
LIMIT_SECONDS = 300
ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
BROKEN = {"outcome": str(SourceOutcome.UNREACHABLE), "words": "没有结束", "note": "", "posts": 0, "lacking": {}}


@dataclass(slots=True)
class Trial:
    """What a trial heard: posts as their beginnings and marks, and how it ended."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    end: dict[str, Any] = field(default_factory=lambda: dict(BROKEN))
    is_good: bool = False


@contextmanager
def place_for_trial(folder: Path | None) -> Iterator[Opened]:
    """Open ledger and school for a trial: those in force or, before any was applied, the folder's.

    Args:
        folder: The school's folder; None: only a school in force will do.

    Raises:
        LedgerUnusable: No school was applied, and no folder is given.
    """
    with TemporaryDirectory() as place:
        try:
            opened = open_school()
        except (LedgerMissing, SchoolMissing):
            if folder is None:
                raise
            files = SchoolFiles.from_folder(folder)
            opened = Opened(open_file(Path(place), create=True), School.from_files(files))
            with opened.ledger.change() as work:
                store_school(work, files, "trial")
        try:
            yield opened
        finally:
            opened.ledger.close()


def try_source(opened: Opened, source: Source, page: str = "", folder: Path | None = None) -> Trial:
    """Ask a source's place for a list and a few pages, or read a saved page; nothing is kept.

    Args:
        opened: Ledger and school.
        source: The source.
        page: A saved list page, read in place of the site; empty: the site is asked.
        folder: The school's folder when the source is not applied yet.

    Raises:
        Refused: The saved page cannot be read, or the place is being crawled now.
    """
    if page and not Path(page).is_file():
        raise Refused("没有这个文件", page, "在浏览器里打开列表页，另存为“网页，仅 HTML”")
    holder, group = holder_name(), source.politeness_group
    with opened.ledger.change() as work:
        fence = rounds.take_group(work, group, holder, LIMIT_SECONDS)
    if fence is None:
        raise Refused("这一组站点正由另一个程序抓取", group, "等它结束后再试；同一站点同时只抓一轮")
    words = ["--group", group, "--fence", str(fence), "--holder", holder, source.id]
    words += ["--page", str(Path(page).resolve())] if page else []
    words += ["--folder", str(folder.resolve())] if folder else []
    command = [sys.executable, "-m", "crawler.try_source", *words]
    trial = Trial()
    own = _environment(opened)
    try:
        child = subprocess.run(  # noqa: S603 our own module
            command, stdout=subprocess.PIPE, text=True, timeout=LIMIT_SECONDS, check=False, env=own
        )
    except subprocess.TimeoutExpired:
        trial.end["note"] = f"超过 {LIMIT_SECONDS} 秒没有结束"
        return trial
    finally:
        with opened.ledger.change() as work:
            rounds.release_group(work, group, holder)
    for line in child.stdout.splitlines():
        told = json.loads(line)
        if "post" in told:
            trial.posts.append(told["post"])
        else:
            trial.end = told
    trial.is_good = child.returncode == 0
    return trial


def _environment(opened: Opened) -> dict[str, str]:
    """Return the environment in which the child finds the same ledger."""
    own = dict(os.environ)
    if opened.ledger.folder != state_folder():  # lasts as long as the trial, and is no server's
        own = {name: value for name, value in own.items() if name != LEDGER_VARIABLE}
        own[STATE_VARIABLE] = str(opened.ledger.folder)
    return own


def trial_lines(source: Source, trial: Trial) -> list[str]:
    """Return what people see of a trial."""
    end = trial.end
    lines = [f"{source.id}　{source.title}　{source.url}（试听，什么也没有写）"]
    for post in trial.posts:
        when = for_people(datetime.fromisoformat(post["published_at"])) if post["published_at"] else "时间不明"
        outcome = OUTCOME_TITLES[Outcome(post["outcome"])]
        lines.append(f"  {when}　{outcome}　{post['level']}　{post['title']}（{post['letters']} 字）")
    lacking = [f"{FIELD_TITLES.get(name, name)} {count} 帖" for name, count in sorted(end["lacking"].items())]
    lines.append(
        f"列表上 {end.get('listed', 0)} 行，读到 {len(trial.posts)} 帖"
        + (f"；缺 {'、'.join(lacking)}" if lacking else "")
    )
    note = explain_note(end["note"])
    lines.append(f"结果　{end['words']}" + (f"（{note}）" if note else ""))
    step = next_step(end["outcome"], broken=bool(end.get("broken")), note=end["note"])
    return [*lines, f"下一步　{step}"] if step else lines


def check_source(school: School, values: dict[str, Any]) -> School:
    """Return the school with one source more, when its sources are right.

    Raises:
        Refused: The id is none, or its file is there already.
        ConfigError: What is wrong, with file and line.
    """
    if not ID.fullmatch(values["id"]):
        raise Refused(
            "信源编号不行", values["id"], "小写字母开头，只用小写字母、数字和下划线，最多 40 个，例如 bbs_life"
        )
    name = f"sources/{values['id']}.yaml"
    if name in school.files.texts:
        raise Refused("已有这个信源", Path(name).name, "换一个编号，或直接修改这个文件")
    written = StringIO()
    YAML(typ="rt").dump(values, written)
    added = replace(school, files=SchoolFiles({**school.files.texts, name: written.getvalue()}))
    check_spiders(added)
    return added


def write_source(folder: Path, values: dict[str, Any]) -> Path:
    """Write one source file; raises as `check_source`, and then the folder stays as it was."""
    added = check_source(School.from_files(SchoolFiles.from_folder(folder)), values)
    check_files(added.files)
    path = folder / "sources" / f"{values['id']}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(added.files.texts[f"sources/{path.name}"], encoding="utf-8")
    return path
