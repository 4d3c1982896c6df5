"""Stage 3: what staff type → a `Query`.

Words are all required; `"…"`, `“…”`, `「…」` is an exact phrase; `AND`, `OR`, `NOT` in capitals (small
letters and 与或非 are ordinary words, so that "not" and 或者 can be searched); `-词` excludes, parentheses group,
`字段:值` narrows.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NoReturn

from foundation.clock import SCHOOL_ZONE
from foundation.errors import Stop
from foundation.outcome import LEVELS
from search.query import RULES, Among, And, Between, Compare, FieldRule, Holds, Node, Not, Operator, Or, Query, Text
from search.segment import gram_tokens

MAX_TERMS = 100
MAX_LENGTH = 1000  # a phrase of 100 000 characters is 100 000 grams to look up
MAX_DEPTH = 20
YES, NO = {"yes", "true", "1", "是"}, {"no", "false", "0", "否"}
_TOKEN = re.compile(
    r"\s+|(?P<open>[(（])|(?P<close>[)）])"
    r"|(?P<field>[\w]+)(?P<operator>[:：](?:>=|<=|>|<)?|>=|<=|>|<|=)(?=\S)(?!//)"
    r"|\"(?P<q1>[^\"]*)\"|“(?P<q2>[^”]*)”|「(?P<q3>[^」]*)」|(?P<badquote>[\"“「])"
    r"|(?P<word>[^\s()（）\"“”「」]+)|(?P<other>.)"
)
_VALUE = re.compile(r"\"(?P<q1>[^\"]*)\"|“(?P<q2>[^”]*)”|「(?P<q3>[^」]*)」|(?P<word>[^\s()（）\"“”「」]+)")
_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")


def parse_query(text: str, departments: Mapping[str, str] | None = None) -> Query:
    """Parse a query.

    Args:
        text: What the staff typed.
        departments: Department name or competence → id, or ids joined by commas, so that `部门:后勤` works as well.

    Raises:
        Stop: The query cannot be read: says at which character, why, and how to write it.
    """
    if text.strip() == "*":
        return Query(None)
    if len(text) > MAX_LENGTH:
        fail(f"太长，共 {len(text)} 个字", MAX_LENGTH, f"最多 {MAX_LENGTH} 个字，请只写要找的词")
    parser = _Parser(text, departments or {})
    root = parser.any_of(0)
    if parser.at < len(parser.tokens):
        fail("多了一个右括号", parser.tokens[parser.at].place, "检查括号是否成对")
    return Query(root)


def fail(what: str, place: int, hint: str) -> NoReturn:
    """Raise the error of a query, with the 1-based character where it stands."""
    raise Stop(f"检索式{what}", f"第 {place + 1} 个字处", hint)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the query: its kind, its text (for terms: the node) and where it begins."""

    kind: Literal["(", ")", "AND", "OR", "NOT", "term"]
    place: int
    node: Node | None = None


class _Parser:
    def __init__(self, text: str, departments: Mapping[str, str]) -> None:
        self.text = text
        self.departments = departments
        self.tokens = list(self._split())
        self.at = 0
        if len(self.tokens) > MAX_TERMS:
            fail("太长", self.tokens[MAX_TERMS].place, f"最多 {MAX_TERMS} 个词")

    def any_of(self, depth: int) -> Node:
        parts = [self.all_of(depth)]
        while self._take("OR"):
            parts.append(self.all_of(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all_of(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self._take("AND") or self._peek() in ("(", "NOT", "term"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def one(self, depth: int) -> Node:
        place = self.tokens[self.at].place if self.at < len(self.tokens) else len(self.text)
        if depth > MAX_DEPTH:
            fail("括号套得太深", place, f"最多 {MAX_DEPTH} 层")
        if self._take("NOT"):
            return Not(self.one(depth + 1))
        if self._take("("):
            inside = self.any_of(depth + 1)
            if not self._take(")"):
                fail("少了右括号", place, "在末尾补上 )")
            return inside
        token = self._take("term")
        if token is None or token.node is None:
            fail("这里应当有一个词", place, "AND、OR、NOT 两边和括号里都要有词；要搜这些字母请加引号")
        return token.node

    def _peek(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def _take(self, kind: str) -> Token | None:
        if self._peek() != kind:
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def _split(self) -> Iterator[Token]:
        place = 0
        while place < len(self.text):
            match = _TOKEN.match(self.text, place)
            if match is None:
                fail("有认不出的字", place, "删去它或加上引号")
            if match["field"] and self._is_field(match["field"], match["operator"], place):
                value = _VALUE.match(self.text, match.end())
                if value is None:
                    fail(f"字段 {match['field']} 后面没有值", match.end(), "写成 字段:值，值里有空格时加引号")
                yield Token("term", place, self._field(match, value))
                place = value.end()
                continue
            if match["field"]:  # not a field of ours (12:30, http://…): the whole word is text
                match = _VALUE.match(self.text, place) or match
            yield from self._plain(match, place)
            place = match.end()

    def _is_field(self, name: str, operator: str, place: int) -> bool:
        if name in RULES:
            return True
        near = difflib.get_close_matches(name, RULES, n=1, cutoff=0.75)
        if near and operator[0] in ":：":
            fail(f"没有 {name} 这个字段", place, f"是不是 {near[0]}？")
        return False

    def _plain(self, match: re.Match[str], place: int) -> Iterator[Token]:
        groups = match.groupdict()
        quoted = _quoted(groups)
        if groups.get("badquote"):
            fail("引号没有成对", place, "补上另一半引号")
        if groups.get("open") or groups.get("close"):
            yield Token("(" if groups.get("open") else ")", place)
        elif quoted is not None:
            yield Token("term", place, _text(quoted, exact=True, place=place))
        elif groups.get("word") in ("AND", "OR", "NOT"):
            yield Token(groups["word"], place)  # type: ignore[arg-type]
        elif groups.get("word"):
            word = groups["word"]
            if word[0] == "-" and len(word) > 1:
                yield Token("NOT", place)
                word = word[1:]
            yield Token("term", place, _text(word, exact=False, place=place))

    def _field(self, match: re.Match[str], value: re.Match[str]) -> Node:
        rule = RULES[match["field"]]
        quoted = _quoted(value.groupdict())
        text = value["word"] if quoted is None else quoted
        operator = match["operator"].lstrip(":：=") or "="
        place = value.start()
        if rule.kind == "text":
            column: Literal["title", "content"] = "title" if rule.name == "title" else "content"
            return _text(text, exact=quoted is not None, place=place, column=column)
        if rule.kind in ("date", "after", "before"):
            return _dates(text, rule.kind, place)
        if rule.kind == "flag":
            if text.lower() not in YES | NO:
                fail(f"{match['field']} 的值 {text} 看不懂", place, "写 yes 或 no（是、否）")
            return Holds(rule.name, text.lower() in YES)
        if rule.kind in ("number", "level"):
            return _number(rule, operator, text, place)
        values = tuple(part for part in re.split(r"[,，]", text) if part)
        if rule.name == "departments":
            values = tuple(unit for part in values for unit in self.departments.get(part, part).split(","))
        return Among(rule.name, values, rule.kind == "list")


def _quoted(groups: dict[str, str | None]) -> str | None:
    return next((groups[name] for name in ("q1", "q2", "q3") if groups.get(name) is not None), None)


def _text(text: str, *, exact: bool, place: int, column: Literal["", "title", "content"] = "") -> Text:
    if not gram_tokens(text):
        fail("里有一处没有可以检索的字", place, "标点不能检索，请写汉字、字母或数字")
    return Text(text, exact, column)


def _number(rule: FieldRule, operator: str, text: str, place: int) -> Node:
    if rule.kind == "level":
        names = [part for part in re.split(r"[,，]", text) if part]
        wrong = [name for name in names if name not in LEVELS and not (name.isdecimal() and int(name) < len(LEVELS))]
        if wrong or not names:
            fail(f"里没有“{text}”这个等级", place, f"可写 {'、'.join(LEVELS)}，或 level>=重大")
        codes = [LEVELS.index(name) if name in LEVELS else int(name) for name in names]
        parts = tuple(Compare(rule.name, _operator(operator), code) for code in codes)
        return parts[0] if len(parts) == 1 else Or(parts)
    if not re.fullmatch(r"[0-9]{1,18}(\.[0-9]+)?", text):
        fail(f"里“{text}”不是数字", place, "写成 copies>=3 这样")
    return Compare(rule.name, _operator(operator), float(text) if "." in text else int(text))


def _operator(sign: str) -> Operator:
    known: dict[str, Operator] = {">=": ">=", "<=": "<=", ">": ">", "<": "<"}
    return known.get(sign, "=")


def _dates(text: str, kind: str, place: int) -> Between:
    """Read `2026-11-01`, `2026-11`, `A..B` (both included, either side may be left out), in school time."""
    first, dots, last = text.partition("..")
    if kind != "date" and dots:
        fail("里 after、before 只能写一个日期", place, "一段日期写成 published:2026-11-01..2026-11-05")
    start = _day(first, place)[0] if first else None
    end = _day(last or first, place)[1] if last or not dots else None
    if kind == "after":
        return Between(start, None)
    if kind == "before":
        return Between(None, end)
    if start is None and end is None:
        fail("里日期是空的", place, "写成 published:2026-11-01..2026-11-05")
    if start and end and start >= end:
        fail("里起始日期晚于结束日期", place, "把两个日期对调")
    return Between(start, end)


def _day(text: str, place: int) -> tuple[datetime, datetime]:
    """Return the first instant of a day or month and the first one after it, as UTC."""
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        year, month = int(match[1]), int(match[2])
        first = date(year, month, int(match[3] or 1))
        after = first + timedelta(days=1) if match[3] else date(year + month // 12, month % 12 + 1, 1)
        return _midnight(first), _midnight(after)
    except (ValueError, OverflowError):
        fail(f"里“{text}”不是日期", place, "写成 2026-11-01 或 2026-11")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SCHOOL_ZONE).astimezone(UTC)
