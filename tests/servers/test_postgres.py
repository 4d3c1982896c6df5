import json
import secrets

import pytest
from sqlalchemy import make_url

from tests.servers.postgres import make_database, on_server, refuse_a_schools


def test_a_server_with_a_schools_ledger_in_any_of_its_databases_is_refused(postgres_server: str) -> None:
    server = json.loads(postgres_server)
    refuse_a_schools(server["address"])  # what tests made themselves is no reason
    name = "school_" + secrets.token_hex(4)
    make_database(server["address"], name, server["template"])
    try:
        with pytest.raises(AssertionError, match=rf"数据库 {name} 里有一所学校的账本.*换一台服务器"):
            refuse_a_schools(server["address"])
    finally:
        on_server(server["address"], lambda connection: connection.exec_driver_sql(f"DROP DATABASE {name}"))


def test_the_named_database_is_looked_into_whatever_its_name(worker_database: str) -> None:
    name = make_url(worker_database).database

    with pytest.raises(AssertionError, match=f"数据库 {name} 里有一所学校的账本"):
        refuse_a_schools(worker_database)
