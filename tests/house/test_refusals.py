"""What is deliberately not there (PRIVACY.md): no command, option, setting, table or outgoing door could do it.

One list of everything that the product offers is held against one pattern for each refused thing. Each pattern is
first shown to catch what it is meant for, so that a test that finds nothing means something.
"""

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

import huiyin.wiring  # noqa: F401  (declares the tables of all stages)
from cases.act_words import INPUTS
from cases.policy_file import PolicyFile
from cases.transitions import TRANSITIONS
from crawler.source import Source
from foundation.outcome import CATEGORIES, Outcome
from foundation.school import Organisation
from foundation.settings import Settings
from foundation.tables import metadata
from huiyin.cli import build_parser
from tools.requirements_matrix import load_requirements

ROOT = Path(__file__).parents[2]
PRODUCT = ("foundation", "crawler", "pipelines", "search", "events", "cases", "alerts", "huiyin")
REFUSED = {  # row → pattern over names (English) and words (Chinese), and two things that it must catch
    "Z1.1-2": (r"take.?down|delete.?post|remove.?post|block.?(post|site|author)|report.?post|封堵|删帖|屏蔽",
               ("case take-down", "一键删帖")),
    "Z1.1-3": (r"personal.?account|author(?!is)|by.?user|nick|pseudonym|watch.?person|关注的人|作者|个人账号",
               ("search --author", "关注的人")),
    "Z1.5-9": (r"suppress|bury|divert|down.?rank|压下|降权|转移目标|转移话题", ("case suppress", "转移话题")),
    "Z1.7-6": (r"violat|offen[cs]e|misconduct|illegal.?post|违规|违纪|有害信息", ("violation_level", "违规帖文")),
    "Z5.10x": (r"clean.?up.?(post|board)|trace.?(author|poster)|culprit|追查|追责|清理帖", ("culprit", "追查")),
    "Z7.10-3": (r"guide|steer|talking.?point|contain.?spread|引导|讨论重点|控制扩散", ("talking_points", "引导")),
    "Z7.12": (r"correspondent|post.?as|boost|like.?post|网络通讯员|跟帖任务|顶帖", ("post-as", "跟帖任务")),
    "Z9a.2-2": (r"reply.?as|post.?as|sock|sign.?in|log.?in.?as|自动回复|代发|马甲", ("reply-as", "马甲")),
    "Z9b.6-2": (r"comment(ator|er)|water.?army|评论员|水军", ("commentators", "评论员名单")),
}  # fmt: skip
PARTLY = {  # rows of which a part is refused (X beside P or N) → what they must not become
    "Z1.7-1": (r"browsing|web.?history|url.?filter|content.?filter|上网记录|浏览记录|查阅记录",
               ("student.browsing", "学生上网记录")),
    "Z5.17": (r"punish|penalt|sanction|disconnect|处分|罚款|停止.*网络|断网", ("penalty_ledger", "停止其网络使用")),
    "Z9b.5.3-3": (r"auto.?refer|report.?(to.?)?police|trace|自动报警|自动移送", ("report-to-police", "自动移送公安")),
    "Z9c.10-2": (r"post.?(reply|answer)|submit.?(reply|answer)(?!ted)|发帖|自动(发布|回帖)",
                 ("post-reply", "自动发布")),
}  # fmt: skip
SENDERS = {"requests", "smtplib", "urllib", "http", "httpx", "aiohttp", "ftplib"}


def deeds(parser: argparse.ArgumentParser, path: str = "") -> Iterator[str]:
    """Yield every command, act, option and help text of the command line."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, own in action.choices.items():
                yield f"{path} {name}"
                yield from deeds(own, f"{path} {name}")
            yield from (f"{path} {choice.help}" for choice in action._choices_actions)
        else:
            yield f"{path} {' '.join(action.option_strings) or action.dest} {action.help}"


def settings_of(model: type[BaseModel], seen: frozenset[type] = frozenset()) -> Iterator[str]:
    """Yield every key that a school may write, down to the last record."""
    for name, about in model.model_fields.items():
        yield f"{model.__name__}.{name}"
        for part in re.findall(r"[\w.]+", repr(about.annotation)):
            own = next((each for each in BaseModel.__subclasses__() if each.__name__ == part.split(".")[-1]), None)
            if own and own not in seen:
                yield from settings_of(own, seen | {own})


def offered() -> list[str]:
    """Return everything that the product can be told to do or to keep."""
    columns = [f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns]
    columns.remove("post.author")  # the keyed pseudonym of PRIVACY.md; tests/house/test_privacy.py guards its use
    keys = [key for model in (Settings, Organisation, Source, PolicyFile) for key in settings_of(model)]
    acts = [f"{line.act} {line.title}" for line in TRANSITIONS] + [f"{key} {words}" for key, words in INPUTS.items()]
    return [*deeds(build_parser()), *keys, *columns, *acts, *CATEGORIES, *Outcome]


def caught(row: str, things: list[str]) -> list[str]:
    return [thing for thing in things if re.search({**REFUSED, **PARTLY}[row][0], thing, re.I)]


def test_every_x_row_has_its_pattern():
    rows = {row.id: row.kind for row in load_requirements().rows if "X" in row.kind}

    assert {row for row, kind in rows.items() if kind == "X"} == set(REFUSED)
    assert {row for row, kind in rows.items() if kind != "X"} == set(PARTLY)


def test_the_list_of_what_is_offered_is_whole():
    things = offered()

    for known in (" case confirm", "Settings.crawl", "Source.url", "case_file.state", "assign 交办"):
        assert known in things


@pytest.mark.parametrize("row", [pytest.param(row, marks=pytest.mark.provision(row)) for row in REFUSED])
def test_nothing_offered_could_do_it(row):
    assert caught(row, list(REFUSED[row][1])) == list(REFUSED[row][1])
    assert caught(row, offered()) == []


@pytest.mark.parametrize("row", PARTLY)
def test_the_refused_part_of_a_row_is_offered_by_nothing(row):
    assert caught(row, list(PARTLY[row][1])) == list(PARTLY[row][1])
    assert caught(row, offered()) == []


def test_there_is_no_route_but_the_figures_for_monitoring():
    """Whatever serves web pages would need one of these; a page that comes is held against the same patterns."""
    serving = {"fastapi", "starlette", "flask", "django", "aiohttp", "uvicorn", "wsgiref", "http.server"}
    serving |= {"socketserver", "prometheus_client"}
    found = set()
    for part in PRODUCT:
        for path in (ROOT / part).rglob("*.py"):
            names = re.findall(r"^\s*(?:from|import) ([\w.]+)", path.read_text(), re.M)
            if {name for name in names if name in serving or name.split(".")[0] in serving}:
                found.add(path.relative_to(ROOT).as_posix())

    assert found == {"huiyin/metrics.py"}


LINK_READER = "huiyin/read_link.py"  # asks for the page of our own answer, and can only ask


@pytest.mark.provision("Z1.1-2", "Z1.5-9", "Z5.10x", "Z7.10-3", "Z7.12", "Z9a.2-2", "Z9b.6-2")
def test_only_the_stage_that_tells_people_of_the_school_sends_anything():
    """Crawlers read (tests/house/test_privacy.py); whoever could write to a site would need one of these libraries."""
    sending = set()
    for part in PRODUCT:
        for path in (ROOT / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                if {name.split(".")[0] for name in names} & SENDERS and not all("parse" in name for name in names):
                    sending.add(path.relative_to(ROOT).as_posix())

    assert {name for name in sending if not name.startswith("alerts/")} == {LINK_READER}
    tree = ast.walk(ast.parse((ROOT / LINK_READER).read_text()))
    asked = {node.attr for node in tree if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "session"}
    assert asked == {"trust_env", "headers", "get"}
    assert "alerts/channels/email.py" in sending
