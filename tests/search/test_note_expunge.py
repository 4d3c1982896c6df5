from foundation import clock
from foundation.ledger import Ledger
from search.note_expunge import EXPUNGE_AFTER, expunge_due, forget_note, note_expunge


def due(ledger: Ledger) -> str:
    with ledger.read() as connection:
        return expunge_due(connection)


def test_a_merge_is_due_some_minutes_after_it_was_asked_for(ledger: Ledger, monkeypatch) -> None:
    now = clock.real_seconds()
    with ledger.change() as work:
        note_expunge(work)
    assert due(ledger) == ""
    monkeypatch.setattr(clock, "real_seconds", lambda: now + EXPUNGE_AFTER + 60)
    asked = due(ledger)
    assert asked
    with ledger.change() as work:
        note_expunge(work)  # once more meanwhile: it stays asked for
        forget_note(work, asked)
    monkeypatch.setattr(clock, "real_seconds", lambda: now + 2 * EXPUNGE_AFTER + 120)
    assert due(ledger)
    with ledger.change() as work:
        forget_note(work, due(ledger))

    assert due(ledger) == ""
