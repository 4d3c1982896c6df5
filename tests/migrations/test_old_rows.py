"""Tests of the value that a new column has in old rows."""

import pytest
from sqlalchemy import JSON, Boolean, Column, Integer, String

from migrations.old_rows import value_for_old_rows


@pytest.mark.parametrize(
    ("column", "written"),
    [
        (Column("marks", JSON, nullable=False, default=list), "[]"),
        (Column("fields", JSON, nullable=False, default=dict), "{}"),
        (Column("note", String, nullable=False, default=""), ""),
        (Column("part", Integer, nullable=False, default=3), "3"),
        (Column("late", Boolean, nullable=False, default=False), "0"),
        (Column("late", Boolean, default=True), "1"),
        (Column("seen_at", String), None),
    ],
    ids=str,
)
def test_the_declarations_default_is_written_for_the_database(column, written):
    value = value_for_old_rows(column)

    assert (value if value is None else str(value)) == written


def test_a_column_that_leaves_old_rows_without_a_value_is_refused():
    with pytest.raises(SystemExit, match="marks: old rows need a value"):
        value_for_old_rows(Column("marks", JSON, nullable=False))
