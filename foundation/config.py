"""Ground floor: YAML with line numbers in, validated records out, every mistake explained in Chinese.

An unknown key, a wrong type or a missing key is an error with file, line, what is wrong and the nearest right
name. Secrets never stand in YAML: they are written `env:NAME` or `file:/path` and read when needed.
"""

import difflib
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from foundation.errors import ConfigError, Problem, Stop, reason_of
from foundation.read_yaml import read_yaml

Model = TypeVar("Model", bound=BaseModel)
MESSAGES = {  # pydantic error type → Chinese, with the limits that pydantic names; others are told without their words
    "missing": "缺少 {name}",
    "string_type": "{name} 应当是文字",
    "string_too_short": "{name} 不能少于 {min_length} 个字",
    "string_too_long": "{name} 不能多于 {max_length} 个字",
    "string_pattern_mismatch": "{name} 的写法不对，应当{pattern}",
    "literal_error": "{name} 只能写 {expected}",
    "int_type": "{name} 应当是整数",
    "int_parsing": "{name} 应当是整数",
    "int_from_float": "{name} 应当是整数",
    "float_type": "{name} 应当是数字",
    "float_parsing": "{name} 应当是数字",
    "finite_number": "{name} 应当是有限的数字",
    "bool_type": "{name} 应当是 true 或 false",
    "bool_parsing": "{name} 应当是 true 或 false",
    "list_type": "{name} 应当是列表（每行以 - 开头）",
    "tuple_type": "{name} 应当是列表（每行以 - 开头）",
    "dict_type": "{name} 应当是一组 键: 值",
    "model_type": "{name} 应当是一组 键: 值",
    "model_attributes_type": "{name} 应当是一组 键: 值",
    "date_type": "{name} 应当是日期，写成 2026-10-01",
    "date_parsing": "{name} 不是存在的日期，应当写成 2026-10-01",
    "date_from_datetime_parsing": "{name} 不是存在的日期，应当写成 2026-10-01",
    "date_from_datetime_inexact": "{name} 应当只写日期，不写时刻，例如 2026-10-01",
    "too_short": "{name} 至少要有 {min_length} 项",
    "too_long": "{name} 至多只能有 {max_length} 项",
    "greater_than": "{name} 太小，应当大于 {gt}",
    "greater_than_equal": "{name} 太小，最小是 {ge}",
    "less_than": "{name} 太大，应当小于 {lt}",
    "less_than_equal": "{name} 太大，最大是 {le}",
}
PATTERNS = {  # a pattern's shape → how people say it
    re.compile(r"^\^\(([\w|]+)\)\$$"): "写 {0} 之一",
    re.compile(r":\[0-5\]"): "写成 08:30 这样的时刻",
    re.compile(r"^\^\[a-z\]\[a-z0-9_\]\*\$$"): "以小写字母开头，只用小写字母、数字和下划线",
    re.compile(r"https\?"): "以 http:// 或 https:// 开头",
}
MAIL_ADDRESS = re.compile(r"[^@\s,;<>]+@[\w-]+(\.[\w-]+)*")
NAMING, LONGEST_NAME = ("id", "name", "title"), 40  # what tells an entry of a list from its neighbours
SEE_DOCS = "请对照 docs/school.md 改正"


class Mistake(ValueError):
    """What a record's validator found, with the place below the record, so that the right line is named.

    Args:
        what: What is wrong.
        hint: What to write instead.
        path: Keys and positions below the validated record.
    """

    def __init__(self, what: str, hint: str = SEE_DOCS, path: tuple[str | int, ...] = ()) -> None:
        self.what, self.hint, self.path = what, hint, path
        super().__init__(f"{what}。{hint}")


class Strict(BaseModel):
    """Base of all school records: unknown keys are errors, records do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_document = lru_cache(maxsize=8)(read_yaml)  # a file of ten mistakes is read once; nobody changes what it gives


def parse(model: type[Model], text: str, file: str) -> Model:
    """Parse and validate one file. The same text gives the same (unchangeable) record without being read again.

    Raises:
        ConfigError: With one problem per mistake, each with its line and the nearest right name.
    """
    return cast(Model, _parse(model, text, file))


@lru_cache(maxsize=256)  # a file costs 50 ms; a run asks for the policy of every open case
def _parse(model: type[BaseModel], text: str, file: str) -> BaseModel:
    data = _document(text, file)
    try:
        return model.model_validate(_plain(data))
    except ValidationError as mistakes:
        raise ConfigError([_problem(each, data, model, file) for each in mistakes.errors()]) from mistakes


def line_of(data: Any, path: tuple[str | int, ...]) -> int:
    """Return the 1-based line of the deepest part of `path` that exists in a document of `read_yaml`; 0 if unknown."""
    line = 0
    for step in path:
        if isinstance(data, CommentedMap) and step in data:
            line = data.lc.key(step)[0] + 1
        elif isinstance(data, CommentedSeq) and isinstance(step, int) and step < len(data):
            line = data.lc.item(step)[0] + 1
        else:
            break
        data = data[step]
    return line


def line_in(text: str, file: str, path: tuple[str | int, ...]) -> int:
    """Return `line_of` in a text; one not read lately is parsed again: ask only when there is a mistake to tell."""
    return line_of(_document(text, file), path)


def nearest(word: str, choices: Iterable[str], likeness: float = 0.5) -> str:
    """Return the choice most like `word`, or an empty string when none is at least so alike (0 to 1)."""
    found = difflib.get_close_matches(word, list(choices), n=1, cutoff=likeness)
    return found[0] if found else ""


def _problem(mistake: ErrorDetails, data: Any, model: type[BaseModel], file: str) -> Problem:
    path, details = tuple(mistake["loc"]), mistake.get("ctx", {})
    found = details.get("error")
    if isinstance(found, Mistake):
        return Problem(file, line_of(data, path + found.path), found.what, found.hint)
    name, line = _name(path, data), line_of(data, path)
    if mistake["type"] == "extra_forbidden":
        known = sorted(_known_keys(model, path[:-1]))
        near = nearest(str(path[-1]), known)
        hint = f"是不是 {near}？" if near else f"可用的键：{'、'.join(known)}"
        return Problem(file, line, f"不认识的键 {name}", hint)
    if mistake["type"] == "missing" and isinstance(path[-1], int):  # an entry of a list of fixed length
        return Problem(file, line, f"{_name(path[:-1], data)} 项数不够", SEE_DOCS)
    if mistake["type"] == "missing" and not line:  # of the file itself: it is written beside its `id`
        line = line_of(data, ("id",)) or 1
    if mistake["type"] == "value_error":
        return Problem(file, line, f"{name} 写得不对", str(found))
    words = MESSAGES.get(mistake["type"], "{name} 写得不对")
    return Problem(file, line, words.format(name=name, **_said(details)), SEE_DOCS)


def _name(path: tuple[str | int, ...], data: Any) -> str:
    """Return a path as people find it: an entry of a list by the name or id that it was given, else by its place."""
    told = []
    for step in path:
        data = _below(data, step)
        told.append(_own_name(data) or str(step) if isinstance(step, int) else step)
    return ".".join(told) or "文件"


def _below(data: Any, step: str | int) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):  # missing there, or no list and no mapping
        return None


def _own_name(item: Any) -> str:
    names = [item.get(key) for key in NAMING] if isinstance(item, dict) else []
    return next((name for name in names if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME), "")


def _said(details: dict[str, Any]) -> dict[str, Any]:
    """Return pydantic's limits as people say them."""
    said = dict(details)
    if "expected" in said:
        said["expected"] = str(said["expected"]).replace(" or ", "、").replace(", ", "、").replace("'", "")
    if "pattern" in said:
        told = ((words, shape.search(said["pattern"])) for shape, words in PATTERNS.items())
        known = next((words.format(*found.groups()) for words, found in told if found), "")
        said["pattern"] = known.replace("|", "、") or f"符合 {said['pattern']}"
    return said


def _known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> set[str]:
    """Return the keys allowed at `path`, following nested records as far as their types tell."""
    current: Any = model
    for step in path:
        annotation = (
            current.model_fields[step].annotation if _is_model(current) and step in current.model_fields else current
        )
        current = _inner(annotation)
    if not _is_model(current):
        return set()
    return {item.alias or name for name, item in current.model_fields.items()}


def _is_model(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, BaseModel)


def _inner(annotation: Any) -> Any:
    """Return the record class inside `list[X]`, `dict[str, X]`, `X | None`, else the annotation itself."""
    if _is_model(annotation):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner(argument)
        if _is_model(found):
            return found
    return annotation


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return data


def read_secret(reference: str, owner: str) -> str:
    """Return the secret behind `env:NAME` or `file:/path`; the value itself never enters a message or a log.

    Raises:
        Stop: The variable is unset or the file unreadable; says which, for which owner.
    """
    kind, _, name = reference.partition(":")
    if kind == "env":
        value = os.environ.get(name, "")
        if not value:
            raise Stop("密钥没有设置", f"{owner} 需要环境变量 {name}", "在启动 huiyin 的环境里设置它")
        return value
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise Stop("密钥文件读不到", f"{owner} 需要文件 {name}", f"检查路径与权限：{reason_of(problem)}") from problem


def check_secret_reference(value: str) -> str:
    """Validate that a secret is a reference, for use in records' validators.

    Raises:
        ValueError: A secret stands in the YAML itself.
    """
    if not value.startswith(("env:", "file:")):
        raise ValueError("密钥不能直接写在文件里，请写 env:变量名 或 file:/路径")
    return value


def check_mail_address(value: str) -> str:
    """Validate the shape of a mail address, for use in records' validators.

    Raises:
        ValueError: Not one name, one @ and one domain.
    """
    if not MAIL_ADDRESS.fullmatch(value):
        raise ValueError(f"{value} 不是邮箱地址，应当写成 名字@域名")
    return value
