"""Tests of the revision: what a ledger has, what the program needs, and what is not ours to compare."""

import pytest
from sqlalchemy import create_engine

from foundation.errors import LedgerUnusable
from foundation.revision import BEFORE_ALL, VERSIONS, check_revision, head_revision, is_ours, read_revision, stamp_head


@pytest.fixture
def empty():
    with create_engine("sqlite://").connect() as connection:
        yield connection


def test_the_programs_revision_is_its_last_file():
    assert any(path.name.startswith(f"{head_revision()}_") for path in VERSIONS.iterdir())
    assert not any(path.name[:4] > head_revision() for path in VERSIONS.glob("0*.py"))


def test_an_empty_database_holds_no_ledger(empty):
    assert read_revision(empty) is None
    with pytest.raises(LedgerUnusable, match="huiyin apply"):
        check_revision(empty, "x")


def test_a_ledger_without_the_row_is_from_before_revisions(empty):
    empty.exec_driver_sql("CREATE TABLE meta (name, value)")

    assert read_revision(empty) == BEFORE_ALL
    with pytest.raises(LedgerUnusable, match=r"第 0000 号.*先自动留一份副本"):
        check_revision(empty, "x")


def test_a_stamped_ledger_passes(empty):
    empty.exec_driver_sql("CREATE TABLE meta (name, value)")
    stamp_head(empty)

    assert read_revision(empty) == head_revision()
    check_revision(empty, "x")


def test_tables_that_no_stage_declares_are_not_compared():
    assert [is_ours(name) for name in ("post", "post_fts_data", "signature_1_202611", "fresh_signature_1")] == [
        True, False, False, False,
    ]  # fmt: skip
