"""Tests of code places: class and line, never the message."""

from foundation.stack import code_place


def test_the_message_of_an_exception_is_left_out():
    try:
        int("手机 13800000000")
    except ValueError as problem:
        place = code_place(problem)

    assert place.startswith("ValueError test_stack.py:")
    assert "138" not in place


def test_an_exception_that_was_never_raised_has_only_its_class():
    assert code_place(KeyError("x")) == "KeyError"
