import pytest

from crawler.items import Post
from events.compare_posts import Comparer, comparer_of, issue_likeness, places_conflict, plain_number, word_rarities


@pytest.fixture(scope="session")
def comparer(example_school) -> Comparer:
    return comparer_of(example_school)


CONFLICTS = [
    ("二食堂的饭", "三食堂的饭", True),
    ("二食堂的饭", "第2食堂的汤", False),
    ("宿舍3栋停电", "宿舍5栋停电", True),
    ("宿舍3栋停电", "三号楼没电", False),
    ("松园停电", "竹园停电", True),
    ("松园停电", "松园和竹园都停电", False),
    ("204路公交", "205路公交", True),
    ("东区操场", "停电了", False),
    ("二食堂的饭", "宿舍3栋停电", False),
    ("食堂二楼", "食堂一楼", False),
    ("外语学院强制实习", "计算机学院强制实习", True),
    ("外语学院强制实习", "我们外语学院强制实习", False),
    ("我们学院强制实习", "外语学院强制实习", False),
    ("云麓学院强制实习", "外语学院强制实习", False),
]


@pytest.mark.parametrize(("one", "other", "expected"), CONFLICTS)
def test_different_places_of_one_kind_conflict(one: str, other: str, expected: bool, comparer: Comparer) -> None:
    assert places_conflict(comparer.places_of(one), comparer.places_of(other)) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("三", "3"), ("十", "10"), ("十二", "12"), ("二十", "20"), ("a4", "a4")]
)
def test_numbers_are_written_alike(text: str, expected: str) -> None:
    assert plain_number(text) == expected


def test_the_same_place_alone_is_not_the_same_issue(comparer: Comparer) -> None:
    bug, cooling = comparer.features_of("二食堂饭里有虫子"), comparer.features_of("二食堂空调坏了")

    assert issue_likeness(bug, cooling) == 0.0
    assert issue_likeness(bug, bug) == pytest.approx(1.0)


def test_the_schools_name_says_nothing(comparer: Comparer) -> None:
    assert "云麓学院" not in comparer.features_of("云麓学院停电").words


def test_a_posts_features_follow_its_text_not_its_number(comparer: Comparer) -> None:
    one = Post(post_id=1, content="停电", content_hash="a")
    other = Post(post_id=1, content="虫子", content_hash="b")

    assert comparer.features(one) != comparer.features(other)
    assert comparer.features(one) is comparer.features(one)


def test_rare_words_weigh_more_and_unknown_ones_the_median() -> None:
    rarities, median = word_rarities()

    assert rarities["问题"] < median < max(rarities.values())


def test_a_school_has_one_comparer(example_school) -> None:
    assert comparer_of(example_school) is comparer_of(example_school)
