"""Stage 6: the school's alert rules. `rules.yaml` and the thresholds of huiyin.yaml in; rules and broken rules out.

A rule with a mistake is kept, named with its line and switched off: it must neither stop the others nor vanish.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alerts.rule import Place, RuleOptions
from alerts.rules import rule_kinds, rule_module
from crawler.source import load_sources
from foundation.config import Strict, line_in, nearest, parse
from foundation.errors import ConfigError, Problem
from foundation.school import School
from search.segment import Segmenter, fold, school_words

RULES_FILE = "rules.yaml"
DEPARTMENT_ROLES = ("dept", "lead_dept", "liaison", "dept_head", "deputy", "owner")  # held by a case's department


class RulesFile(Strict):
    """rules.yaml: a list of rules; each is read by its own kind."""

    rules: list[dict[str, Any]] = []


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """One rule that can run."""

    name: str
    kind: str
    options: Any

    @property
    def early(self) -> bool:
        """Whether it tells of a 苗头."""
        return bool(rule_module(self.kind).EARLY)

    @property
    def learns(self) -> bool:
        """Whether it needs the past to know what is usual."""
        return bool(getattr(rule_module(self.kind), "LEARNS", False))

    @property
    def digest(self) -> str:
        """What it says, as a digest: a changed rule begins anew."""
        text = json.dumps(self.options.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def build(self, place: Place) -> Any:
        """Return the rule at work."""
        return rule_module(self.kind).Rule(self.options, place)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a school: those that run, those switched off by hand, and those that hold a mistake."""

    running: list[LoadedRule]
    off: list[LoadedRule]
    broken: list[tuple[str, Problem]]


def load_rules(school: School) -> Rules:
    """Read a school's rules.

    Raises:
        ConfigError: rules.yaml is no list of rules at all.
    """
    rules = [_from_threshold(threshold) for threshold in school.settings.alerts.thresholds]
    text = school.files.texts.get(RULES_FILE, "")
    return read_rules(school, text, rules)


def read_rules(school: School, text: str, before: list[LoadedRule] | None = None) -> Rules:
    """Read one text in the form of rules.yaml."""
    found, broken = list(before or []), []
    written = parse(RulesFile, text, RULES_FILE).rules if text.strip() else []
    for place, data in enumerate(written):
        taken = {rule.name for rule in found}
        try:
            found.append(_read(school, data, place, text, taken))
        except ConfigError as mistakes:
            broken.append((str(data.get("name") or f"第 {place + 1} 条"), mistakes.problems[0]))
    running = [rule for rule in found if rule.options.enabled]
    return Rules(running, [rule for rule in found if not rule.options.enabled], broken)


def warnings_of(school: School) -> Iterator[str]:
    """Yield, for `huiyin check`, what is switched off by a mistake."""
    for name, problem in load_rules(school).broken:
        yield f"预警规则“{name}”停用：{problem}"


def place_of(school: School) -> Place:
    """Return what rules may know of the school."""
    words = school_words(school)
    identity = school.settings.school
    own = {fold(word) for word in (identity.name, *identity.aliases, *identity.places)}
    sources = tuple((each.id, each.title, each.expected_posts_per_day[0]) for each in load_sources(school).values())
    fast = school.settings.judge.segmenter == "fast"
    return Place(school, Segmenter(words, fast), frozenset(own), sources)


def _from_threshold(threshold: Any) -> LoadedRule:
    module = rule_module("frequency")
    names = ("name", "count", "minutes", "to")
    options = module.Options(kind="frequency", **{name: getattr(threshold, name) for name in names})
    return LoadedRule(threshold.name, "frequency", options)


def _read(school: School, data: dict[str, Any], place: int, text: str, taken: set[str]) -> LoadedRule:
    line = line_in(text, RULES_FILE, ("rules", place))
    kind = str(data.get("kind", ""))
    if kind not in rule_kinds():
        near = nearest(kind, rule_kinds())
        hint = f"是不是 {near}？" if near else f"现有的种类：{'、'.join(rule_kinds())}"
        raise ConfigError([Problem(RULES_FILE, line, f"没有名为 {kind or '（空）'} 的规则种类", hint)])
    options = _validated(rule_module(kind).Options, data, line)
    if options.name in taken:
        raise ConfigError([Problem(RULES_FILE, line, f"规则名 {options.name} 已经用过", "每条规则用自己的名字")])
    known = [*school.organisation.roles, *DEPARTMENT_ROLES]
    for role in options.to:
        if role not in known:
            near = nearest(role, known)
            hint = f"是不是 {near}？" if near else f"departments.yaml 里有：{'、'.join(school.organisation.roles)}"
            raise ConfigError([Problem(RULES_FILE, line, f"to 写了没有人担任的角色 {role}", hint)])
    return LoadedRule(options.name, kind, options)


def _validated(options: type[RuleOptions], data: dict[str, Any], line: int) -> RuleOptions:
    """Validate one rule with the words and hints that every other file of the school gets."""
    try:
        return parse(options, json.dumps(data, ensure_ascii=False, default=str), RULES_FILE)
    except ConfigError as mistakes:
        problem = mistakes.problems[0]
        raise ConfigError([Problem(RULES_FILE, line, problem.what, problem.hint)]) from mistakes
