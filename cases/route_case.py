"""Stage 5: which department answers. Posts of an event and the school in, lead and assisting departments out.

谁主管、谁负责 (Z1.5-1): the department that the posts most often suggest leads, the others named assist. What nobody
claims goes to the office, never to no one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.items import Post
from foundation.school import School

OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Route:
    """Departments by id: one leads, any number assist."""

    lead: str
    assisting: tuple[str, ...] = ()


def route_case(school: School, posts: Iterable[Post]) -> Route:
    """Return the suggested route; a person decides at 交办.

    The graver post weighs more, and within a post the first department named; equal weights keep the school's order.
    """
    order = [department.id for department in school.organisation.departments]
    weights: Counter[str] = Counter()
    for post in posts:
        for place, department in enumerate(post.departments):
            if department in order:
                weights[department] += (1 + post.level_code) * (2 if place == 0 else 1)
    ranked = sorted(weights, key=lambda department: (-weights[department], order.index(department)))
    above = {unit.id for department in ranked for unit in school.ancestors(department)}
    ranked = [department for department in ranked if department not in above]  # Z5.2: to the leaf, and climb from there
    if not ranked:
        return Route(office_department(school))
    return Route(ranked[0], tuple(ranked[1:]))


def office_department(school: School) -> str:
    """Return the department of the office: the one named `office`, else of its first holder, else the first listed."""
    departments = school.organisation.departments
    for department in departments:
        if department.id == OFFICE:
            return department.id
    holders = {person.id for person in school.holders(OFFICE)}
    for department in departments:
        if holders & {department.owner, department.deputy, department.liaison}:
            return department.id
    return departments[0].id
