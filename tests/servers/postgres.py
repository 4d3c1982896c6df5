"""Fixtures: a real PostgreSQL, one for all workers of a test run, and a database of each test's own.

`HUIYIN_TEST_POSTGRES` names a server's address instead (an account that may create databases); a server that holds a
school's tables is refused. PostgreSQL refuses to run as root, so root starts it as nobody. It is ended by its own
process id by the process that leads the run.
"""

import fcntl
import json
import os
import secrets
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, make_url

from demo.elastic_server import NOBODY, free_port
from foundation import clock
from foundation.ledger import LEDGER_VARIABLE, open_ledger
from tests.servers.elastic import end, run_folder

ADDRESS_VARIABLE = "HUIYIN_TEST_POSTGRES"
PROGRAMS = Path("/usr/lib/postgresql/15/bin")  # of Debian's package postgresql-15
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=64MB")
OURS = "huiyin_test_"


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run's server, if a test started one; its data are thrown away."""
    folder = getattr(config, "huiyin_folder", None)
    known = folder / "postgres" / "pid" if folder else None
    if known and known.exists() and (pid := int(known.read_text())):
        end(pid, signal.SIGINT)


def as_nobody() -> dict[str, int]:
    return {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}


def launch(folder: Path) -> tuple[str, int]:
    """Make and start a server in an own folder; return its address and process id."""
    folder.mkdir()
    for above in (folder.parent, folder.parent.parent):  # the other account may pass through
        above.chmod(0o711)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    data, port = folder / "data", free_port()
    made = [PROGRAMS / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, cwd=folder, **as_nobody())
    settings = [f"-c{each}" for each in (*FAST, "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAMS / "postgres", "-D", data, "-p", str(port), *settings],
            stdout=log, stderr=log, cwd=folder, start_new_session=True, **as_nobody(),
        )  # fmt: skip
    wait = [PROGRAMS / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    for _ in range(300):
        if subprocess.run(wait, check=False).returncode == 0:
            return f"postgresql://tester@127.0.0.1:{port}/postgres", process.pid
        clock.wait(0.1)
    raise AssertionError((folder / "log").read_text())


def on_server(address: str, deed: Callable[[Connection], None]) -> None:
    """Do something outside a transaction in the server's own database."""
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            deed(connection)
    finally:
        engine.dispose()


OTHERS = """
SELECT datname FROM pg_database
WHERE datallowconn AND has_database_privilege(datname, 'CONNECT') AND NOT starts_with(datname, %s)
"""
TABLES_OF_A_SCHOOL = "SELECT 1 FROM information_schema.tables WHERE table_name IN ('school_version', 'post')"


def refuse_a_schools(address: str) -> None:
    """Refuse a server that is in use: a school's ledger stands in one of its databases that we may enter."""
    url = make_url(address)
    names = {url.database}
    on_server(address, lambda connection: names.update(connection.exec_driver_sql(OTHERS, (OURS,)).scalars()))

    def look(connection: Connection) -> None:
        if connection.exec_driver_sql(TABLES_OF_A_SCHOOL).first():
            where = f"{url!r} 的数据库 {connection.engine.url.database}"
            raise AssertionError(f"{where} 里有一所学校的账本，测试不会在它上面运行。换一台服务器")

    for name in sorted(each for each in names if each):
        on_server(url.set(database=name).render_as_string(hide_password=False), look)


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> str:
    """The address of the run's server; the first worker that asks starts it and makes the template."""
    folder = run_folder(request.config) / "postgres"
    folder.mkdir(exist_ok=True)
    known = folder / "server.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            assert not (folder / "pid").exists(), "the server came up but its template did not, see the first error"
            given = os.environ.get(ADDRESS_VARIABLE)
            if given:
                refuse_a_schools(given)
            address, pid = (given, 0) if given else launch(folder / "server")
            (folder / "pid").write_text(str(pid))
            template = OURS + "template_" + secrets.token_hex(4)
            make_database(address, template)
            make_tables(folder, str(make_url(address).set(database=template).render_as_string(hide_password=False)))
            known.write_text(json.dumps({"address": address, "template": template}))
    return known.read_text()


def make_database(address: str, name: str, template: str = "template0") -> None:
    more = "ENCODING 'UTF8' LOCALE 'C'" if template == "template0" else ""
    on_server(
        address, lambda connection: connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} {more}")
    )


def make_tables(folder: Path, address: str) -> None:
    import huiyin.wiring  # noqa: F401  (declares the tables of all stages)

    before = os.environ.get(LEDGER_VARIABLE)
    os.environ[LEDGER_VARIABLE] = address
    try:
        ledger = open_ledger(folder, create=True)
        with ledger.change() as work:
            work.connection.exec_driver_sql("DELETE FROM meta")  # the clock of whichever test came first
        ledger.close()
    finally:
        del os.environ[LEDGER_VARIABLE]
        if before:
            os.environ[LEDGER_VARIABLE] = before


EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE one record; tables text; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE tablename ~ 'signature_' LOOP
    EXECUTE 'DROP TABLE ' || one.name;
  END LOOP;
  FOR one IN SELECT tgname AS name, tgrelid::regclass AS place FROM pg_trigger WHERE tgname ~ '_waits_' LOOP
    EXECUTE 'DROP TRIGGER ' || one.name || ' ON ' || one.place;
  END LOOP;
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    AND pg_relation_size(to_regclass(tablename::text)) > 0  -- nothing was ever written into the others
  LOOP
    EXECUTE 'DELETE FROM ' || one.name;
  END LOOP;
  FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE last_value IS NOT NULL LOOP  -- used
    EXECUTE 'ALTER SEQUENCE ' || one.name || ' RESTART';
  END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def worker_database(postgres_server: str) -> str:
    """A database with a ledger's tables for all tests of a worker: emptying it is faster than making one."""
    server = json.loads(postgres_server)
    name = OURS + secrets.token_hex(6)
    make_database(server["address"], name, server["template"])
    return make_url(server["address"]).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def postgres_ledger(worker_database: str) -> str:
    """The address of a ledger without any row."""
    on_server(worker_database, lambda connection: connection.exec_driver_sql(EMPTY))
    return worker_database


@pytest.fixture
def postgres_databases(postgres_server: str) -> Iterator[Callable[[bool], str]]:
    """Make databases of the test's own: with a ledger's tables, or empty; they are dropped at the end."""
    server = json.loads(postgres_server)
    made: list[str] = []

    def make(with_tables: bool) -> str:
        made.append(OURS + secrets.token_hex(6))
        make_database(server["address"], made[-1], server["template"] if with_tables else "template0")
        return make_url(server["address"]).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    for name in made:
        on_server(
            server["address"],
            lambda connection, name=name: connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)"),
        )
