"""Acts of the story's people are whole commands, forked from a warm process."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.prepare_school import EXAMPLE
from demo.warm_commands import WarmCommands
from huiyin.wiring import apply_folder

SECONDS = 120.0


@pytest.fixture
def warm(tmp_path: Path, clock_at) -> Iterator[WarmCommands]:
    """The warm process of an applied school."""
    clock_at("1 08:00")
    apply_folder(EXAMPLE, "tests", tmp_path)
    commands = WarmCommands({**os.environ, "HUIYIN_STATE": str(tmp_path)})
    yield commands
    commands.stop()


def test_a_forked_command_prints_refuses_and_misreads_as_a_command_does(warm: WarmCommands) -> None:
    listed = warm.run(("case", "list", "--json"), SECONDS)
    refused = warm.run(("case", "acknowledge", "HY-1", "--as", "gu_wenjing"), SECONDS)
    unknown = warm.run(("case", "applaud"), SECONDS)
    again = warm.run(("case", "list", "--json"), SECONDS)

    assert (listed.returncode, json.loads(listed.printed)["total"], listed.errors) == (0, 0, "")
    assert refused.returncode not in (0, 2)
    assert "HY-1" in refused.errors
    assert (unknown.returncode, unknown.printed) == (2, "")
    assert "没有这个选择" in unknown.errors
    assert again == listed, "a command leaves nothing behind in the warm process"


def test_a_command_that_does_not_end_is_told(warm: WarmCommands) -> None:
    with pytest.raises(TimeoutError):
        warm.run(("case", "list"), seconds=0.0)
