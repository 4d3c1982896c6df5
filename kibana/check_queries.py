"""Kibana: checks the queries of an object: that they can be read, ask mapped fields, and mean what they seem to."""

import re
from collections.abc import Iterator

from kibana.fault import Fault, queries_of
from kibana.fields import VIEWS, fields_of
from kibana.flavour import PREFIX, Object
from kibana.kql import KqlError, Match, Range, leaves, parse

HAN = re.compile(r"[一-鿿]")
OPERATORS = ("and", "or", "not")


def check_queries(own: Object) -> Iterator[Fault]:
    """Yield what is wrong with the queries of one object."""
    for where, view, query in queries_of(own):
        yield from check_query(where, view.removeprefix(PREFIX), query)


def check_query(where: str, view: str, query: str) -> Iterator[Fault]:
    """Yield what is wrong with one query on a data view."""
    try:
        node = parse(query)
    except KqlError as problem:
        yield Fault(where, f"查询“{query}”读不懂：{problem}")
        return
    known = fields_of(view) if view in VIEWS else {}
    for leaf in leaves(node):
        words = leaf.value.text.split()
        if not leaf.value.quoted and any(word.lower() in OPERATORS for word in words):
            yield Fault(where, f"查询“{query}”里的 {leaf.value.text} 会被当作文字，不是运算")
        if leaf.field and leaf.field not in known:
            yield Fault(where, f"查询“{query}”问的字段 {leaf.field} 不存在")
            continue
        kind = known[leaf.field].kind if leaf.field else "text"
        if isinstance(leaf, Match) and HAN.search(leaf.value.text) and not leaf.value.quoted:
            yield Fault(where, f"查询“{query}”里的 {leaf.value.text} 没有加引号，会拆成单字去找")
        if isinstance(leaf, Range) and kind not in ("integer", "float", "date", "id"):
            yield Fault(where, f"查询“{query}”拿 {leaf.field} 比大小，它不是数也不是时间")
