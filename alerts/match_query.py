"""Stage 6: one post against a parsed search, without an index. Query and post in, found or not out.

The same words as `huiyin search`: an exact phrase is a part of the text, other words are cut and all required. Fields
that a rule does not see (counts, case number …) never hold.
"""

from typing import Any

from alerts.rule import Heard
from search.query import Among, And, Between, Compare, Holds, Node, Not, Or, Query, Text
from search.segment import Segmenter, fold

COMPARED = {
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    "=": lambda left, right: left == right,
}


def matches(query: Query, post: Heard, segmenter: Segmenter) -> bool:
    """Return whether a search would find this post."""
    return query.root is None or _holds(query.root, post, segmenter)


def _holds(node: Node, post: Heard, segmenter: Segmenter) -> bool:
    match node:
        case And(parts):
            return all(_holds(part, post, segmenter) for part in parts)
        case Or(parts):
            return any(_holds(part, post, segmenter) for part in parts)
        case Not(part):
            return not _holds(part, post, segmenter)
        case Text():
            return _says(node, post, segmenter)
        case Between(start, end):
            return (start is None or post.heard_at >= start) and (end is None or post.heard_at < end)
        case _:
            return _field_holds(node, post)


def _says(node: Text, post: Heard, segmenter: Segmenter) -> bool:
    text = fold({"": post.text, "title": post.title, "content": post.content}[node.column])
    wanted = fold(node.text)
    return wanted in text or (not node.exact and all(word in text for word in segmenter.cut(wanted)))


def _field_holds(node: Any, post: Heard) -> bool:
    value = getattr(post, node.name, None)
    match node:
        case Among():
            own = value if node.is_list else (value,)
            return any(str(each) in node.values for each in own or ())
        case Compare():
            return value is not None and bool(COMPARED[node.operator](value, node.value))
        case Holds():
            return bool(value) == node.wanted
    return False
