from kibana.fields import TIME_FIELDS, VIEWS, fields_of, words_of
from search.mapping import properties


def mapped(view: str) -> set[str]:
    """Return every field that the server's mapping knows, with subfields."""
    found = set()
    for name, about in properties(view).items():
        found |= {name} | {f"{name}.{sub}" for sub in about.get("properties", about.get("fields", {}))}
    return found


def test_a_data_view_offers_what_is_mapped_and_nothing_else() -> None:
    tokens = {"title_words", "content_words", "title_grams", "content_grams"}
    for view in VIEWS:
        assert set(fields_of(view)) == mapped(view) - tokens - {"reasons"}
        assert all(about.label for about in fields_of(view).values())


def test_a_case_has_no_time_field_so_that_no_range_hides_an_old_one() -> None:
    assert TIME_FIELDS == {"posts": "first_seen_at", "cases": "", "patrol": "finished_at"}
    assert all(fields_of(view)[field].kind == "date" for view, field in TIME_FIELDS.items() if field)


def test_codes_are_shown_as_words_the_schools_own_too() -> None:
    names = {"departments": {"safety": "保卫处"}}

    assert words_of("cases", names)["lead"] == {"safety": "保卫处"}
    assert words_of("posts", names)["level_code"]["3"] == "特别重大"
    assert words_of("patrol", {})["outcome"]["layout_changed"] == "页面改版"
    assert "source_id" not in words_of("posts", names)
