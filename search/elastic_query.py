"""Stage 3: a `Query` → the body of an Elasticsearch search. The twin of `sqlite_query.py`: same tokens, same answers.

Everything is a filter: hits come newest first, so no score is needed.
"""

from typing import Any

from search.query import Among, And, Between, Compare, Holds, Node, Not, Or, Query, Text
from search.segment import Segmenter, gram_phrase
from search.sqlite_query import SEQUENCE_BITS, is_word, pieces_of

Body = dict[str, Any]
BOUNDS = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}
ALL_PAIRS = 100_000  # a lone last character is the beginning of as many pairs as the index holds


def compile_body(query: Query, segmenter: Segmenter) -> Body:
    """Return the query part of a search's body."""
    return _compile(query.root, segmenter) if query.root else {"match_all": {}}


def _compile(node: Node, segmenter: Segmenter) -> Body:  # noqa: PLR0911 one line a kind of node
    if isinstance(node, Text):
        return _text(node, segmenter)
    if isinstance(node, And):
        return {"bool": {"filter": [_compile(part, segmenter) for part in node.parts]}}
    if isinstance(node, Or):
        return _any([_compile(part, segmenter) for part in node.parts])
    if isinstance(node, Not):
        return {"bool": {"must_not": [_compile(node.part, segmenter)]}}
    if isinstance(node, Among):
        return {"terms": {node.name: list(node.values)}}
    if isinstance(node, Compare):
        return _compare(node)
    return _between(node) if isinstance(node, Between) else _holds(node)


def _text(node: Text, segmenter: Segmenter) -> Body:
    if node.exact:
        return _phrase(node.text, node.column)
    parts = [
        _in_columns("words", node.column, lambda name, word=word: {"term": {name: word}})
        if is_word(word, segmenter)
        else _phrase(word, node.column)
        for word in pieces_of(node.text, segmenter)
    ]
    return {"bool": {"filter": parts}}


def _phrase(text: str, column: str) -> Body:
    tokens, is_beginning = gram_phrase(text)
    if is_beginning and len(tokens) == 1:
        return _in_columns("grams", column, lambda name: {"prefix": {name: tokens[0]}})
    words = " ".join(tokens)
    if is_beginning:
        longest = {"query": words, "max_expansions": ALL_PAIRS}
        return _in_columns("grams", column, lambda name: {"match_phrase_prefix": {name: longest}})
    return _in_columns("grams", column, lambda name: {"match_phrase": {name: words}})


def _in_columns(kind: str, column: str, part: Any) -> Body:
    if column:
        return part(f"{column}_{kind}")  # type: ignore[no-any-return]
    return _any([part(f"title_{kind}"), part(f"content_{kind}")])


def _any(parts: list[Body]) -> Body:
    return {"bool": {"should": parts, "minimum_should_match": 1}}


def _compare(node: Compare) -> Body:
    if node.operator == "=":
        return {"term": {node.name: node.value}}
    return {"range": {node.name: {BOUNDS[node.operator]: node.value}}}


def _between(node: Between) -> Body:
    span = {}
    if node.start:
        span["gte"] = int(node.start.timestamp()) << SEQUENCE_BITS
    if node.end:
        span["lt"] = int(node.end.timestamp()) << SEQUENCE_BITS
    return {"range": {"post_id": span}} if span else {"match_all": {}}


def _holds(node: Holds) -> Body:
    if node.name == "false_alarm":
        return {"term": {"false_alarm": node.wanted}}
    exists = {"exists": {"field": node.name}}
    return exists if node.wanted else {"bool": {"must_not": [exists]}}
