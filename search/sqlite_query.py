"""Stage 3: a `Query` → one SQL statement over the full-text table and the posts. Values are always parameters.

How text is found: an exact phrase is a phrase of grams, so it never depends on the dictionary. Words without quotes are
cut by the segmenter and all required; a word of two or three characters that jieba's own dictionary knows is looked up
among the words (学生 does not find 大学生活), everything else (the school's own words, names, longer words, Latin) is a
phrase of grams, so that posts indexed before a word was added are still found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from search.post_table import INDEXED_OUTCOMES
from search.query import Among, And, Between, Compare, Holds, Node, Not, Or, Query, Text
from search.segment import Segmenter, gram_phrase

SEQUENCE_BITS = 20  # a post id is seconds << 20 | sequence, so that a span of time is a range of ids
COMMON_LENGTHS = (2, 3)  # longer words may be swallowed by a longer word added later, see Segmenter.cut_for_search
PARTICLES = frozenset("的了着吗呢吧啊呀嘛是在和与就都也很被把")
_MATCHING = "SELECT rowid FROM post_fts WHERE post_fts MATCH ?"
_OUTCOMES = ", ".join(f"'{outcome}'" for outcome in INDEXED_OUTCOMES)
VISIBLE = f"post.restricted = 0 AND post.confidential = 0 AND post.outcome IN ({_OUTCOMES})"


@dataclass(frozen=True, slots=True)
class Statement:
    """FROM and WHERE of a search, its parameters, and the column that orders it (newest first = descending)."""

    body: str
    values: tuple[Any, ...]
    order: str


Condition = tuple[str, tuple[Any, ...]]


def compile_query(query: Query, segmenter: Segmenter) -> Statement:
    """Return the statement that finds a query's posts; restricted posts are outside of it whatever was asked."""
    parts = list(query.root.parts) if isinstance(query.root, And) else [query.root] if query.root else []
    expressions = [match_expression(part, segmenter) for part in parts]
    textual = [f"({expression})" for expression in expressions if expression]
    order = "post_fts.rowid" if textual else "post.post_id"
    conditions = [
        _between(part, order) if isinstance(part, Between) else _condition(part, segmenter)
        for part, expression in zip(parts, expressions, strict=True)
        if expression is None
    ]
    where = " AND ".join([VISIBLE, *(sql for sql, _ in conditions)])
    values = tuple(value for _, more in conditions for value in more)
    if not textual:
        return Statement(f"FROM post WHERE {where}", values, order)
    body = f"FROM post_fts CROSS JOIN post ON post.post_id = post_fts.rowid WHERE post_fts MATCH ? AND {where}"
    return Statement(body, (" AND ".join(textual), *values), order)


def match_expression(node: Node, segmenter: Segmenter) -> str | None:
    """Return a node as a full-text expression; None when it is more than positive text."""
    if isinstance(node, Text):
        return _text_expression(node, segmenter)
    if isinstance(node, And | Or):
        inner = [match_expression(part, segmenter) for part in node.parts]
        if all(inner):
            return (" AND " if isinstance(node, And) else " OR ").join(f"({part})" for part in inner)
    return None


def needles(query: Query, segmenter: Segmenter) -> list[str]:
    """Return what to highlight for a query."""
    return [
        piece for text in query.texts() for piece in ([text.text] if text.exact else pieces_of(text.text, segmenter))
    ]


def pieces_of(text: str, segmenter: Segmenter) -> list[str]:
    """Return the words that an unquoted text asks for; particles only if it holds nothing else."""
    words = [word for word in segmenter.cut(text) if gram_phrase(word)[0]]
    return [word for word in words if word not in PARTICLES] or words


def is_word(word: str, segmenter: Segmenter) -> bool:
    """Return whether a piece is looked up among the words; all else is a phrase of grams."""
    return len(word) in COMMON_LENGTHS and word[0] >= "\u3400" and segmenter.is_common(word)


def _text_expression(node: Text, segmenter: Segmenter) -> str:
    if node.exact:
        return _phrase(node.text, node.column)
    parts = []
    for word in pieces_of(node.text, segmenter):
        if is_word(word, segmenter):
            parts.append(f'{_columns("words", node.column)} : "{word}"')
        else:
            parts.append(_phrase(word, node.column))
    return " AND ".join(parts)


def _phrase(text: str, column: str) -> str:
    tokens, is_beginning = gram_phrase(text)
    return f'{_columns("grams", column)} : "{" ".join(tokens)}"{" *" if is_beginning else ""}'


def _columns(kind: str, column: str) -> str:
    return f"{column}_{kind}" if column else f"{{title_{kind} content_{kind}}}"


def _condition(node: Node, segmenter: Segmenter) -> Condition:
    """Return any node as a condition on `post`."""
    expression = match_expression(node, segmenter)
    if expression:
        return f"post.post_id IN ({_MATCHING})", (expression,)
    if isinstance(node, And | Or):
        return _joined([_condition(part, segmenter) for part in node.parts], "AND" if isinstance(node, And) else "OR")
    if isinstance(node, Not):
        sql, values = _condition(node.part, segmenter)
        return f"coalesce(NOT ({sql}), 1)", values  # an unknown value is not what was excluded
    return _LEAVES[type(node)](node)


def _joined(parts: Sequence[Condition], word: str) -> Condition:
    return "(" + f" {word} ".join(sql for sql, _ in parts) + ")", tuple(value for _, more in parts for value in more)


def _among(node: Among) -> Condition:
    marks = ", ".join("?" * len(node.values))
    if node.is_list:
        holds = f"EXISTS (SELECT 1 FROM json_each(post.{node.name}) WHERE value IN ({marks}))"  # noqa: S608
        return holds, node.values
    return f"post.{node.name} IN ({marks})", node.values


def _compare(node: Compare) -> Condition:
    sql = f"post.{node.name} {node.operator} ?"
    if node.name == "level_code" and node.operator in ("=", ">=", ">") and node.value > 0:
        sql = f"(post.level_code > 0 AND {sql})"  # says that the small index of posts with a level is enough
    return sql, (node.value,)


def _between(node: Between, column: str = "post.post_id") -> Condition:
    """A span of time is a range of ids; beside text it must stand on the full-text table, which then reads no more."""
    start = int(node.start.timestamp()) << SEQUENCE_BITS if node.start else 0
    end = int(node.end.timestamp()) << SEQUENCE_BITS if node.end else 1 << 62
    return f"{column} >= ? AND {column} < ?", (start, end)


def _holds(node: Holds) -> Condition:
    if node.name == "false_alarm":
        return "post.false_alarm = ?", (int(node.wanted),)
    return f"post.{node.name} IS {'NOT ' if node.wanted else ''}NULL", ()


_LEAVES: dict[type, Callable[[Any], Condition]] = {
    Among: _among,
    Compare: _compare,
    Between: _between,
    Holds: _holds,
}
