"""The command line of the demo."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from demo.__main__ import main

STAGE_SET_THEN_WAIT = """
import sys
import demo.__main__ as demo

def wait(stage, teller):
    print(stage.product._process.pid, stage.folder, flush=True)
    while True:  # a signal just before one long sleep would not end it
        demo.clock.wait(0.1)

demo.play = wait
sys.exit(demo.main([]))
"""


def test_an_unknown_fault_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--fault", "nothing"])

    assert refused.value.code == 2
    assert "drop_post" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_the_demo_ends_the_product_and_its_folder_too(number: signal.Signals) -> None:
    """`kill` of the demo once left `huiyin run` alive for ever."""
    command = [sys.executable, "-c", STAGE_SET_THEN_WAIT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        assert started.stdout
        pid, folder = next(line for line in started.stdout if line[0].isdigit()).split()
        os.kill(started.pid, number)
        _, errors = started.communicate(timeout=120)

    assert started.returncode == 130
    assert "演示被中断" in errors
    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
