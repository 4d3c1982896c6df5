"""A school's own templates: data with known placeholders; mistakes have their line; ours step in."""

from datetime import UTC, datetime

import pytest

from alerts.check_templates import check_templates, preview, template_names
from alerts.render import render
from foundation.errors import ConfigError
from foundation.school import School, SchoolFiles

NOW = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)


def _with(school, name, text):
    return School.from_files(SchoolFiles(school.files.texts | {f"templates/{name}.yaml": text}))


MISTAKES = [
    ("remind", "title: $evnt\nbody: x\n", "第 1 行：title 里的 $evnt 没有这个内容", "是不是 $event？"),
    ("remind", "title: x\nbody: 5 $ 一份\n", "第 2 行：body 里有单独的 $", "$$"),
    ("remind", "title: x\n", "缺少 body", ""),
    ("remnid", "title: x\nbody: x\n", "没有这个名字的通知模板", "是不是 remind？"),
    ("restricted", "title: x\nbody: $event\n", "body 里的 $event 没有这个内容", ""),
]


@pytest.mark.parametrize(("name", "text", "what", "hint"), MISTAKES)
def test_a_mistake_is_named_with_its_line(paper_school, name, text, what, hint):
    with pytest.raises(ConfigError) as found:
        check_templates(_with(paper_school, name, text))

    assert what in str(found.value)
    assert hint in str(found.value)


def test_the_schools_own_words_are_used_and_previewed(paper_school):
    school = _with(paper_school, "remind", "title: 提醒 $case_no\nbody: |\n  $event\n")
    check_templates(school)

    assert preview(school, "remind", NOW).title == "提醒 20261012-001"


def test_every_template_can_be_previewed_and_its_first_line_says_what(paper_school):
    for name in template_names():
        words = preview(paper_school, name, NOW)

        assert 4 <= len(words.title) <= 120, name
        assert "$" not in words.title + words.body, name
        assert "\n" not in words.title, name


def test_a_template_that_cannot_be_filled_does_not_stop_a_notice(paper_school):
    school = _with(paper_school, "remind", "title: $nothing\nbody: x\n")

    ours, plain = preview(school, "remind", NOW), preview(paper_school, "remind", NOW)
    assert (ours.title, ours.body) == (plain.title, plain.body)
    assert (ours.instead, plain.instead) == ("系统自带的文字", "")
    assert render("remind", {}, paper_school).instead == "只有要素的文字"
