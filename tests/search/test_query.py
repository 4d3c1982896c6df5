from crawler.items import post_fields
from search.query import FIELDS, RULES, And, Compare, Not, Or, Query, Text

CIBAO, TINGDIAN = Text("磁暴", True), Text("停电", False)


def test_wanted_texts_are_those_not_excluded() -> None:
    query = Query(And((CIBAO, Or((TINGDIAN, Compare("copies", ">", 1))), Not(Text("火星", False)))))

    assert query.texts() == [CIBAO, TINGDIAN]
    assert Query(None).texts() == []


def test_every_field_has_an_english_and_a_chinese_name_of_its_own() -> None:
    names = [name for pair in FIELDS for name in pair]

    assert len(names) == len(set(names)) == len(RULES)
    assert all(pair[0].isascii() and not pair[1].isascii() for pair in FIELDS)


def test_every_field_is_one_that_staff_may_search() -> None:
    fields = post_fields()

    assert all(fields[rule.name].searchable for rule in RULES.values())
