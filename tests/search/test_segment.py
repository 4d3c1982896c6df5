import sys
import unicodedata
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Stop
from search.segment import PROBES, Segmenter, differing_texts, fold, gram_phrase, gram_tokens, school_words

HAS_RJIEBA = find_spec("rjieba") is not None


@pytest.fixture(scope="module")
def fast() -> Segmenter:
    """The same words cut by rjieba where it is installed; the suite passes on jieba alone."""
    return Segmenter(["云麓学院", "云麓"], fast=HAS_RJIEBA)


TOKENS = [
    ("云麓学院食堂", ["云麓学院", "食堂"]),
    ("GPA4.0和C++", ["gpa4.0", "和", "c++"]),
    ("ＷｉＦｉ５Ｇ", ["wifi5g"]),
    ("见t.cn/Ab3。", ["见", "t.cn/ab3"]),
    ("热水😀😀", ["热水", "😀", "😀"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), TOKENS)
def test_text_is_cut_to_words(text: str, expected: list[str], segmenter: Segmenter) -> None:
    assert segmenter.cut(text) == expected


def test_search_mode_adds_the_parts_of_words_and_codes(segmenter: Segmenter) -> None:
    assert segmenter.cut_for_search("云麓学院GPA4.0") == ["云麓", "学院", "云麓学院", "gpa4.0", "gpa", "4.0"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("食堂的饭", ["食堂", "堂的", "的饭", "饭"]),
        ("饭", ["饭"]),
        ("饭，菜", ["饭", "菜"]),
        ("C++课4.0", ["c", "+", "+", "课", "4", "0"]),
        ("かな", ["かな", "な"]),
    ],
)
def test_grams_are_pairs_and_the_last_character_of_each_run(text: str, expected: list[str]) -> None:
    assert gram_tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("食堂", (["食堂"], False)),
        ("堂", (["堂"], True)),
        ("食堂abc", (["食堂", "堂", "abc"], False)),
        ("abc堂", (["abc", "堂"], True)),
        ("，。", ([], False)),
    ],
)
def test_a_phrase_leaves_open_how_the_text_goes_on(text: str, expected: tuple[list[str], bool]) -> None:
    assert gram_phrase(text) == expected


CLAUSES = (
    *(clause for probe in PROBES for clause in probe.split("，")),
    "云麓学院的张老師说GPA4.0才行",
    "食堂二楼A4.5元的套餐",
    "宿舍停电了",
    "学生没有通知",
    "虫子在饭里",
)


@given(clauses=st.lists(st.sampled_from(CLAUSES), max_size=6), sign=st.sampled_from(["，", "", " ", "！"]))
def test_rjieba_cuts_token_for_token_like_jieba(
    clauses: list[str], sign: str, segmenter: Segmenter, fast: Segmenter
) -> None:
    """On what people write; on mere piles of characters (虫虫虫師生知) the two break ties differently."""
    text = sign.join(clauses)

    assert fast.is_fast is HAS_RJIEBA
    assert fast.cut(text) == segmenter.cut(text)
    assert fast.cut_for_search(text) == segmenter.cut_for_search(text)


def test_different_cuts_are_counted(segmenter: Segmenter) -> None:
    other = Segmenter(["二食堂的饭"])

    assert differing_texts(segmenter, other, ["二食堂的饭", "宿舍"]) == 1
    assert differing_texts(segmenter, Segmenter(["云麓学院", "云麓"]), PROBES) == 0


def test_one_segmenters_words_do_not_reach_another() -> None:
    assert Segmenter(["楼兰古"]).cut("楼兰古国") != Segmenter().cut("楼兰古国")


def test_added_words_are_told_from_the_dictionarys_own(segmenter: Segmenter, fast: Segmenter) -> None:
    for one in (segmenter, fast):
        assert one.is_common("食堂")
        assert not one.is_common("云麓学院")


@given(st.text(st.sampled_from("食堂的饭Ab9，。！～…（）“—\u3014 \nＷé①ﬁ½㈱ｶ\u0301😀\U0001d7ce"), max_size=12))
def test_folding_is_nfkc_and_lower_case(text: str) -> None:
    assert fold(text) == unicodedata.normalize("NFKC", text).lower()


@pytest.mark.parametrize("text", ["", "，", "食堂\n宿舍", "GPA4.0，食堂的饭", "a食b", "。食。堂。", "云麓😀第1食堂"])
def test_words_for_search_are_joined_as_they_are_cut(text: str, segmenter: Segmenter, fast: Segmenter) -> None:
    for one in (segmenter, fast):
        assert one.join_for_search(text) == " ".join(one.cut_for_search(text))


@given(clauses=st.lists(st.sampled_from(CLAUSES), max_size=5), sign=st.sampled_from(["，", "a1.5", "\n", "😀", "…"]))
def test_a_run_is_cut_as_if_it_stood_alone(clauses: list[str], sign: str, segmenter: Segmenter) -> None:
    apart = [segmenter.cut(part) for clause in clauses for part in (sign, clause)]

    assert segmenter.cut("".join(sign + clause for clause in clauses)) == [word for words in apart for word in words]


def test_folding_makes_width_and_case_equal() -> None:
    assert fold("ＧＰＡ４．０ Ａbc 食堂") == "gpa4.0 abc 食堂"


def test_a_schools_words_are_its_names_places_and_departments_words(example_school) -> None:
    words = school_words(example_school)

    assert {"云麓学院", "二食堂", "云麓中学"} <= words
    assert all(2 <= len(word) <= 8 for word in words)


def test_fast_without_rjieba_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)

    with pytest.raises(Stop, match="rjieba"):
        Segmenter(fast=True)


def test_the_words_of_a_school_are_cut_alike_by_both_engines(example_school) -> None:
    words = school_words(example_school)
    one, other = Segmenter(words), Segmenter(words, fast=HAS_RJIEBA)

    assert differing_texts(one, other, (*PROBES, *sorted(words))) == 0
