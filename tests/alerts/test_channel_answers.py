"""Answers of channels are records that do not change."""

from dataclasses import FrozenInstanceError

import pytest

from alerts.channel_answers import Message, Retry, Sent


def test_an_answer_cannot_be_changed_afterwards():
    with pytest.raises(FrozenInstanceError):
        Retry("busy").reason = "ok"


def test_nothing_is_refused_unless_said():
    assert Sent().refused == ()


def test_a_message_has_no_field_for_an_author():
    assert not set(Message.__dataclass_fields__) & {"author", "nickname", "avatar", "location"}
