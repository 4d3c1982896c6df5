import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.pair_characters import cut_texts, join_grams
from search.segment import gram_tokens

SIGNS = st.sampled_from("食堂的饭，。 \n\0ab19Ｂ９+#%_-é₂①…～かな한〇豈😀\U00020000")


@given(st.lists(st.text(SIGNS, max_size=12), max_size=6))
def test_many_texts_at_once_give_the_grams_of_each(texts: list[str]) -> None:
    assert join_grams(texts) == [" ".join(gram_tokens(text)) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("食堂的饭，菜", "食堂 堂的 的饭 饭 菜"),
        ("ＧＰＡ4.0和C++", "gpa 4 0 和 c + +"),
        ("\n食", "食"),
        ("", ""),
    ],
)
def test_grams_are_joined_by_single_spaces(text: str, expected: str) -> None:
    assert join_grams(["", text, "饭"]) == ["", expected, "饭"]


def test_every_character_of_the_basic_plane_is_of_the_right_class() -> None:
    texts = [f"食{chr(code)}堂" for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]

    assert join_grams(texts) == [" ".join(gram_tokens(text)) for text in texts]


def test_texts_are_cut_into_words_and_grams_each_once(segmenter, monkeypatch) -> None:
    cut, asked = segmenter.join_for_search, []
    monkeypatch.setattr(segmenter, "join_for_search", lambda text: asked.append(text) or cut(text))
    tokens = cut_texts(segmenter, ["食堂涨价", "", "食堂涨价"])

    assert tokens == {"食堂涨价": ("食堂 涨价", "食堂 堂涨 涨价 价"), "": ("", "")}
    assert asked == ["食堂涨价", ""]
