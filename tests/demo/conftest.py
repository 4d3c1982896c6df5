"""The demo's story, a clock file and a truth recorder for its tests."""

import shutil
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from pathlib import Path

import pytest

from demo.read_ledger import LedgerReader
from demo.read_story import Story, read_story, story_instant
from demo.record_truth import Truth
from demo.run_product import set_clock
from tests.demo.faithful_product import Faithful, play_faithfully


@pytest.fixture(scope="session")
def story() -> Story:
    return read_story()


@pytest.fixture
def truth(tmp_path: Path) -> Truth:
    return Truth(tmp_path / "truth.json")


@pytest.fixture
def clock_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Set the virtual clock to an instant of the story, written as the story writes it."""
    file = tmp_path / "clock"
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))

    def move(text: str) -> datetime:
        instant = story_instant(text)
        set_clock(file, instant)
        return instant

    return move


@pytest.fixture(scope="session")
def played(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Faithful:
    """A product that did everything right, played once a worker (half a second)."""
    folder = tmp_path_factory.mktemp("faithful")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUIYIN_CLOCK", str(folder / "clock"))
        set_clock(folder / "clock", story_instant("10 18:00"))
        return play_faithfully(story, folder / "var")


@pytest.fixture
def faithful(played: Faithful, tmp_path: Path, clock_at: Callable[[str], datetime]) -> Faithful:
    """The same, a test's own: each breaks it in another way."""
    clock_at("10 18:00")
    shutil.copytree(played.ledger.path.parent, tmp_path / "var")
    return Faithful(deepcopy(played.truth), LedgerReader(tmp_path / "var"), deepcopy(played.messages))
