"""Tests of questions at the terminal: an answer, the end of the input, signs that nobody can read, no terminal."""

import io

import pytest

from huiyin.ask_person import ask_person, can_answer


@pytest.fixture
def keyboard(monkeypatch):
    """Type bytes."""

    def typing(written: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(written), encoding="utf-8"))

    return typing


@pytest.mark.parametrize(
    ("written", "answer"), [(b" yes \n", "yes"), ("是\n".encode(), "是"), (b"\n", ""), (b"yes", "yes"), (b"", None)]
)
def test_an_answer_is_its_words_and_the_end_of_the_input_is_none(keyboard, written, answer):
    keyboard(written)

    assert ask_person("写入吗？") == answer


def test_signs_that_nobody_can_read_are_asked_for_again(monkeypatch, capsys):
    answers = iter([UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "\udcff", "好"])

    def typing(_question):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("builtins.input", typing)

    assert ask_person("写入吗？") == "好"
    assert capsys.readouterr().out.count("看不懂输入的字符") == 2


def test_a_pipe_and_a_closed_input_answer_nothing(monkeypatch, keyboard):
    keyboard(b"yes\n")
    assert not can_answer()
    monkeypatch.setattr("sys.stdin", None)
    assert not can_answer()
