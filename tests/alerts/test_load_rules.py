"""rules.yaml: every kind can be written, every mistake switches off its own rule and names its line."""

import pytest

from alerts.load_rules import load_rules, place_of, read_rules, warnings_of
from alerts.rules import rule_kinds, rule_module
from foundation.errors import ConfigError
from foundation.school import School, SchoolFiles

NEEDED = {"frequency": "count: 3, minutes: 60", "sensitive": "words: [泄题]", "saved_search": "query: 价格"}


@pytest.mark.parametrize("kind", rule_kinds())
def test_every_kind_can_be_written_and_is_titled(paper_school, kind):
    more = f", {NEEDED[kind]}" if kind in NEEDED else ""
    rules = read_rules(paper_school, f"rules:\n  - {{name: 某规则, kind: {kind}{more}}}\n")

    assert [rule.kind for rule in rules.running] == [kind]
    assert rules.broken == []
    assert rule_module(kind).TITLE


def test_thresholds_of_the_settings_are_frequency_rules(paper_school):
    (rule,) = load_rules(paper_school).running

    assert (rule.name, rule.kind, rule.options.count, rule.options.to) == ("一小时三帖", "frequency", 3, ["officer"])


MISTAKES = [
    ("{name: a, kind: frequenzy}", "没有名为 frequenzy 的规则种类", "是不是 frequency？"),
    ("{name: a, kind: frequency, count: 3, minutes: 0}", "minutes 太小，最小是 1", ""),
    ("{name: a, kind: frequency, count: 3}", "缺少 minutes", ""),
    ("{name: a, kind: frequency, count: 3, minutes: 9, minuts: 9}", "不认识的键 minuts", "是不是 minutes？"),
    ("{name: 一小时三帖, kind: spread}", "规则名 一小时三帖 已经用过", ""),
    ("{name: a, kind: spread, to: [oficer]}", "没有人担任的角色 oficer", "是不是 officer？"),
    ("{name: a, kind: saved_search, query: '(价格'}", "query 写得不对", "检索式"),
    ("{kind: spread}", "缺少 name", ""),
]


@pytest.mark.parametrize(("rule", "what", "hint"), MISTAKES)
def test_a_mistake_switches_off_its_own_rule_and_names_its_line(paper_school, rule, what, hint):
    before = load_rules(paper_school).running
    rules = read_rules(paper_school, f"rules:\n  - {{name: 好的, kind: spread}}\n  - {rule}\n", before)

    ((_name, problem),) = rules.broken
    assert [each.name for each in rules.running] == ["一小时三帖", "好的"]
    assert (problem.line, problem.file) == (3, "rules.yaml")
    assert what in problem.what
    assert hint in problem.hint


def test_a_rule_may_be_switched_off_by_hand(paper_school):
    rules = read_rules(paper_school, "rules:\n  - {name: a, kind: spread, enabled: false}\n")

    assert ([rule.name for rule in rules.off], rules.running) == (["a"], [])


def test_a_file_that_is_no_list_of_rules_is_refused(paper_school):
    with pytest.raises(ConfigError, match="rules"):
        read_rules(paper_school, "rule: 3\n")


def test_the_check_names_what_is_switched_off(paper_school):
    files = SchoolFiles(paper_school.files.texts | {"rules.yaml": "rules:\n  - {name: a, kind: nothing}\n"})
    (warning,) = warnings_of(School.from_files(files))

    assert "预警规则“a”停用：rules.yaml 第 2 行" in warning


def test_rules_know_the_schools_words_and_sources(example_school):
    place = place_of(example_school)

    assert {"云麓学院", "一食堂"} <= place.words
    assert "forum" in {source for source, _title, _a_day in place.sources}


def test_a_rewritten_rule_has_another_digest(paper_school):
    one, two = (
        read_rules(paper_school, f"rules:\n  - {{name: a, kind: spread, sites: {sites}}}\n").running[0]
        for sites in (3, 4)
    )

    assert one.digest != two.digest
