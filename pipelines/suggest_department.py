"""Stage 2, step 7: who can answer? Posts in; department ids out, the most competent first.

By competence, not by mood: each department of departments.yaml names its competences (后勤, 教务 …), whose words stand
in words/departments.txt, and words of its own. A harm goes to the units that its rule names. The school's own table
overrides all.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Self

from crawler.items import Post
from foundation.opening import Opened
from foundation.school import Department, School
from pipelines.match_words import PostView, normal
from pipelines.read_post import PostReader
from pipelines.score_severity import THRESHOLDS, Verdict, rate
from pipelines.step import Step

OFFICE = "办公室"
AT_MOST = 3  # departments suggested for one post
CLOSE = 0.5  # who else must know: units with so much of the first one's weight
OWN_WORD_WEIGHT = 6.0  # a word that the school itself routes by outweighs ours
TITLE_WEIGHT = 1.0
RULE_WEIGHT = 5.0  # the units of the gravest rule come before those that are only named
CONDUCT, NEWS = "纪检", "宣传"  # severity-guide §4: staff conduct (with the unit concerned); media, reputation
NAMED_WEIGHT = 3.0  # the post names the unit itself


def suggest_department(posts: list[Post], reader: PostReader, departments: list[Department]) -> None:
    """Fill the departments of the relevant posts given."""
    for post in posts:
        if not post.relevant:
            post.departments = ()
            continue
        verdict = rate(reader.own_view(post))
        post.departments = tuple(unit.id for unit in choose(reader.view(post), verdict, departments))


def choose(view: PostView, verdict: Verdict, departments: list[Department]) -> list[Department]:
    """Return who should answer and who else must know, best first; never empty when the school has departments."""
    weights = weigh_competences(view, verdict)
    totals = {unit.id: _weight_of(unit, weights, view.text) for unit in departments}
    ranked = sorted((unit for unit in departments if totals[unit.id] > 0), key=lambda unit: -totals[unit.id])
    if not ranked:
        return departments_for(("办公室",), departments)[:1] or departments[:1]
    best = totals[ranked[0].id]
    return [unit for unit in ranked if totals[unit.id] >= CLOSE * best][:AT_MOST]


def weigh_competences(view: PostView, verdict: Verdict) -> dict[str, float]:
    """Return the weight of each competence: its words, and the units named by the gravest rule."""
    competences = [concept for concept in view.hits.found if "\u4e00" <= concept[0] <= "\u9fff"]
    weights = {concept: _words_weight(view, concept) for concept in competences}
    strongest = max(weights.values(), default=0.0)
    rule = verdict.leading
    if rule is not None and verdict.score >= THRESHOLDS[1] and not rule.__name__.endswith(".everyday_concern"):
        for place, unit in enumerate(rule.UNITS):
            weights[unit] = weights.get(unit, 0.0) + (strongest + RULE_WEIGHT) / (place + 1)
    elif view.has("staff_conduct") and verdict.score >= THRESHOLDS[0]:
        weights[CONDUCT] = weights.get(CONDUCT, 0.0) + strongest + 1.0
    elif view.official and not view.has("notice"):
        weights[NEWS] = weights.get(NEWS, 0.0) + strongest + 1.0
    return weights


def _words_weight(view: PostView, concept: str) -> float:
    said, in_title = view.hits.said(concept)
    weight = sum([min(len(word), 4) / 2 for word in {words[0] for words in said}])
    if in_title:
        weight += TITLE_WEIGHT * len({words[0] for words in in_title})
    return weight + NAMED_WEIGHT if concept in view.text else weight


def _weight_of(unit: Department, weights: dict[str, float], text: str) -> float:
    name, words = _own_words(unit.name, tuple(unit.words))
    weight = max([weights[competence] for competence in unit.competences if competence in weights], default=0.0)
    if name in text:
        weight += NAMED_WEIGHT
    return weight + OWN_WORD_WEIGHT * len([word for word in words if word in text])


@lru_cache(maxsize=256)  # departments of a school
def _own_words(name: str, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    return normal(name), tuple(map(normal, words))


def departments_for(competences: Iterable[str], departments: list[Department]) -> list[Department]:
    """Return the departments that have any of the competences, in the order of the competences."""
    return [unit for competence in competences for unit in departments if competence in unit.competences]


class SuggestDepartment(Step):
    """The step as Scrapy runs it."""

    def __init__(self, reader: PostReader, departments: list[Department]) -> None:
        self.reader = reader
        self.departments = departments

    @classmethod
    def from_opened(cls, opened: Opened) -> Self:
        """Build the step from the school's words and departments."""
        school: School = opened.school
        return cls(PostReader.of(school), school.organisation.departments)

    def run(self, posts: list[Post]) -> None:
        """Suggest departments for the posts."""
        suggest_department(posts, self.reader, self.departments)
