from foundation.ledger import Ledger
from search.elastic_store import ElasticStore
from search.index_state import IndexState, read_state, write_state
from search.mapping import properties
from search.note_expunge import EXPUNGE_ROW
from search.sender import Sender
from search.verify_records import verify_records
from tests.search.case_records import BEGIN, add_case, add_round
from tests.search.conftest import serve


def documents(store: ElasticStore, kind: str) -> dict[str, dict]:
    """Return what the alias of a kind finds, number → document with its version."""
    store.index.refresh(1)
    answer = store.index.client.ask("POST", f"/{store.index.prefix}{kind}/_search", {"version": True, "size": 100})
    return {hit["_id"]: {**hit["_source"], "_version": hit["_version"]} for hit in answer.body["hits"]["hits"]}


def test_cases_and_rounds_are_searchable_follow_every_change_and_leave_when_they_become_help_first(
    ledger: Ledger, index, segmenter
) -> None:
    store = ElasticStore(segmenter, index)
    serve(ledger, store)
    with ledger.change() as work:
        add_case(work, 1, due_in=-1)
        add_case(work, 2, title="老师在课上说的话")
        add_case(work, 3, title="只有心理老师看", restricted=True)
        add_round(work, BEGIN, outcome="layout_changed")
    sender = Sender(ledger, store)
    assert sender.send_all().records == 4  # the help-first case is sent as a deletion
    cases = documents(store, "cases")
    assert {number: (case["title"], case["_version"]) for number, case in cases.items()} == {
        "HY-2026-0001": ("二食堂的汤里有异物", 2),
        "HY-2026-0002": ("老师在课上说的话", 1),
    }
    assert (cases["HY-2026-0001"]["was_overdue"], cases["HY-2026-0001"]["due_rule"]) == (True, "Z1.6.2-1b")
    round_of_forum = documents(store, "patrol")["1"]
    assert (round_of_forum["blocked"], round_of_forum["seconds"]) == (True, 60.0)
    assert set(round_of_forum) - {"_version"} <= set(properties("patrol"))
    with ledger.change() as work:
        work.connection.exec_driver_sql("UPDATE case_file SET confidential = 1 WHERE case_no = 'HY-2026-0002'")
        work.connection.exec_driver_sql("UPDATE case_file SET restricted = 1, title = '' WHERE event_id = 1")
        work.connection.exec_driver_sql("DELETE FROM patrol")
    sender.send_all()
    cases = documents(store, "cases")

    assert set(cases) == {"HY-2026-0002"}
    assert "title" not in cases["HY-2026-0002"]
    assert documents(store, "patrol") == {}
    assert all(found.is_equal for found in verify_records(ledger, index, 1).values())
    with ledger.read() as connection:  # the words that left are merged out of the files too
        assert connection.exec_driver_sql("SELECT count(*) FROM meta WHERE name = ?", (EXPUNGE_ROW,)).scalar() == 1


def test_a_record_the_server_refuses_is_named_and_the_others_arrive(ledger: Ledger, index, segmenter) -> None:
    store = ElasticStore(segmenter, index)
    serve(ledger, store)
    with ledger.change() as work:
        add_case(work, 1)
        add_case(work, 2)
        work.connection.exec_driver_sql("UPDATE case_file SET hand_backs = 'two' WHERE event_id = 2")  # no number
    sent = Sender(ledger, store).send_all()

    assert (sent.records, sent.dead) == (1, 1)
    assert set(documents(store, "cases")) == {"HY-2026-0001"}


def test_a_generation_that_is_only_kept_loses_what_must_go(ledger: Ledger, index, segmenter) -> None:
    store = ElasticStore(segmenter, index)
    serve(ledger, store)
    with ledger.change() as work:
        add_case(work, 1)
    Sender(ledger, store).send_all()
    with ledger.change() as work:
        state = read_state(work.connection)
        write_state(work, IndexState("elasticsearch", state.generation + 1, kept=(state.generation,)))
        work.connection.exec_driver_sql("UPDATE case_file SET restricted = 1")
    Sender(ledger, store).send_all()

    assert documents(store, "cases") == {}
