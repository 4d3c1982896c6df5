from pipelines.personal_data import name_words


def test_the_language_knows_ordinary_words_but_no_three_character_names():
    assert name_words.dictionary()["黄河"] > 100
    assert "王建国" not in name_words.dictionary()


def test_no_given_name_holds_a_grammar_word():
    assert not name_words.GIVEN & name_words.NEVER_GIVEN


def test_a_verb_is_no_common_surname():
    assert not name_words.VERB_SURNAMES & (name_words.COMMON_SURNAMES | name_words.OTHER_SURNAMES)


def test_compound_surnames_have_two_characters():
    assert {len(surname) for surname in name_words.COMPOUND_SURNAMES} == {2}
