from pipelines.personal_data import name_words


def test_no_given_name_holds_a_grammar_word():
    assert not name_words.GIVEN & name_words.NEVER_GIVEN


def test_a_verb_is_no_common_surname():
    assert not name_words.VERB_SURNAMES & (name_words.COMMON_SURNAMES | name_words.OTHER_SURNAMES)


def test_compound_surnames_have_two_characters():
    assert {len(surname) for surname in name_words.COMPOUND_SURNAMES} == {2}


def test_every_surname_begins_with_a_sign_that_is_looked_for():
    surnames = name_words.COMMON_SURNAMES | name_words.OTHER_SURNAMES | name_words.VERB_SURNAMES
    assert {surname[0] for surname in surnames | name_words.COMPOUND_SURNAMES} <= name_words.SURNAME_STARTS
