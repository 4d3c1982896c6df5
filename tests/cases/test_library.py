"""Tests of likeness between cases, as a function. By the command: tests/huiyin/commands/test_library.py."""

from cases.case import load_case
from cases.library import Entry, most_alike
from tests.cases.conftest import Stage

TITLES = ("二食堂的汤里有异物", "图书馆自习室空调坏了", "校车晚点无人通知", "宿舍热水停了两天")


def entries(stage: Stage) -> list[Entry]:
    numbers = [stage.found("2026-11-23T09:00", 1, event_id=n, title=title) for n, title in enumerate(TITLES, 1)]
    with stage.ledger.read() as connection:
        return [Entry(load_case(connection, number), {}, None) for number in numbers]


def test_the_likest_comes_first_and_what_is_not_alike_not_at_all(stage: Stage) -> None:
    found = most_alike("一食堂的汤里有虫", entries(stage))

    assert [alike.entry.case.title for alike in found] == ["二食堂的汤里有异物"]
    assert found[0].words == ("食堂的汤里有",)
    assert 0.25 <= found[0].likeness <= 1


def test_the_same_words_are_wholly_alike_and_no_words_alike_to_nothing(stage: Stage) -> None:
    known = entries(stage)

    assert most_alike(TITLES[2], known)[0].likeness == 1
    assert most_alike("", known) == most_alike("ok", known) == []
