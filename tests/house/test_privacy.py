"""PRIVACY.md as tests: no person in fields, notices or logs; no takedown, no profile, no per-author command."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import cases.items
import crawler.patrol_items
from alerts.case_view import CaseView
from alerts.render import render, values_of
from crawler.items import post_fields
from foundation.ledger import Fact
from huiyin.cli import command_names

ROOT = Path(__file__).parents[2]
PERSONAL = re.compile(r"avatar|nick|screen_name|follower|location|region_name|device|ip_address|gender|username", re.I)
PRODUCT = ("foundation", "crawler", "pipelines", "search", "events", "cases", "alerts", "kibana", "huiyin")


def test_no_field_of_a_post_names_a_person():
    assert [name for name in post_fields() if PERSONAL.search(name)] == []


def test_no_searchable_field_of_a_case_or_a_patrol_round_names_a_person():
    named = re.compile(r"_by$|owner|tracker|person|actor|handler|restricted", re.I)
    fields = [*cases.items.FIELDS, *crawler.patrol_items.FIELDS]

    assert fields
    assert [name for name in fields if PERSONAL.search(name) or named.search(name)] == []


def test_the_pseudonym_is_never_searchable():
    assert not post_fields()["author"].searchable


def test_every_field_says_why_it_exists_and_text_expires():
    fields = post_fields()

    assert [name for name, about in fields.items() if not about.why or not about.label] == []
    assert [name for name, about in fields.items() if about.kind == "text" and about.retention_days < 1] == []


def test_logs_never_print_text_or_names():
    """Log calls may not take title, content, text, quote or author as an argument."""
    words = {"title", "content", "quote", "author", "published_text", "official_reply"}
    found = []
    for part in PRODUCT:
        for path in (ROOT / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                is_log = (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in ("log", "logger", "logging")
                )
                if is_log:
                    named = {
                        each.attr
                        for argument in node.args
                        for each in ast.walk(argument)
                        if isinstance(each, ast.Attribute)
                    }
                    if named & words:
                        found.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert found == []


@pytest.mark.provision("Z1.1-2", "Z1.5-9", "Z5.10x", "Z7.10-3", "Z7.12", "Z9a.2-2", "Z9b.6-2")
def test_no_command_deletes_reports_posts_or_replies_elsewhere():
    forbidden = re.compile(r"takedown|delete|report_post|complain|comment|boost|guide|block|\bban\b")

    assert [name for name in command_names() if forbidden.search(name)] == []


@pytest.mark.provision("Z1.1-3")
def test_no_command_or_option_looks_a_person_up():
    options = []
    for path in (ROOT / "huiyin" / "commands").glob("*.py"):
        options += re.findall(r'add_argument\(\s*"(--?[\w-]+)"', path.read_text())

    assert [option for option in options if re.search(r"author|user|nick|pseudonym|作者", option)] == []


def test_the_crawler_only_reads():
    """No spider or middleware sends anything but GET and HEAD to a site."""
    sending = re.compile(r"method=[\"'](POST|PUT|DELETE|PATCH)|FormRequest|from_response")

    assert [p.name for p in (ROOT / "crawler").rglob("*.py") if sending.search(p.read_text())] == []


def test_no_notice_has_a_place_for_who_wrote():
    """Templates and the values they are filled with; the values' names are all that a template can ask for."""
    person = re.compile(r"author|nick|pseudonym|avatar|screen_name|作者|昵称|头像|网名|发帖人")
    templates = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "alerts" / "templates").glob("*")}
    values = (ROOT / "alerts" / "render.py").read_text(encoding="utf-8")

    assert templates
    assert [name for name, text in templates.items() if person.search(text)] == []
    assert person.findall(values) == []
    assert [name for name in CaseView.__dataclass_fields__ if person.search(name)] == []


def test_a_rendered_notice_of_every_template_names_no_author(example_school):
    """Every template filled from a case whose author is known to the ledger only."""
    at = datetime(2026, 10, 12, tzinfo=UTC)
    values = values_of(Fact("case.opened", "20261012-001", {}), example_school, CaseView(as_of=at))
    for path in (ROOT / "alerts" / "templates").glob("*.yaml"):
        words = render(path.stem, values)

        assert not re.search(r"\$|作者|昵称|化名", words.title + words.body), path.name
