from datetime import timedelta

import pytest

from cases.case import change_case, load_case
from cases.items import FIELDS, WORDLESS, load_documents
from crawler.items import About
from search.mapping import properties

WORDS = ("二食堂的汤里有异物", "核实过了", "处理好了", "我们回应说")


@pytest.fixture
def document(stage):
    """Return the document of the first case as it is now, after changes to it."""

    def read(**values: object) -> dict:
        with stage.ledger.change() as work:
            case = load_case(work.connection, "HY-2026-0001")
            if values:
                change_case(work, case, **values)
            return load_documents(work.connection, ["HY-2026-0001"]).get("HY-2026-0001", {})

    return read


def test_a_case_is_searchable_with_level_state_times_and_its_earliest_due_time(stage, document) -> None:
    stage.found("2026-10-12T09:00:00", 2)
    case = document(fact_note=WORDS[1], disposition=WORDS[2], response=WORDS[3], tracker="he_qiming")

    assert (case["level"], case["state"], case["is_open"], case["provisional"]) == ("重大", "研判", True, True)
    assert case["title"].startswith(WORDS[0])
    assert case["due_at"] > case["discovered_at"]
    assert case["due_rule"] != "triage"
    assert set(case) <= set(properties("cases"))
    assert not [word for word in (*WORDS[1:], "he_qiming") if word in str(case)]


def test_a_help_first_case_has_no_document_and_a_confidential_one_no_words(stage, document) -> None:
    stage.found("2026-10-12T09:00:00", 2)
    hidden = document(confidential=True, nature="诉求", cause="管理", outcome="已办结")
    assert not WORDLESS & set(hidden)
    assert not [word for word in WORDS if word in str(hidden)]
    assert (hidden["case_no"], hidden["confidential"]) == ("HY-2026-0001", True)

    assert document(restricted=True) == {}


def test_a_clock_that_ran_out_is_remembered_and_answering_is_measured(stage, document) -> None:
    stage.found("2026-10-12T09:00:00", 1)
    assert document()["was_overdue"] is False
    later = stage.at("2026-12-12T09:00:00")
    case = document(published_at=later, discovered_at=later - timedelta(hours=5, minutes=30))

    assert (case["was_overdue"], case["answer_hours"]) == (True, 5.5)


def test_no_field_names_a_person_and_each_says_why() -> None:
    people = {"response_by", "approved_by", "tracker", "own_fields", "restricted"}

    assert not people & set(FIELDS)
    assert all(isinstance(about, About) and about.label and about.why for about in FIELDS.values())
