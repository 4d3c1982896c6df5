"""Kibana: its query language KQL → a tree, and the tree → what Kibana sends to Elasticsearch for it.

For checking our own objects and manual, not for users: Kibana's own parser is not published. The golden table of the
tests was made by a real one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]
RANGES = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}
_TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<sign>>=|<=|[:()<>{}])|(?P<word>[^\s"():<>{}]+)|(?P<bad>"))')
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_WORDS = {"true": True, "false": False, "null": None}
Literal = str | float | bool | None


class KqlError(Exception):
    """Not a query; the words say at which sign."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is sought: its words, and whether they stood in quotes."""

    text: str
    quoted: bool

    @property
    def plain(self) -> Literal:
        """The value as Kibana types it."""
        if self.quoted:
            return self.text
        if self.text in _WORDS:
            return _WORDS[self.text]
        if _NUMBER.fullmatch(self.text):
            return float(self.text) if "." in self.text else int(self.text)
        return self.text


@dataclass(frozen=True, slots=True)
class Match:
    """`field: value`, or without a field: anywhere."""

    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class Range:
    """`field >= value`."""

    field: str
    sign: str
    value: Value


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Never:
    """The part does not hold."""

    part: "Node"


Node = Match | Range | Every | Some | Never
Token = tuple[str, str]  # kind, words


def parse(query: str) -> Node | None:
    """Return the tree of a query; None for the empty one.

    Raises:
        KqlError: Kibana would refuse it.
    """
    reader = _Reader(list(_tokens(query)))
    if not reader.tokens:
        return None
    node = reader.some()
    if reader.at < len(reader.tokens):
        raise KqlError(f"“{reader.tokens[reader.at][1]}”处多余")
    return node


def leaves(node: Node | None) -> Iterator[Match | Range]:
    """Yield every comparison of a tree."""
    if isinstance(node, Match | Range):
        yield node
    elif isinstance(node, Never):
        yield from leaves(node.part)
    elif node is not None:
        for part in node.parts:
            yield from leaves(part)


def _tokens(query: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(query.rstrip()):
        kind = str(found.lastgroup)
        if kind == "bad":
            raise KqlError("引号没有闭合")
        yield kind, found[kind]


class _Reader:
    """Walks over the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def some(self) -> Node:
        parts = [self._every()]
        while self._takes_operator("or"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _every(self) -> Node:
        parts = [self._one()]
        while self._takes_operator("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self) -> Node:
        if self._takes_operator("not"):
            return Never(self._one())
        if self._takes("("):
            node = self.some()
            self._need(")")
            return node
        value = self._value()
        if self._takes(":"):
            return self._values_of(value.text)
        for sign in RANGES:
            if self._takes(sign):
                return Range(value.text, sign, self._value())
        return Match("", value)

    def _values_of(self, field: str) -> Node:
        if not self._takes("("):
            return Match(field, self._value())
        node = self._listed(field)
        self._need(")")
        return node

    def _listed(self, field: str) -> Node:
        parts: list[Node] = [self._listed_one(field)]
        word = next((each for each in ("or", "and") if self._is_operator(each)), "")
        while word and self._takes_operator(word):
            parts.append(self._listed_one(field))
        if len(parts) == 1:
            return parts[0]
        return Some(tuple(parts)) if word == "or" else Every(tuple(parts))

    def _listed_one(self, field: str) -> Node:
        return Never(self._listed_one(field)) if self._takes_operator("not") else Match(field, self._value())

    def _value(self) -> Value:
        """Read a text in quotes, or words up to the next sign or operator."""
        kind, words = self._next() if self.at < len(self.tokens) else ("", "")
        if kind == "text":
            return Value(re.sub(r"\\(.)", r"\1", words[1:-1]), quoted=True)
        if kind != "word":
            raise KqlError(f"“{words or '末尾'}”处应当有值")
        found = [words]
        while self._peek()[0] == "word" and not self._is_operator("or") and not self._is_operator("and"):
            found.append(self._next()[1])
        return Value(" ".join(found), quoted=False)

    def _peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else ("", "")

    def _next(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _is_operator(self, word: str) -> bool:
        """A lone operator at the end is a word like any other, as in Kibana."""
        kind, words = self._peek()
        return kind == "word" and words.lower() == word and self._peek(1)[1] not in ("", ")", ":")

    def _takes_operator(self, word: str) -> bool:
        found = self._is_operator(word)
        self.at += found
        return found

    def _takes(self, sign: str) -> bool:
        found = self._peek() == ("sign", sign)
        self.at += found
        return found

    def _need(self, sign: str) -> None:
        if not self._takes(sign):
            raise KqlError(f"缺少“{sign}”")


def to_search(node: Node | None) -> Body:
    """Return the query that Kibana sends for a tree."""
    if node is None:
        return {"match_all": {}}
    if isinstance(node, Every):
        return {"bool": {"filter": [to_search(part) for part in node.parts]}}
    if isinstance(node, Some):
        return {"bool": {"should": [to_search(part) for part in node.parts], "minimum_should_match": 1}}
    if isinstance(node, Never):
        return {"bool": {"must_not": to_search(node.part)}}
    if isinstance(node, Range):
        return _should({"range": {node.field: {RANGES[node.sign]: node.value.plain}}})
    return _match(node)


def _match(node: Match) -> Body:
    value = node.value
    if not node.field:
        kind = "phrase" if value.quoted else "best_fields"
        return {"multi_match": {"type": kind, "query": value.plain, "lenient": True}}
    if value.quoted:
        return _should({"match_phrase": {node.field: value.text}})
    if value.text == "*":
        return _should({"exists": {"field": node.field}})
    if "*" in value.text:
        return _should({"query_string": {"fields": [node.field], "query": value.text}})
    return _should({"match": {node.field: value.plain}})


def _should(part: Body) -> Body:
    return {"bool": {"should": [part], "minimum_should_match": 1}}
