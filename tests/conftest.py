"""Fixtures of all tests: a state folder, a ledger, the example school. No socket beyond loopback is ever opened."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from foundation.ledger import Ledger, open_ledger
from foundation.school import School, SchoolFiles

pytest_plugins = ["tests.servers.elastic"]
ROOT = Path(__file__).parents[1]
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


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of its own, named in the environment."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("HUIYIN_STATE", str(folder))
    return folder


@pytest.fixture
def ledger(state: Path) -> Iterator[Ledger]:
    """A fresh ledger with the tables of all stages that the test imported."""
    opened = open_ledger(state, create=True)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def example_school() -> School:
    """The fictional school of `school/`."""
    return School.from_files(SchoolFiles.from_folder(ROOT / "school"))
