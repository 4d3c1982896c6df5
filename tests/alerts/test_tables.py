"""The tables of delivery are part of the one ledger."""

from sqlalchemy import inspect

from alerts.tables import alert, bucket, channel_state, rule_state


def test_a_new_ledger_holds_the_tables_of_delivery(ledger):
    names = set(inspect(ledger.engine).get_table_names())

    assert {bucket.name, channel_state.name, rule_state.name, alert.name} <= names


def test_no_column_can_hold_an_address_or_a_secret():
    columns = {column.name for table in (bucket, channel_state) for column in table.columns}

    assert not columns & {"url", "token", "secret", "mail", "address"}
