"""The product is run from outside: commands, clock, kills."""

from pathlib import Path

import pytest

from demo.prepare_school import EXAMPLE
from demo.read_story import story_instant
from demo.run_product import Killer, Product, set_clock
from foundation import clock
from foundation.errors import Stop


def test_the_clock_file_moves_every_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))

    set_clock(file, story_instant("2 09:30"))

    assert clock.now() == story_instant("2 09:30")
    assert list(tmp_path.iterdir()) == [file]


def test_a_command_gives_what_it_printed(tmp_path: Path, clock_at) -> None:
    clock_at("1 08:00")
    product = Product(tmp_path / "var", EXAMPLE, {})

    assert "已启用：第 1 版" in product.command("apply", str(EXAMPLE))


def test_a_refused_command_stops_the_demo_with_its_words(tmp_path: Path, clock_at) -> None:
    clock_at("1 08:00")
    product = Product(tmp_path / "var", EXAMPLE, {})

    with pytest.raises(Stop, match="case show"):
        product.command("case", "show", "HY-1")


def test_kills_stop_after_the_asked_number() -> None:
    killer = Killer(left=2, seed=1, typical_gap_seconds=0.0)

    assert [killer.strikes_now() for _ in range(3)] == [True, True, False]


def test_the_same_seed_kills_at_the_same_moments() -> None:
    first, second = (Killer(left=3, seed=7) for _ in range(2))

    assert first._chance.random() == second._chance.random()
