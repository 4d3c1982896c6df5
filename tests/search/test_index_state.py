from foundation.ledger import Ledger
from search.index_state import Building, IndexState, read_state, write_state


def test_a_ledger_that_never_heard_of_it_is_served_by_the_embedded_index(ledger: Ledger) -> None:
    with ledger.read() as connection:
        state = read_state(connection)

    assert state == IndexState("sqlite")
    assert (state.feeds("sqlite"), state.feeds("elasticsearch"), state.fed_generations()) == (True, False, [])


def test_a_state_comes_back_as_it_was_written(ledger: Ledger) -> None:
    state = IndexState("elasticsearch", 2, Building("elasticsearch", 3, 77), kept=(1,))
    with ledger.change() as work:
        write_state(work, IndexState())
        write_state(work, state)
    with ledger.read() as connection:
        assert read_state(connection) == state

    assert state.fed_generations() == [2, 3]
    assert not state.feeds("sqlite")
