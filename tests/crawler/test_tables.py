"""Test of the crawler's tables: no column can hold a person or a text of a post."""

from crawler.tables import patrol, source_state, thread_mark


def test_tables_hold_addresses_instants_and_counts_only():
    names = {column.name for table in (source_state, patrol, thread_mark) for column in table.c}

    assert not names & {"author", "nickname", "content", "text", "location"}
