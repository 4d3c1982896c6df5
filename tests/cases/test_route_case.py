"""Tests of routing: never an orphan."""

from cases.route_case import Route, office_department, route_case
from crawler.items import Post
from foundation.school import School, SchoolFiles


def test_the_department_that_posts_suggest_most_leads(example_school: School) -> None:
    posts = [Post(departments=("safety", "students")), Post(departments=("students",)), Post(departments=("students",))]

    assert route_case(example_school, posts) == Route("students", ("safety",))


def test_a_graver_post_weighs_more(example_school: School) -> None:
    posts = [Post(departments=("network",)), Post(departments=("safety",), level_code=2)]

    assert route_case(example_school, posts).lead == "safety"


def test_what_nobody_claims_goes_to_the_office(example_school: School) -> None:
    assert route_case(example_school, [Post(), Post(departments=("unknown",))]) == Route("office")
    assert route_case(example_school, []) == Route("office")


def test_without_a_department_called_office_its_holders_unit_is_taken(example_school: School) -> None:
    texts = dict(example_school.files.texts)
    texts["departments.yaml"] = texts["departments.yaml"].replace("- id: office", "- id: headquarters")
    school = School.from_files(SchoolFiles(texts))

    assert office_department(school) == "headquarters"
