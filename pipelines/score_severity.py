"""Stage 2, step 6: how grave is it? Posts in; level, score, reasons, counterfactual and the help-first mark out.

Each rule is one file of severity_rules/ and returns at most one finding. The level is derived from all findings here
and nowhere else: the gravest counts, what only raises lifts 一般 to 重大, what caps holds the post down. A reply
is rated by its own words; under a help-first title it is help-first too, because it shows that title. The machine
suggests; a named person decides.
"""

import importlib
import pkgutil
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import NamedTuple, Self

from crawler.items import Post, Reason
from foundation.opening import Opened
from foundation.outcome import LEVELS, NOT_JUDGED, OUTCOME_TITLES, SHOWS_HELP_FIRST, Outcome
from pipelines import severity_rules
from pipelines.match_words import PostView
from pipelines.read_post import PostReader
from pipelines.step import Step
from pipelines.weigh_harm import ORDINARY, Finding

THRESHOLDS = (20.0, 50.0, 80.0)  # points from which a post is 一般, 重大, 特别重大
PER_FURTHER_FINDING, FURTHER_AT_MOST = 2.0, 9.0  # orders posts within a level, never changes it
WAITS = Reason("needs_eyes", OUTCOME_TITLES[Outcome.NEEDS_EYES], 0.0)  # pictures: no rule can say anything


class Verdict(NamedTuple):
    """What the rules say about one post.

    Attributes:
        fired: Rules with their findings, ordered by points, gravest first.
        leading: The rule of the gravest finding that stands by itself (raising and capping ones do not).
    """

    fired: tuple[tuple[ModuleType, Finding], ...]
    score: float
    level_code: int
    restricted: bool
    leading: ModuleType | None


@cache
def load_rules() -> tuple[ModuleType, ...]:
    """Return all rules, found by folder, by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(severity_rules.__path__))
    return tuple(importlib.import_module(f"{severity_rules.__name__}.{name}") for name in names)


@cache
def name_of(rule: ModuleType) -> str:
    """Return a rule's name: that of its file."""
    return rule.__name__.rpartition(".")[2]


@cache
def _asked_by_need() -> tuple[tuple[ModuleType, frozenset[str] | None], ...]:
    """Return the rules with the concepts that each needs to find anything; None: it must always be asked."""
    needs = ((rule, getattr(rule, "NEEDS", None)) for rule in load_rules())
    return tuple((rule, None if need is None else frozenset(need)) for rule, need in needs)


@cache
def _help_first_by_need() -> tuple[tuple[ModuleType, frozenset[str] | None], ...]:
    return tuple((rule, needs) for rule, needs in _asked_by_need() if getattr(rule, "HELP_FIRST", False))


@cache
def _needed_for_help() -> frozenset[str] | None:
    """Return the concepts of which the help-first rules need one; None: one of them must always be asked."""
    needs = [needs for _, needs in _help_first_by_need()]
    return None if None in needs else frozenset().union(*(need for need in needs if need is not None))


@cache
def _needed_by_any() -> frozenset[str]:
    return frozenset().union(*(needs for _, needs in _asked_by_need() if needs is not None))


@cache
def _always_asked() -> list[ModuleType]:
    return [rule for rule, needs in _asked_by_need() if needs is None]


def _worth_asking(view: PostView) -> list[ModuleType]:
    needed = view.hits.found & _needed_by_any()  # mostly none or one
    if not needed:
        return _always_asked()
    return [rule for rule, needs in _asked_by_need() if needs is None or not needed.isdisjoint(needs)]


def rate(view: PostView) -> Verdict:
    """Return the verdict of all rules on one post, rated once for each view."""
    if view.verdict is None:
        view.verdict = _rate(view)
    verdict: Verdict = view.verdict
    return verdict


def is_help_first(view: PostView) -> bool:
    """Return whether a post is restricted; asks the rules that can say so before all others."""
    found, needed = view.hits.found, _needed_for_help()
    if needed is not None and found.isdisjoint(needed):
        return False
    signs = (rule.find(view) for rule, needs in _help_first_by_need() if needs is None or not found.isdisjoint(needs))
    return any(sign is not None and sign.restricted for sign in signs) and rate(view).restricted


def _rate(view: PostView) -> Verdict:
    found = [(rule, finding) for rule in _worth_asking(view) if (finding := rule.find(view)) is not None]
    found.sort(key=lambda each: (-each[1].points, each[0].__name__))
    score = derive_score([finding for _, finding in found])
    restricted = any(finding.restricted for _, finding in found) and score >= THRESHOLDS[0]
    leading = next((rule for rule, finding in found if not (finding.raises or finding.caps)), None)
    return Verdict(tuple(found), score, level_of(score), restricted, leading)


def derive_score(findings: Sequence[Finding]) -> float:
    """Return the points of a post: the gravest finding, raised or capped, plus a little for each further finding."""
    if not findings:
        return 0.0
    plain = [finding.points for finding in findings if not (finding.raises or finding.caps)]
    base = max(plain, default=0.0)
    if base >= ORDINARY:
        base = max([base, *(finding.points for finding in findings if finding.raises)])
    caps = [finding.points for finding in findings if finding.caps]
    if caps:
        return min(base, *caps)
    further = min(PER_FURTHER_FINDING * max(len(plain) - 1, 0), FURTHER_AT_MOST)
    return base + further if base else 0.0


def level_of(score: float) -> int:
    """Return the level code of a score: 0 无, 1 一般, 2 重大, 3 特别重大."""
    return bisect_right(THRESHOLDS, score)


def score_severity(posts: list[Post], reader: PostReader) -> None:
    """Fill level, score, reasons, counterfactual and restricted of the posts given."""
    for post in posts:
        if not post.relevant:
            post.level_code, post.level, post.score, post.reasons = 0, LEVELS[0], 0.0, ()
            post.counterfactual, post.restricted = "", False
            continue
        verdict = rate(reader.own_view(post))
        post.restricted = verdict.restricted
        if not post.restricted and post.is_reply and is_help_first(reader.view(post)):
            post.restricted, post.outcome_reason = True, SHOWS_HELP_FIRST
        if post.outcome == Outcome.NEEDS_EYES:
            post.level_code, post.level, post.score, post.reasons = 0, NOT_JUDGED, 0.0, (WAITS,)
            post.counterfactual = ""
            continue
        post.score, post.level_code, post.level = verdict.score, verdict.level_code, LEVELS[verdict.level_code]
        post.reasons = tuple(_reason(rule, finding) for rule, finding in verdict.fired)
        post.counterfactual = explain(verdict)


def explain(verdict: Verdict) -> str:
    """Return what would change the level, found by rating again; nothing when nothing would.

    Of a post that is held down it is the cap. Else the decisive findings are left out, gravest first, until the level
    falls: what raises when the others alone would not reach it, otherwise the others.
    """
    findings = [finding for _, finding in verdict.fired]
    decisive = [each for each in verdict.fired if each[1].caps]
    if decisive:
        level_code = level_of(derive_score([finding for finding in findings if not finding.caps]))
        return _words_without(decisive[:1], level_code) if level_code != verdict.level_code else ""
    plain = [finding for finding in findings if not finding.raises]
    by_raising = level_of(derive_score(plain)) < verdict.level_code
    decisive = [each for each in verdict.fired if each[1].raises == by_raising]
    for number in range(1, len(decisive) + 1):
        left_out = decisive[:number]
        rest = [each[1] for each in verdict.fired if each not in left_out]
        level_code = level_of(derive_score(rest))
        if level_code < verdict.level_code:
            return _words_without(left_out, level_code)
    return ""


def _words_without(left_out: Sequence[tuple[ModuleType, Finding]], level_code: int) -> str:
    names = [f"“{rule.TITLE}”（{'、'.join(finding.words[:3])}）" for rule, finding in left_out]
    told = "和".join(["、".join(names[:-1]), names[-1]] if names[1:] else names)
    return f"若没有{told}，等级会是{LEVELS[level_code]}"


def _reason(rule: ModuleType, finding: Finding) -> Reason:
    title = f"{rule.TITLE}（{finding.note}）" if finding.note else rule.TITLE
    return Reason(name_of(rule), title, finding.points, finding.words)


class ScoreSeverity(Step):
    """The step as Scrapy runs it."""

    def __init__(self, reader: PostReader) -> None:
        self.reader = reader

    @classmethod
    def from_opened(cls, opened: Opened) -> Self:
        """Build the step from the school's words."""
        return cls(PostReader.of(opened.school))

    def run(self, posts: list[Post]) -> None:
        """Score the posts."""
        score_severity(posts, self.reader)
