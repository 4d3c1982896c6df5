"""Tests of logging: level from the environment, libraries that print addresses stay quiet."""

import subprocess
import sys


def lines(level: str) -> str:
    program = (
        "from foundation.log import start_logging; start_logging(); import logging;"
        "logging.getLogger('huiyin').info('heard'); logging.getLogger('urllib3').warning('token')"
    )
    done = subprocess.run([sys.executable, "-c", program], env={"HUIYIN_LOG": level}, capture_output=True, text=True)
    return done.stderr


def test_the_level_comes_from_the_environment():
    assert "heard" in lines("info")
    assert "heard" not in lines("warning")


def test_libraries_that_print_addresses_stay_quiet():
    assert "token" not in lines("debug")
