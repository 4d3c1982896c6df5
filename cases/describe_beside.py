"""Stage 5: what stands beside a case and helps who handles it. Case in, plain data out.

For readers who may read the case's words (`roles.may_read`): the caller has made sure of it.
"""

from typing import Any

from sqlalchemy import Connection

from cases.case import Case
from cases.forewarn import forewarning, forewarnings


def describe_beside(connection: Connection, case: Case) -> dict[str, Any]:
    """Return `forewarnings` that were linked to the case's event; of a help-first case nothing stands beside it."""
    if case.restricted:
        return {"forewarnings": []}
    filed = forewarnings(connection, forewarning.c.event_id == case.event_id)
    return {
        "forewarnings": [
            {"number": one.number, "unit": one.unit, "title": one.title, "line": one.holding_line} for one in filed
        ]
    }
