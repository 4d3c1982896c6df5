"""Tests of the audit chain: any edit, removal or cut in the middle is found at its first bad row."""

import pytest
from sqlalchemy import text

from foundation.audit import first_broken_row


@pytest.fixture
def chain(ledger):
    for number in range(5):
        with ledger.change("lin") as work:
            work.audit("case.act", f"HY-{number}", level=number)
    return ledger


def broken(ledger, statement: str) -> int | None:
    with ledger.change() as work:
        work.connection.execute(text(statement))
    with ledger.read() as connection:
        return first_broken_row(connection)


def test_an_untouched_chain_is_whole(chain):
    with chain.read() as connection:
        assert first_broken_row(connection) is None


def test_one_changed_byte_is_found(chain):
    assert broken(chain, "UPDATE audit SET details = replace(details, '2', '3') WHERE seq = 3") == 3


def test_a_removed_row_is_found(chain):
    assert broken(chain, "DELETE FROM audit WHERE seq = 2") == 3


def test_a_changed_actor_is_found(chain):
    assert broken(chain, "UPDATE audit SET actor = 'wang' WHERE seq = 4") == 4
