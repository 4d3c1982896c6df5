from pipelines.read_dictionary import place_names, word_frequencies


def test_the_language_knows_ordinary_words_but_no_three_character_names():
    assert word_frequencies()["黄河"] > 100
    assert "王建国" not in word_frequencies()


def test_a_frequent_word_that_is_tagged_as_a_name_is_a_word_all_the_same():
    assert word_frequencies()["明白"] > 200


def test_places_are_names_of_two_characters():
    assert "北京" in place_names()
    assert "食堂" not in place_names()
    assert {len(name) for name in place_names()} == {2}
