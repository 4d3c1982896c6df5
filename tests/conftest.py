"""Fixtures of all tests: a state folder, a ledger, the example school. No socket beyond loopback is ever opened."""

import gc
import ipaddress
import socket
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import foundation.ledger
from foundation.ledger import Ledger
from foundation.school import School, SchoolFiles
from tests.servers.new_ledger import new_ledger
from tests.servers.shared_statements import sharing

pytest_plugins = ["tests.servers.elastic", "tests.servers.postgres"]
ROOT = Path(__file__).parents[1]
ON_BOTH = {  # modules whose tests run on SQLite and on PostgreSQL
    "alerts/test_find_due.py",
    "alerts/test_outbox.py",
    "alerts/test_outbox_rows.py",
    "cases/test_act.py",
    "cases/test_act_refusals.py",
    "cases/test_acts_walk.py",
    "cases/test_all_or_nothing.py",
    "cases/test_forget_notes.py",
    "cases/test_handover.py",
    "cases/test_join_cases.py",
    "cases/test_keep_duties.py",
    "cases/test_keep_tasks.py",
    "cases/test_keep_watch.py",
    "cases/test_leave.py",
    "cases/test_library.py",
    "cases/test_open_case.py",
    "cases/test_recount_timers.py",
    "cases/test_restrict_case.py",
    "cases/test_roster.py",
    "cases/test_seen_replies.py",
    "cases/test_set_timers.py",
    "crawler/test_marks.py",
    "crawler/test_opt_out.py",
    "crawler/test_rounds.py",
    "foundation/test_audit.py",
    "foundation/test_lease.py",
    "foundation/test_ledger.py",
    "migrations/test_search_after_upgrade.py",
    "pipelines/test_signatures.py",
    "search/test_posts.py",
    "search/test_records.py",
    "search/test_triggers.py",
    "search/test_waiting.py",
    "search/test_watch_index.py",
    # of the stories those with the most clocks, reports and letters; all ten would cost as much again
    "stories/test_z1_school.py",
    "stories/test_z5_kindergarten.py",
    "stories/test_z9_three_bodies.py",
}
LONG = (  # files that take longest, begun first: otherwise one worker sits idle while the other ends the last of them
    "huiyin/commands/test_run.py",
    "huiyin/commands/test_send.py",
    "search/test_every_store.py",
    "alerts/test_measured.py",
    "huiyin/test_killed_rounds.py",
    "demo/test_play_story.py",
    "demo/test___main__.py",
    "demo/test_elastic_server.py",
    "crawler/test_bad_input.py",
    "huiyin/commands/test_crawl.py",
    "crawler/test_run_round.py",
    "crawler/test_replay_page.py",
    "crawler/test_spider.py",
    "crawler/test_browser.py",
    "huiyin/test_run_loops.py",
    "huiyin/test_move_ledger.py",
    "huiyin/commands/test_case_profiles.py",
    "huiyin/commands/test_case_guards.py",
    "kibana/test_panels.py",
    "tools/test_make_migration.py",
    "tools/test_requirements_matrix.py",
    "cases/test_all_or_nothing.py",
    "cases/test_act.py",
    "alerts/test_outbox_crash.py",
)
settings.register_profile("house", deadline=None)  # no timed asserts: speed belongs in bench/
settings.load_profile("house")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections that leave this machine."""
    connect = socket.socket.connect

    def guarded(own: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not ipaddress.ip_address(str(address[0])).is_loopback:
            raise AssertionError(f"a test tried to leave this machine: {address}")
        connect(own, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def shared_statements() -> Iterator[None]:
    """Compile each statement once a worker, however many ledgers its tests open."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("sqlite_engine", "postgres_engine"):
            patch.setattr(foundation.ledger, kind, sharing(getattr(foundation.ledger, kind)))
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what the ledger must do alike on both databases on both."""
    place = Path(metafunc.definition.path).relative_to(ROOT / "tests").as_posix()
    if "database" in metafunc.fixturenames and place in ON_BOTH:
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what lives until the end: half of the seconds that collecting takes, some of each test.

    Modules and thousands of items are set aside afterwards; what tests leave behind is found as ever.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files (`make test` gives its workers whole files, in this order)."""
    rank = {ROOT / "tests" / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path, len(LONG)))


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The database behind the ledger: SQLite unless the module runs on both."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str, request: pytest.FixtureRequest) -> Path:
    """A state folder of its own, named in the environment, and on PostgreSQL a database of its own."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("HUIYIN_STATE", str(folder))
    if database == "postgresql":
        monkeypatch.setenv("HUIYIN_LEDGER", request.getfixturevalue("postgres_ledger"))
    return folder


@pytest.fixture
def ledger(state: Path) -> Iterator[Ledger]:
    """A fresh ledger with the tables of all stages that the test imported."""
    opened = new_ledger(state)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def example_school() -> School:
    """The fictional school of `school/`."""
    return School.from_files(SchoolFiles.from_folder(ROOT / "school"))
