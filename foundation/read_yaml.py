"""Ground floor: YAML text in, a document that keeps the line of every key out; what cannot be read is told in Chinese.

Tabs, doubled keys, aliases and broken marks are an error with file, line and what to look for; no words of the parser.
"""

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from foundation.errors import ConfigError, Problem

LOOK_FOR = {  # what the parser says → what people should look for
    re.compile(r"expected '[,\]}]|expected the node content"): "括号要成对，各项之间用逗号隔开",
    re.compile(r"unexpected end of stream"): "前面有一个引号没有配对",
    re.compile(r"mapping values are not allowed"): "冒号后要有一个空格；同一级的键要对齐；含冒号的文字请加引号",
    re.compile(r"expected <block end>|expected '<document start>'"): "缩进没有对齐：同一级的键（或 -）从同一列开始",
    re.compile(r"cannot start any token"): "以 @、%、` 等符号开头的文字请加引号",
    re.compile(r"could not find expected ':'"): "键的后面要有冒号和空格；多行文字要比它的键缩进更多",
    re.compile(r"unknown escape"): "双引号里的反斜杠要写两个，或改用单引号",
    re.compile(r"another document"): "一个文件只写一份内容，删去中间的 ---",
}
LOOK = "检查这一行和上一行：缩进是否对齐，引号、括号是否成对，冒号后有没有空格"


class _TextDates(RoundTripConstructor):
    """Leaves dates as written: the records know which are dates, and `2026-13-01` gets its line like any mistake."""


_TextDates.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: str(node.value))


class _Alias(MarkedYAMLError):
    """A document names a part of itself."""


class _NoAliases(Composer):
    """Refuses `*name`: a few lines of aliases of aliases unfold to more than any memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            raise _Alias(problem_mark=self.parser.peek_event().start_mark)
        return super().compose_node(parent, index)


def read_yaml(text: str, file: str) -> Any:
    """Parse one YAML document that keeps the line of every key.

    Raises:
        ConfigError: Tabs, doubled keys, aliases, or other YAML mistakes.
    """
    yaml = YAML(typ="rt")
    yaml.Constructor, yaml.Composer = _TextDates, _NoAliases
    try:
        return yaml.load(text) if text.strip() else CommentedMap()
    except DuplicateKeyError as mistake:
        mark = mistake.problem_mark
        raise ConfigError([Problem(file, mark.line + 1, "同一个键写了两次", "删去其中一个")]) from mistake
    except _Alias as mistake:
        line = mistake.problem_mark.line + 1
        hint = "把内容写全；以 * 开头的文字请加引号"
        raise ConfigError([Problem(file, line, "不能用 YAML 别名（*）", hint)]) from mistake
    except MarkedYAMLError as mistake:
        raise ConfigError([_yaml_problem(mistake, text, file)]) from mistake
    except YAMLError as mistake:
        raise ConfigError([_unreadable(mistake, text, file)]) from mistake
    except ValueError as mistake:  # a tag that its value does not fit, e.g. `!!int many`
        line = next((number for number, words in enumerate(text.splitlines(), 1) if "!!" in words), 0)
        what = "有一个值与它的类型标记（!!）不符，或数字太长"
        raise ConfigError([Problem(file, line, what, "删去类型标记，或把数字改短")]) from mistake
    except RecursionError as mistake:
        raise ConfigError([Problem(file, 0, "括号或缩进套得太深", "检查是否多写了括号")]) from mistake


def _yaml_problem(mistake: MarkedYAMLError, text: str, file: str) -> Problem:
    mark, said = mistake.problem_mark, mistake.problem or ""
    if not mark:
        return Problem(file, 0, "不是合法的 YAML", LOOK)
    lines = text.splitlines()
    if mark.line < len(lines) and "\t" in lines[mark.line]:
        return Problem(file, mark.line + 1, "行里有制表符（Tab）", "YAML 只能用空格缩进，请改成空格")
    hint = next((words for shape, words in LOOK_FOR.items() if shape.search(said)), LOOK)
    if mark.line >= len(lines) and lines:  # what was begun is missing at the file's end
        return Problem(file, len(lines), "到文件末尾还不是合法的 YAML", hint)
    return Problem(file, mark.line + 1, f"第 {mark.column + 1} 列不是合法的 YAML", hint)


def _unreadable(mistake: YAMLError, text: str, file: str) -> Problem:
    """Tell a sign that no YAML may hold, e.g. a control character that came along with a copied text."""
    place = getattr(mistake, "position", None)
    if not isinstance(place, int):
        return Problem(file, 0, "不是合法的 YAML", LOOK)
    return Problem(file, text.count("\n", 0, place) + 1, "有一个看不见的控制字符", "删去它；整行重新打一遍最省事")
