"""Docs are tested: every command, setting, outcome word, fact, rule, step, channel and glossary pair is documented."""

import importlib
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from alerts.load_rules import RulesFile
from alerts.rules import rule_kinds, rule_module
from cases.calendar_file import CalendarFile
from cases.plan_file import Plan
from cases.policy_file import PolicyFile
from crawler.source import Source
from foundation.config import Strict
from foundation.outcome import Outcome, SourceOutcome
from foundation.school import Organisation
from foundation.settings import Settings
from huiyin.cli import command_names, main

ROOT = Path(__file__).parents[2]
STAGES = ("foundation", "crawler", "pipelines", "search", "events", "cases", "alerts", "huiyin")


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def test_every_command_is_documented():
    text = text_of("docs/commands.md")

    assert [name for name in command_names() if f"huiyin {name}" not in text] == []


def records_of_the_school() -> list[type[Strict]]:
    """Every record that a school's YAML is read into; those with an underscore read other people's files."""
    for part in STAGES:
        for path in (ROOT / part).rglob("*.py"):
            if re.search(r"^class \w+\(\w+\):$", path.read_text(), re.M) and "foundation.config" in path.read_text():
                importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    importlib.import_module("alerts.rule")
    for kind in rule_kinds():
        rule_module(kind)
    found, waiting = [], [Strict]
    while waiting:
        children = waiting.pop().__subclasses__()
        waiting += children
        found += [each for each in children if each.__module__.split(".")[0] in STAGES]
    return [each for each in found if not each.__name__.startswith("_")]


def test_every_setting_of_the_school_is_documented():
    text = "".join(text_of(f"docs/{page}.md") for page in ("school", "alerts", "listening"))
    records = records_of_the_school()
    keys = {f"{each.__module__}.{each.__name__}": each.model_fields.items() for each in records}
    missing = [
        f"{record}.{field.alias or name}"
        for record, fields in keys.items()
        for name, field in fields
        if f"`{field.alias or name}`" not in text
    ]

    assert missing == []
    assert {Settings, Organisation, Source, PolicyFile, CalendarFile, Plan, RulesFile} <= set(records)
    assert len([each for each in records if each.__name__ == "Options"]) == len(rule_kinds())


def test_every_environment_variable_is_documented():
    text = text_of("docs/school.md") + text_of("docs/commands.md")
    used = set()
    for part in STAGES:
        for path in (ROOT / part).rglob("*.py"):
            used |= set(re.findall(r'"(HUIYIN_[A-Z_]+)"', path.read_text()))

    assert used
    assert [name for name in sorted(used) if name not in text] == []


def test_the_glossary_has_its_words_in_the_table_and_none_twice():
    table, _, below = text_of("docs/glossary.md").partition("\n## ")
    words = re.findall(r"^\| ([^|]+) \|", table, re.M)

    assert {"receipt", "task"} < set(words)
    assert len(words) == len(set(words))
    assert not re.search(r"^\|", below, re.M)


def test_the_layers_of_the_architecture_are_those_that_are_checked():
    layers = re.search(r"^layers = \[(.*)\]", text_of("pyproject.toml"), re.M)[1].replace('"', "").split(", ")

    assert f"`{' > '.join(layers)}`" in text_of("docs/architecture.md")


def test_nothing_is_said_twice_in_the_changelog():
    begun = [line[:100] for line in text_of("CHANGELOG.md").splitlines() if line.startswith("- ")]

    assert [line for line in set(begun) if begun.count(line) > 1] == []


def test_no_comment_points_to_a_page_that_is_not_here():
    pages = {path.name for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]}
    gone = [
        f"{path.relative_to(ROOT)}: {name}"
        for part in (
            "foundation",
            "crawler",
            "pipelines",
            "search",
            "events",
            "cases",
            "alerts",
            "kibana",
            "huiyin",
            "demo",
            "tools",
        )
        for path in (ROOT / part).rglob("*.py")
        for name in re.findall(r"(?<![\w.*/])(?:docs/)?([A-Za-z-]{3,}\.md)\b", path.read_text())
        if name not in pages
    ]

    assert gone == []


def test_every_outcome_word_is_documented():
    text = text_of("docs/glossary.md")

    assert [word for word in [*Outcome, *SourceOutcome] if f"`{word}`" not in text] == []


def test_every_spider_rule_step_and_channel_is_documented():
    text = text_of("docs/parts.md")
    names = []
    for folder in ("crawler/spiders", "pipelines/severity_rules", "alerts/channels", "alerts/rules"):
        names += [path.stem for path in (ROOT / folder).glob("*.py") if path.stem != "__init__"]

    assert len(names) > 8
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_make_target_is_documented():
    targets = re.findall(r"^([a-z-]+):.*##", text_of("Makefile"), re.M)
    text = text_of("CONTRIBUTING.md") + text_of("README.md")

    assert [name for name in targets if name != "help" and f"make {name}" not in text] == []


def test_both_readmes_begin_with_the_two_commands():
    for name in ("README.md", "README.en.md"):
        block = re.search(r"```(?:sh|bash)\n(.*?)```", text_of(name), re.S)

        assert [line.split("#")[0].strip() for line in block[1].strip().splitlines()][:2] == ["make demo", "make test"]


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("page", ["README.md", "README.en.md"])
def test_the_way_of_a_readme_can_be_walked_as_printed(page, tmp_path, monkeypatch, capsys):
    block = next(each for each in re.findall(r"```sh\n(.*?)```", text_of(page), re.S) if "huiyin init" in each)
    lines = [shlex.split(line.replace("~", str(tmp_path)), comments=True) for line in block.splitlines()]
    exports = dict(word.split("=", 1) for line in lines if line[0] == "export" for word in line[1:])
    for name, value in exports.items():
        monkeypatch.setenv(name, value)
    local = [line[1:] for line in lines if line[0] == "huiyin" and line[1] not in ("crawl", "run")]  # those need sites
    codes = {" ".join(line): main(line) for line in local}
    told = capsys.readouterr().out

    assert ["source", ".venv/bin/activate"] in lines
    assert [line for line, code in codes.items() if code != (line == "check --live")] == []  # 1: secrets are missing
    assert [line[1] for line in lines if line[0] == "huiyin"][-2:] == ["search", "run"]
    assert "缺 邮件密码：邮件密码 需要环境变量 HUIYIN_MAIL_PASSWORD" in told
    assert "apt-get install git make" in text_of(page)


def test_no_page_names_a_package_registry_or_a_path_of_one_machine():
    pattern = re.compile(
        r"(pypi\.org|files\.pythonhosted|registry\.npmjs|repo1?\.maven|deb\.debian\.org|/work/main|/root/)"
    )
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    tracked = [ROOT / name for name in listed if (ROOT / name).is_file()]
    own = Path(__file__)
    texts = [p for p in tracked if p.suffix in (".md", ".toml", ".yaml", ".py", ".lock", ".sh", "") and p != own]

    assert [
        str(p.relative_to(ROOT))
        for p in texts
        if pattern.search(p.read_text(errors="replace")) or f"{ROOT}/" in p.read_text(errors="replace")
    ] == []


def test_the_steps_of_a_tick_stand_in_the_architecture_in_their_order():
    steps = re.findall(r'^            "(\w+)": ', text_of("huiyin/schedule.py"), re.M)
    picture = text_of("docs/architecture.md").split("takes these steps", 1)[1].split("A round is leased", 1)[0]
    told = [word for word in re.findall(r"\w+", picture) if word in steps]

    assert list(dict.fromkeys(told)) == steps
