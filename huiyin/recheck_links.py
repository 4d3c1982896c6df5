"""The application: opens links of public answers again, beside the tick, which never waits for a site."""

import huiyin.read_link
from cases.recheck_links import due_looks, note_look
from foundation import clock
from huiyin.wiring import Parts

MOST = 5  # links a turn: each may take seconds


def recheck_links(parts: Parts) -> int:
    """Look at the links that are due, a few at a time; return how many were told to be gone."""
    with parts.ledger.read() as connection:
        looks = due_looks(connection, clock.now())[:MOST]
    told = 0
    for look in looks:
        proof = huiyin.read_link.read_link(parts.school, look.link)
        with parts.ledger.change() as work:
            told += note_look(work, look, proof)
    return told
