"""Stage 2, step 7: who can answer? Posts in; department ids out, the most competent first.

By competence, not by mood: each department of departments.yaml names its competences (后勤, 教务 …), whose words stand
in words/departments.txt, and words of its own. A harm goes to the units that its rule names. The school's own table
overrides all.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Self

from crawler.items import Post
from foundation.opening import Opened
from foundation.school import Department, School
from pipelines.match_words import PostView, normal
from pipelines.read_post import PostReader
from pipelines.score_severity import THRESHOLDS, Verdict, name_of, rate
from pipelines.step import Step

OFFICE = "办公室"
AT_MOST = 3  # departments suggested for one post
CLOSE = 0.5  # who else must know: units with so much of the first one's weight
OWN_WORD_WEIGHT = 6.0  # a word that the school itself routes by outweighs ours
TITLE_WEIGHT = 1.0
RULE_WEIGHT = 5.0  # the units of the gravest rule come before those that are only named
CONDUCT, NEWS = "纪检", "宣传"  # severity-guide §4: staff conduct (with the unit concerned); media, reputation
LONGEST = 4  # characters: a longer word weighs no more
NAMED_WEIGHT = 3.0  # the post names the unit itself


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways by which posts come to departments: put in order once for many posts. Departments go by their number.

    Attributes:
        departments: All of them.
        by_competence: Competence → departments that have it.
        by_name: Names, as they are compared, and the department of each.
        by_word: The school's own words, as they are compared, and the department of each.
    """

    departments: list[Department]
    by_competence: dict[str, list[int]]
    by_name: list[tuple[str, int]]
    by_word: list[tuple[str, int]]

    @classmethod
    def of(cls, departments: list[Department]) -> Self:
        """Put the ways to these departments in order."""
        by_competence: dict[str, list[int]] = {}
        for number, unit in enumerate(departments):
            for competence in unit.competences:
                by_competence.setdefault(competence, []).append(number)
        by_name = [(normal(unit.name), number) for number, unit in enumerate(departments)]
        by_word = [(normal(word), number) for number, unit in enumerate(departments) for word in unit.words]
        return cls(departments, by_competence, by_name, by_word)


def suggest_department(posts: list[Post], reader: PostReader, departments: list[Department]) -> None:
    """Fill the departments of the relevant posts given."""
    ways = Ways.of(departments)
    for post in posts:
        if not post.relevant:
            post.departments = ()
            continue
        verdict = rate(reader.own_view(post))
        post.departments = tuple([unit.id for unit in choose(reader.view(post), verdict, ways)])


def choose(view: PostView, verdict: Verdict, ways: Ways) -> list[Department]:
    """Return who should answer and who else must know, best first; never empty when the school has departments."""
    departments = ways.departments
    totals = _weigh_departments(ways, weigh_competences(view, verdict, ways.by_competence), view.text)
    ranked = sorted([number for number, total in enumerate(totals) if total > 0], key=lambda number: -totals[number])
    if not ranked:
        return departments_for(("办公室",), departments)[:1] or departments[:1]
    enough = CLOSE * totals[ranked[0]]
    return [departments[number] for number in ranked if totals[number] >= enough][:AT_MOST]


def _weigh_departments(ways: Ways, weights: dict[str, float], text: str) -> list[float]:
    """Return the weight of each department: its weightiest competence, its name and its own words."""
    totals = [0.0] * len(ways.departments)
    for competence, weight in weights.items():
        for number in ways.by_competence.get(competence, ()):
            totals[number] = max(totals[number], weight)
    for number in [number for name, number in ways.by_name if name in text]:
        totals[number] += NAMED_WEIGHT
    said = [number for word, number in ways.by_word if word in text]
    for number in set(said):
        totals[number] += OWN_WORD_WEIGHT * said.count(number)
    return totals


def weigh_competences(view: PostView, verdict: Verdict, asked: Container[str]) -> dict[str, float]:
    """Return the weight of each competence that is asked for: its words, and the units named by the gravest rule."""
    weights = {concept: _words_weight(view, concept) for concept in view.hits.han() if concept in asked}
    rule = verdict.leading
    if rule is not None and verdict.score >= THRESHOLDS[1] and name_of(rule) != "everyday_concern":
        strongest = _strongest(view)
        for place, unit in enumerate(rule.UNITS):
            weights[unit] = weights.get(unit, 0.0) + (strongest + RULE_WEIGHT) / (place + 1)
    elif view.has("staff_conduct") and verdict.score >= THRESHOLDS[0]:
        weights[CONDUCT] = weights.get(CONDUCT, 0.0) + _strongest(view) + 1.0
    elif view.official and not view.has("notice"):
        weights[NEWS] = weights.get(NEWS, 0.0) + _strongest(view) + 1.0
    return weights


def _strongest(view: PostView) -> float:
    """Return the weight of the weightiest topic or competence."""
    return max([_words_weight(view, concept) for concept in view.hits.han()], default=0.0)


def _words_weight(view: PostView, concept: str) -> float:
    said, in_title = view.hits.said(concept)
    weight = sum([len(word[:LONGEST]) for word in {words[0] for words in said}]) / 2
    if in_title:
        weight += TITLE_WEIGHT * len({words[0] for words in in_title})
    return weight + NAMED_WEIGHT if concept in view.text else weight


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
