import re

import pytest

from foundation.errors import ConfigError
from foundation.school import School, SchoolFiles
from pipelines.default_school import default_school
from pipelines.load_words import FOLDER, load_words, parse_words


def test_words_and_patterns_are_read_by_concept():
    lexicon = parse_words([("a.txt", "[fire]\n着火 起火  # 说明\n宿舍|楼+冒烟\n")])

    assert lexicon.words == {"fire": {"着火", "起火"}}
    assert lexicon.patterns[0].parts == (frozenset({"宿舍", "楼"}), frozenset({"冒烟"}))
    assert lexicon.patterns[0].links == ("+",)


def test_a_pattern_may_name_a_concept_that_comes_later():
    lexicon = parse_words([("a.txt", "[insult]\n@staff>骂\n[staff]\n老师 导师\n")])

    assert lexicon.patterns[0].parts[0] == {"老师", "导师"}


def test_a_later_file_adds_words_and_takes_words_away():
    lexicon = parse_words([("a.txt", "[food]\n食堂 饭堂\n"), ("b.txt", "[food]\n麓园餐厅 !饭堂\n")])

    assert lexicon.words["food"] == {"食堂", "麓园餐厅"}


def test_a_later_file_takes_a_pattern_away():
    lexicon = parse_words([("a.txt", "[food]\n食堂+贵\n"), ("b.txt", "[food]\n!食堂+贵\n")])

    assert lexicon.patterns == []


@pytest.mark.parametrize(
    ("text", "line"),
    [("食堂\n", 1), ("[food]\n[Bad Name]\n", 2), ("[food]\n食堂\n食堂+\n", 3), ("[food]\n@nobody+贵\n", 2)],
)
def test_a_mistake_is_told_with_its_line(text, line):
    with pytest.raises(ConfigError) as caught:
        parse_words([("words/own.txt", text)])

    assert caught.value.problems[0].file == "words/own.txt"
    assert caught.value.problems[0].line == line


def test_a_school_extends_our_words():
    texts = dict(default_school().files.texts) | {"words/own.txt": "[后勤]\n麓园\n"}

    lexicon = load_words(School.from_files(SchoolFiles(texts)))

    assert "麓园" in lexicon.words["后勤"]
    assert "食堂" in lexicon.words["后勤"]


def test_every_lexicon_says_what_it_is_and_that_we_wrote_it():
    for path in FOLDER.glob("*.txt"):
        head = path.read_text(encoding="utf-8").splitlines()[:3]

        assert head[0].startswith("# what: "), path.name
        assert head[1:] == ["# origin: written for huiyin", "# licence: Apache-2.0"], path.name


@pytest.mark.provision("Z10.4-2")
def test_every_topic_has_a_lexicon():
    words = load_words().words

    assert all(len(words[topic]) > 20 for topic in ("学校声誉", "教育教学", "学生管理", "校园安全", "师德师风"))


def test_no_list_of_political_speech_ships():
    """PRIVACY.md 3: criticism is a case to answer, never a violation."""
    assert not any(re.search("politic|sensitive|敏感|政治", concept) for concept in load_words().words)
