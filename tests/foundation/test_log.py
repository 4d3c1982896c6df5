"""Tests of logging: level from the environment, libraries that print addresses stay quiet."""

import logging
import subprocess
import sys

from foundation.log import WithoutAddresses


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


def test_an_address_is_told_without_what_stands_behind_its_site():
    def told(*words):
        record = logging.LogRecord("scrapy", logging.ERROR, "", 0, *words, None)
        return WithoutAddresses("%(message)s").format(record)

    assert told("Gave up retrying %s", ("<GET http://a.example:8/thread-7-1-1.html>",)).endswith(
        "<GET http://a.example:8/…>"
    )
    assert told("'https://b.example/?tid=7' and https://c.example", ()) == "'https://b.example/…' and https://c.example"


def test_libraries_that_print_addresses_stay_quiet():
    assert "token" not in lines("debug")
