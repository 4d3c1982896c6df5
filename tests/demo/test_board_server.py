"""The message board is read by the product's own parser."""

from collections.abc import Callable
from datetime import datetime

import pytest

from crawler.pages.message_board_page import read_board, read_letter
from demo.board_server import Board
from demo.read_story import Story
from demo.record_truth import Truth
from foundation import clock

Move = Callable[[str], datetime]
URL = "http://box.example/letters"


def nobody(*_name: object) -> str:
    return "p"


@pytest.fixture
def board(story: Story, truth: Truth) -> Board:
    return Board(story, truth, clock.now)


def letter_page(board: Board, story: Story, letter: str, now: datetime):
    path = f"/letters/show/{story.post(letter).native}.html"
    return read_letter(board.respond(path).body.decode(), f"http://box.example{path}", now, nobody, {})


def test_the_list_names_each_letter(board: Board, story: Story, clock_at: Move) -> None:
    now = clock_at("2 20:00")

    page = read_board(board.respond("/letters").body.decode(), URL, now, nobody, {})

    letters = [story.post(name).native for name in ("library-1", "canteen-14", "consult-1")]
    assert [row.thread_key for row in page.rows] == letters


def test_a_letter_has_title_time_and_text(board: Board, story: Story, clock_at: Move) -> None:
    post = letter_page(board, story, "consult-1", clock_at("1 20:00")).posts[0]

    assert post.key == story.post("consult-1").native
    assert post.title == story.post("consult-1").entry.title
    assert post.published_at == story.post("consult-1").entry.at
    assert "缓考" in post.content
    assert post.official_reply == ""


def test_the_reply_appears_when_it_was_given(board: Board, story: Story, clock_at: Move) -> None:
    post = letter_page(board, story, "consult-1", clock_at("2 12:00")).posts[0]

    assert "考试周前一周" in post.official_reply
    assert post.official_reply_at == story.post("consult-1").entry.reply.at


def test_a_letter_that_is_not_written_yet_is_404(board: Board, story: Story, clock_at: Move) -> None:
    clock_at("1 09:00")

    assert board.respond(f"/letters/show/{story.post('consult-1').native}.html").status == 404
