"""What a new column holds in the rows that are there already: the default of its declaration."""

import json
from typing import Any

from sqlalchemy import JSON, Column, text


def value_for_old_rows(column: Column[Any]) -> Any:
    """Return the server default that says in the database what the declaration's default says in Python.

    Raises:
        SystemExit: The column may not be NULL and has no default: old rows would have no value.
    """
    value = column.default.arg if column.default is not None else None
    if callable(value):
        value = {"list": [], "dict": {}}.get(value.__name__)
    if value is None and not column.nullable:
        raise SystemExit(f"{column.name}: old rows need a value. Declare it with default=… or nullable, then run again")
    if isinstance(column.type, JSON) and value is not None:
        return json.dumps(value)
    return text(str(int(value) if isinstance(value, bool) else value)) if isinstance(value, int | float) else value
