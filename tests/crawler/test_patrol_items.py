from crawler.patrol_items import FIELDS, HEARD_WELL
from foundation.outcome import SourceOutcome


def test_neither_person_nor_terms_are_searchable_and_every_field_says_why() -> None:
    assert not {"owner", "terms", "note"} & set(FIELDS)
    assert all(about.label and about.why for about in FIELDS.values())
    assert set(HEARD_WELL) < set(SourceOutcome)
