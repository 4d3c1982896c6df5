"""Demo: what the ledger says, read from outside. In: the ledger's file. Out: plain rows for checker and story-teller.

Opened read-only with sqlite3, beside the running product and without its code, as an auditor would.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any

LEDGER_FILE = "huiyin.sqlite3"
Row = dict[str, Any]


class LedgerReader:
    """Reads the ledger of a state folder."""

    def __init__(self, state: Path) -> None:
        self.path = state / LEDGER_FILE

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """Return the rows of a SELECT as dictionaries."""
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)
        try:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]
        finally:
            connection.close()

    def posts(self) -> dict[str, Row]:
        """Return all posts by key; a key that stands twice is impossible by the table's own rule."""
        return {row["key"]: row for row in self.rows("SELECT * FROM post")}

    def cases(self) -> list[Row]:
        """Return all cases."""
        return self.rows("SELECT case_no, event_id, state, level_code, restricted, lead, opened_at FROM case_file")

    def outbox(self) -> list[Row]:
        """Return all notices, payload parsed."""
        rows = self.rows("SELECT * FROM outbox ORDER BY outbox_id")
        return [{**row, "payload": json.loads(row["payload"])} for row in rows]

    def timers(self) -> dict[int, Row]:
        """Return all timers by id."""
        return {row["timer_id"]: row for row in self.rows("SELECT timer_id, case_no, rule FROM timer")}

    def facts_after(self, fact_id: int) -> list[Row]:
        """Return the facts after one, data parsed."""
        rows = self.rows("SELECT * FROM fact WHERE fact_id > ? ORDER BY fact_id", (fact_id,))
        return [{**row, "data": json.loads(row["data"])} for row in rows]

    def case_of(self, post_key: str) -> tuple[str, str]:
        """Return the number of the case that a post's event has, and the post's address; empty when there is none."""
        sql = "SELECT case_file.case_no, url FROM case_file JOIN post USING (event_id) WHERE key = ?"
        found = self.rows(sql, (post_key,))
        return (str(found[0]["case_no"]), str(found[0]["url"])) if found else ("", "")

    def other_texts(self) -> dict[str, str]:
        """Return everything that stands outside the posts' own rows, as one text a table (index included)."""
        own = {"post", "post_version"}
        names = [row["name"] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: self._all_of(name) for name in names if name not in own}

    def _all_of(self, table: str) -> str:
        try:
            rows = self.rows(f'SELECT * FROM "{table}"')  # noqa: S608 a name from the ledger's own list of tables
        except sqlite3.OperationalError:  # virtual tables of extensions that this reader does not load
            return ""
        parts = [value for row in rows for value in row.values()]
        return "\n".join(
            value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in parts
        )
