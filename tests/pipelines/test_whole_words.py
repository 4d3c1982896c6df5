import pytest

from crawler.items import Post
from pipelines.default_school import default_school
from pipelines.join_patterns import Hit
from pipelines.read_post import PostReader
from pipelines.whole_words import stands_alone


def alone(text: str, word: str) -> bool:
    view = PostReader.of(default_school()).view(Post(content=text))
    start = text.index(word)
    return stands_alone(view, Hit("any", start, start + len(word), (word,)))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("写作业的时候特别安静", "别"),
        ("你的判断很准", "断"),
        ("我没有对手", "没"),
        ("心脏跳得快", "脏"),
        ("今晚加菜", "晚"),
    ],
)
def test_a_character_inside_a_longer_word_says_nothing(text, word):
    assert not alone(text, word)


@pytest.mark.parametrize(("text", "word"), [("宿舍的水管漏，没人来", "漏"), ("碗太脏", "脏"), ("ok，冷", "冷")])
def test_a_character_that_is_a_word_counts(text, word):
    assert alone(text, word)


def test_a_longer_word_needs_no_look():
    assert alone("特别安静", "别安")
