import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlight import SNIPPET_LENGTH, cut_snippet, find_spans, mark_spans

SPANS = [
    ("二食堂的食堂", ["食堂"], ((1, 3), (4, 6))),
    ("ＧＰＡ４．０", ["gpa4.0"], ((0, 6),)),
    ("宿舍楼", ["宿舍", "舍楼"], ((0, 3),)),
    ("㎏重", ["kg"], ((0, 1),)),
    ("没有", ["火星"], ()),
    ("没有", [""], ()),
]


@pytest.mark.parametrize(("text", "needles", "expected"), SPANS)
def test_found_words_are_placed_in_the_text_as_written(text, needles, expected) -> None:
    assert find_spans(text, needles) == expected


def test_marks_stand_around_each_span() -> None:
    assert mark_spans("二食堂的饭", ((1, 3), (4, 5)), "【", "】") == "二【食堂】的【饭】"


def test_a_short_text_is_shown_whole() -> None:
    assert cut_snippet("饭凉了\n好多次", ((0, 1),)) == ("饭凉了 好多次", ((0, 1),))


@given(before=st.integers(0, 300), after=st.integers(0, 300))
def test_a_snippet_is_short_and_shows_the_first_found_word(before: int, after: int) -> None:
    text = "啊" * before + "食堂" + "呀" * after
    piece, spans = cut_snippet(text, find_spans(text, ["食堂"]))

    assert len(piece) <= SNIPPET_LENGTH
    assert [piece[start:end] for start, end in spans] == ["食堂"]
