"""Docs are tested: every command, setting, outcome word, fact, rule, step, channel and glossary pair is documented."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from crawler.source import Source
from foundation.outcome import Outcome, SourceOutcome
from foundation.school import Department, Organisation, Person, Robot, Webhook, WecomRobot
from foundation.settings import (
    Alerts,
    Crawl,
    DingTalkApp,
    Identity,
    Judge,
    Mail,
    Quiet,
    Rhythm,
    Schedule,
    Settings,
    Threshold,
)
from huiyin.cli import command_names, main

ROOT = Path(__file__).parents[2]


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def test_every_command_is_documented():
    text = text_of("docs/commands.md")

    assert [name for name in command_names() if f"huiyin {name}" not in text] == []


def test_every_setting_of_the_school_is_documented():
    text = text_of("docs/school.md")
    models = (
        Settings,
        Identity,
        Crawl,
        Judge,
        Mail,
        Threshold,
        Alerts,
        Schedule,
        Organisation,
        Person,
        Robot,
        WecomRobot,
        Webhook,
        DingTalkApp,
        Quiet,
        Rhythm,
        Department,
        Source,
    )
    missing = [f"{model.__name__}.{name}" for model in models for name in model.model_fields if f"`{name}`" not in text]

    assert missing == []


def test_every_environment_variable_is_documented():
    text = text_of("docs/school.md") + text_of("docs/commands.md")
    used = set()
    for part in ("foundation", "crawler", "pipelines", "search", "events", "cases", "alerts", "huiyin"):
        for path in (ROOT / part).rglob("*.py"):
            used |= set(re.findall(r'"(HUIYIN_[A-Z_]+)"', path.read_text()))

    assert used
    assert [name for name in sorted(used) if name not in text] == []


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
