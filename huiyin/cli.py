"""The application: the command line `huiyin`. One command a file in `huiyin/commands/`; the file name is its name.

A command module offers `HELP`, `EXAMPLES`, `add_arguments(parser)` and `run(arguments) -> exit code`, and imports what
is heavy inside `run`, so that `huiyin --help` starts at once.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NoReturn

from foundation.errors import HuiyinError, reason_of
from foundation.log import LEVEL_VARIABLE
from huiyin import commands

INTERRUPTED = 130
UNUSABLE = 2
OUR_MISTAKE = 70
LONGEST_WORDS = 1000  # what was typed may be of any length; the list of all commands must fit
ROOT = Path(__file__).parents[1]
FOOTER = "学校文件夹：--school DIR，否则 $HUIYIN_SCHOOL，否则 ./school；状态：$HUIYIN_STATE，否则 ./var。"


class ChineseFormatter(argparse.RawDescriptionHelpFormatter):
    """Help with Chinese headings."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin the usage line with 用法."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class ChineseParser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese and says what to do next."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", ChineseFormatter)
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and where help stands; exit with 2."""
        words = message if len(message) <= LONGEST_WORDS else f"{message[:LONGEST_WORDS]}…"
        print(f"参数有误：{self.prog}。{_in_chinese(words)}；用 {self.prog} --help 查看用法", file=sys.stderr)
        raise SystemExit(2)


def _in_chinese(message: str) -> str:
    for english, chinese in (
        ("the following arguments are required:", "缺少"),
        ("unrecognized arguments:", "不认识的参数"),
        ("invalid choice:", "没有这个选择："),
        ("(choose from", "（可选"),
        ("expected one argument", "后面要跟一个值"),
        ("expected at least one argument", "后面至少要跟一个值"),
        ("invalid int value:", "应当是整数："),
        ("not allowed with argument", "不能同时使用"),
        ("argument", "参数"),
    ):
        message = message.replace(english, chinese)
    return message


def command_names() -> list[str]:
    """Return the names of all commands, by file."""
    return sorted(module.name for module in iter_modules(commands.__path__))


def build_parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Build the parser of all commands; of one command alone when `words` begin with it (all take 0.2 s)."""
    known = command_names()
    return _parser_of(tuple(words[:1] if words and words[0] in known else known))


@cache  # `case` with its fifty acts costs 40 ms; who runs several commands in one process pays once
def _parser_of(names: tuple[str, ...]) -> argparse.ArgumentParser:
    parser = ChineseParser(prog="huiyin", description="回音：学校公开声音的倾听与办理。件件有回音。", epilog=FOOTER)
    places = parser.add_subparsers(dest="command", title="命令", metavar="命令", parser_class=ChineseParser)
    for name in names:
        module = import_module(f"huiyin.commands.{name}")
        examples = "\n".join(f"  {example}" for example in module.EXAMPLES)
        own = places.add_parser(name, help=module.HELP, description=module.HELP, epilog=f"例子：\n{examples}")
        module.add_arguments(own)
        own.set_defaults(run=module.run)
    return parser


def main(words: list[str] | None = None) -> int:
    """Run one command and return its exit code; errors become three-part Chinese sentences on stderr."""
    words = sys.argv[1:] if words is None else words
    parser = build_parser(words)
    arguments = parser.parse_args(words)
    if arguments.command is None:
        parser.print_help()
        return 0
    try:
        return _run(arguments)
    except Exception as problem:  # the last resort: people get a sentence, not a traceback
        if os.environ.get(LEVEL_VARIABLE, "").upper() == "DEBUG":
            raise
        return _tell_mistake(problem)


def _run(arguments: argparse.Namespace) -> int:
    try:
        return int(arguments.run(arguments))
    except HuiyinError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    except BrokenPipeError:  # the reader of our output went away, e.g. `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:
        what = problem.filename or "文件"
        print(f"文件读写失败：{what}（{reason_of(problem)}）。检查路径、权限与磁盘空间后再试", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("已中断。已提交的内容没有丢失，可以随时重新运行。", file=sys.stderr)
        return INTERRUPTED


def _tell_mistake(problem: Exception) -> int:
    """Print the error's class and the innermost line of ours that it passed, never its words: they may hold a post."""
    from traceback import extract_tb

    files = [(Path(frame.filename), frame.lineno) for frame in extract_tb(problem.__traceback__)]
    ours = [(path.relative_to(ROOT), line) for path, line in files if path.is_relative_to(ROOT)]
    places = [f"{path}:{line}" for path, line in ours if "site-packages" not in path.parts]
    place = places[-1] if places else "?"
    print(f"程序出错：{type(problem).__name__} {place}。请把这一行报告给维护者；内容没有丢失", file=sys.stderr)
    return OUR_MISTAKE
