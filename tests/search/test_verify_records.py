from foundation.ledger import Ledger
from search.elastic_store import ElasticStore
from search.sender import Sender
from search.verify_index import Difference
from search.verify_records import verify_records
from tests.search.case_records import add_case
from tests.search.conftest import serve


def test_differences_of_cases_are_counted_and_repaired(ledger: Ledger, index, segmenter) -> None:
    store = ElasticStore(segmenter, index)
    serve(ledger, store)
    with ledger.change() as work:
        for number in range(1, 6):
            add_case(work, number)
    sender = Sender(ledger, store)
    sender.send_all()
    name = index.record_name("cases", 1)
    assert verify_records(ledger, index, 1)["cases"] == Difference(5, 5)
    index.client.ask("DELETE", f"/{name}/_doc/HY-2026-0001?version=1&version_type=external_gte")
    index.client.ask("PUT", f"/{name}/_doc/HY-1999-0001", {"case_no": "HY-1999-0001"})
    index.client.ask("PUT", f"/{name}/_doc/HY-2026-0004?version=9&version_type=external", {"case_no": "HY-2026-0004"})
    with ledger.change() as work:
        work.connection.exec_driver_sql("UPDATE case_file SET state = '回复' WHERE event_id = 2")
        work.connection.exec_driver_sql("UPDATE index_record SET waiting = 0")

    assert verify_records(ledger, index, 1)["cases"] == Difference(5, 5, missing=1, old=1, extra=1, newer=1)
    with ledger.change() as work:  # the deletion has a version itself: the lost case comes back with its next change
        work.connection.exec_driver_sql("UPDATE case_file SET state = '回复' WHERE event_id = 1")
    sender.send_all()
    assert verify_records(ledger, index, 1)["cases"] == Difference(5, 5, newer=1)
