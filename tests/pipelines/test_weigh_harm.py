import pytest

from crawler.items import Post
from pipelines.default_school import default_school
from pipelines.read_post import PostReader
from pipelines.weigh_harm import GRAVE, ORDINARY, SERIOUS, Finding, lowered_when_nobody_was_hurt, weigh


def view(text):
    return PostReader.of(default_school()).view(Post(content=text))


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("五号楼着火了", GRAVE),
        ("去年五号楼着火", SERIOUS),
        ("万一五号楼着火", ORDINARY),
        ("五号楼着火已扑灭，希望检查线路", ORDINARY),
    ],
)
def test_a_harm_weighs_by_how_it_is_meant(text, points):
    assert weigh(view(text), ("fire",), GRAVE).points == points


@pytest.mark.parametrize("text", ["五号楼没有着火", "消防演练，模拟着火", "五号楼着火已扑灭", "今天好看"])
def test_nothing_is_left_of_what_is_denied_told_or_over(text):
    assert weigh(view(text), ("fire",), GRAVE) is None


def test_hearsay_keeps_the_weight_and_is_marked():
    found = weigh(view("听说五号楼着火了"), ("fire",), GRAVE)

    assert (found.points, found.note) == (GRAVE, "未经证实")


def test_nobody_hurt_lowers_one_level_and_says_so():
    found = lowered_when_nobody_was_hurt(view("着火了，没有人受伤"), Finding(GRAVE, ("着火",)))

    assert found.points == SERIOUS
    assert "没有人受伤" in found.note


def test_without_such_words_nothing_is_lowered():
    found = Finding(GRAVE, ("着火",))

    assert lowered_when_nobody_was_hurt(view("着火了"), found) is found
