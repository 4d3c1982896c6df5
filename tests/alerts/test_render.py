"""Templates are data; values are plain text."""

import re
from datetime import UTC, datetime, timedelta
from string import Template

import pytest

from alerts.case_view import CaseView
from alerts.choose_recipients import ROUTES
from alerts.render import TEMPLATES, explain, load_template, plain_title, render, time_left, values_of
from crawler.items import Reason
from foundation.ledger import Fact

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
NAMES = sorted(path.stem for path in TEMPLATES.glob("*.yaml"))
FORBIDDEN = ("{%", "{{", " if ", " else", "<%", "author", "nickname", "作者", "昵称")


@pytest.mark.parametrize("name", NAMES)
def test_a_template_has_no_condition_and_no_person_field(name):
    text = (TEMPLATES / f"{name}.yaml").read_text(encoding="utf-8")

    assert not [word for word in FORBIDDEN if word in text]


@pytest.mark.parametrize("name", NAMES)
def test_a_template_uses_only_known_placeholders(name, paper_school):
    template = load_template(name)
    known = set(values_of(Fact("rule.fired", "x", {}), paper_school, CaseView(as_of=NOW)))

    assert set(Template(template.title + template.body).get_identifiers()) <= known
    assert Template(template.title).is_valid()
    assert Template(template.body).is_valid()


@pytest.mark.parametrize("name", NAMES)
def test_a_template_says_what_to_do(name):
    assert "请做：" in load_template(name).body


def test_every_step_of_a_clock_says_by_when_and_what_is_left():
    steps = {route.template for key, routes in ROUTES.items() if key.startswith("timer.step") for route in routes}

    for name in steps:
        template = load_template(name)
        assert {"due", "left"} <= set(Template(template.title + template.body).get_identifiers()), name


def test_the_restricted_template_names_number_level_and_due_only():
    template = load_template("restricted")

    assert set(Template(template.title + template.body).get_identifiers()) == {"level", "case_no", "due", "left"}


def test_case_lines_begin_with_level_and_number():
    titles = {name: load_template(name).title for name in NAMES}
    of_cases = {route.template for key, routes in ROUTES.items() if key.startswith("timer") for route in routes}

    assert all(re.match(r"(【(催办|督办|通报草稿)】)?【\$level】\$case_no ", titles[name]) for name in of_cases)


def test_every_template_is_used_and_every_route_has_one():
    used = {route.template for routes in ROUTES.values() for route in routes} | {
        "restricted",
        "danger",
        "told",
        "subscribed",
    }

    assert used == set(NAMES)


def test_a_missing_value_leaves_the_plain_form_and_no_gap():
    words = render("due", {"level": "一般", "case_no": "HY-1", "event": "食堂", "due": "10月8日 11:00"})

    assert words.title == "【一般】HY-1 食堂"
    assert words.body == "事由：食堂\n时限：10月8日 11:00\n请做：打开案件查看。"
    assert words.instead == "只有要素的文字"
    assert "$" not in words.body


TITLES = [
    ("食堂  晚餐\n有问题", "食堂 晚餐 有问题"),
    ("看这里 https://evil.example/x?y 快点", "看这里 快点"),
    ("汉" * 60, "汉" * 39 + "…"),
    ("左\u202e右", "左 右"),
    ("", ""),
]


@pytest.mark.parametrize(("title", "shown"), TITLES)
def test_titles_of_public_posts_lose_addresses_breaks_and_length(title, shown):
    assert plain_title(title) == shown


LEFT = [
    (timedelta(days=1, hours=2, minutes=3), "剩 1 天 2 小时"),
    (timedelta(days=2), "剩 2 天"),
    (timedelta(hours=3), "剩 3 小时"),
    (timedelta(hours=3, minutes=5), "剩 3 小时 5 分"),
    (timedelta(minutes=15), "剩 15 分"),
    (timedelta(0), "刚到"),
    (-timedelta(hours=25), "已超 1 天 1 小时"),
]


@pytest.mark.parametrize(("left", "words"), LEFT)
def test_what_is_left_is_said_in_two_units(left, words):
    assert time_left(NOW + left, NOW) == words


def test_why_names_rules_points_words_and_the_score():
    view = CaseView(
        as_of=NOW, reasons=(Reason("r", "食品安全", 3.0, ("肚子疼",)), Reason("n", "官方", -1.5)), score=1.5
    )

    assert explain(view) == "食品安全 +3 分（肚子疼）；官方 -1.5 分；合计 1.5 分"


def test_without_reasons_the_case_page_is_named():
    assert explain(CaseView(as_of=NOW)) == "见案件页"
