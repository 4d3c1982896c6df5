from foundation.ledger import Ledger
from search.patrol_records import load_documents
from tests.search.case_records import BEGIN, add_round


def test_a_round_is_searchable_without_the_person_and_the_terms(ledger: Ledger) -> None:
    with ledger.change() as work:
        add_round(work, BEGIN, new=7)
        add_round(work, BEGIN, outcome="rate_limited", catching_up=1)
        found = load_documents(work.connection, ["1", "2", "3"])

    assert set(found) == {"1", "2"}
    assert (found["1"]["new"], found["1"]["blocked"], found["1"]["seconds"]) == (7, False, 60.0)
    assert (found["2"]["blocked"], found["2"]["catching_up"]) == (True, True)
    assert not {"xu_songbai", "机密搜索词"} & {str(value) for value in found["1"].values()}
