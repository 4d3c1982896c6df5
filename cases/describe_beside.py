"""Stage 5: what stands beside a case and helps who handles it. Case in, plain data out.

For readers who may read the case's words (`roles.may_read`): the caller has made sure of it.
"""

from typing import Any

from sqlalchemy import Connection

from cases.case import Case
from cases.forewarn import forewarning, forewarnings
from cases.library import similar_cases
from foundation.school import School


def describe_beside(connection: Connection, school: School, case: Case, reader: str | None) -> dict[str, Any]:
    """Return `forewarnings` linked to the case's event, and `similar`: past cases that the reader may know.

    Nothing stands beside a help-first case. Past cases are looked for while the case is open.
    """
    if case.restricted:
        return {"forewarnings": [], "similar": []}
    past = similar_cases(connection, school, case, reader) if case.is_open else []
    filed = forewarnings(connection, forewarning.c.event_id == case.event_id)
    return {
        "forewarnings": [
            {"number": one.number, "unit": one.unit, "title": one.title, "line": one.holding_line} for one in filed
        ],
        "similar": [
            {
                "case_no": alike.entry.case.case_no,
                "title": alike.entry.learned.get("summary") or alike.entry.case.title,
                "likeness": alike.likeness,
                "words": list(alike.words),
                "lessons": alike.entry.learned.get("lessons", ""),
            }
            for alike in past
        ],
    }
