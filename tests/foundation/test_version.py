"""Test of the version: something that can stand in a user agent."""

from foundation.version import VERSION


def test_the_version_is_one_short_word():
    assert VERSION
    assert " " not in VERSION
