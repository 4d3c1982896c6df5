import pytest

from crawler.items import Post
from pipelines.load_words import parse_words
from pipelines.match_words import PostView, WordMatcher

WORDS = "[food]\n食堂 米饭\n饭&虫\n[place]\n食堂\n"


def view(content: str, title: str = "") -> PostView:
    return WordMatcher(parse_words([("a.txt", WORDS)])).view(Post(title=title, content=content))


def test_words_are_told_once_in_the_order_of_the_text_patterns_last() -> None:
    seen = view("米饭里有虫，食堂的米饭", title="食堂")

    assert seen.words("food") == ("食堂", "米饭", "饭", "虫")
    assert seen.words("place", "food") == ("食堂", "米饭", "饭", "虫")
    assert seen.words("unknown") == ()


def test_words_are_those_of_the_hits() -> None:
    seen = view("食堂的饭有虫，米饭", title="米饭")

    assert [hit.words for hit in seen.hits["food"]] == [("米饭",), ("食堂",), ("米饭",), *[("饭", "虫")] * 3]
    assert seen.hits.words("food") == tuple(dict.fromkeys(word for hit in seen.hits["food"] for word in hit.words))


def test_a_hit_stands_where_its_word_stands_in_title_and_content() -> None:
    seen = view("到食堂去", title="食堂")

    assert [(hit.start, hit.end) for hit in seen.hits["place"]] == [(0, 2), (4, 6)]
    assert all(seen.text[hit.start : hit.end] == "食堂" for hit in seen.hits["place"])


@pytest.mark.parametrize(
    ("title", "content", "said", "in_title"),
    [
        ("食堂", "食堂的米饭", {("食堂",), ("米饭",)}, {("食堂",)}),
        ("", "食堂", {("食堂",)}, set()),
        ("饭里有虫", "", {("饭", "虫")}, {("饭", "虫")}),
        ("虫", "有饭", {("饭", "虫")}, set()),  # a pattern stands where its first part stands
    ],
)
def test_what_the_title_says_is_told_apart(title: str, content: str, said: set, in_title: set) -> None:
    assert view(content, title).hits.said("food") == (said, in_title)
