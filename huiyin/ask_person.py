"""The application: a question to whoever sits at the terminal. A question in; the answer out, or that there is none."""

import sys

UNREADABLE = "看不懂输入的字符（终端的编码应是 UTF-8），请再写一次。"


def can_answer() -> bool:
    """Return whether somebody sits at a terminal: a script, a pipe or a closed input answers nothing."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask_person(question: str) -> str | None:
    """Return what was typed without blanks around it; None when the input was ended (Ctrl-D) instead.

    Args:
        question: What to print before the answer, on the same line.
    """
    while True:
        try:
            answer = input(question).strip()
            answer.encode()
        except EOFError:
            print()  # what comes next does not stand behind the question
            return None
        except UnicodeError:
            print(UNREADABLE)
        else:
            return answer
