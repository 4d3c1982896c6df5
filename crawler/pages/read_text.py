"""Stage 1: the text of an element as a reader sees it. In: a Lexbor node. Out: lines without markup.

Inline elements join without spaces (Word markup puts one span around each number), blocks and <br> end a line.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.pages.parse_html import is_too_deep, parse_html

NOISE = "script, style, noscript, template, textarea"
_BLOCKS = "p, div, li, tr, h1, h2, h3, h4, h5, h6, blockquote, dd, dt, section, article, pre, table"
_ANY_TAG = re.compile(r"<[^<>]*>?")
_LINE = "\x1e"  # a mark of our own: line breaks of the source mean nothing
_INVISIBLE = "\u200b\u200c\u200d\ufeff\u2060\xad\0"


def text_of(node: LexborNode | None) -> str:
    """Return the visible text of `node`, empty for None; emoji pictures count as their alt text, `node` is changed."""
    if node is None:
        return ""
    if not holds_elements(node):
        return tidy(node.text())
    drop_all(node, NOISE)
    for emoji in node.css("img[alt^='[']"):
        emoji.replace_with(emoji.attributes.get("alt") or "")
    for line_break in node.css("br"):
        line_break.replace_with(_LINE)
    for block in node.css(_BLOCKS):
        if block.mem_id != node.mem_id:  # == would write out both trees
            block.insert_before(_LINE)
            block.insert_after(_LINE)
    return tidy(node.text(deep=True, separator=""))


def text_and_pictures(html: str) -> tuple[str, int]:
    """Return the text of a piece of HTML and the number of its pictures; of one that is too deep the words alone."""
    if is_too_deep(html):  # an entry of a feed, a card: it must not cost the page on which it stands
        return tidy(_ANY_TAG.sub(_LINE, html)), 0
    body = parse_html(f"<body>{html}</body>").body
    return (text_of(body), len(body.css("img"))) if body else ("", 0)


def holds_elements(node: LexborNode) -> bool:
    """Return whether there is anything but text in `node`: looking costs far less than one selector."""
    return next(node.iter(include_text=False), None) is not None


def drop_all(node: LexborNode, selector: str) -> None:
    """Remove all descendants that match; asked for one by one, because a match may lie inside another one."""
    while (found := node.css_first(selector)) is not None and found.mem_id != node.mem_id:
        found.decompose()


def drop_nodes(node: LexborNode, places: set[int]) -> None:
    """Remove the descendants of `node` whose `mem_id` is in `places`, with all that they hold."""
    for child in list(node.iter(include_text=False)):
        if child.mem_id in places:
            child.decompose()
        else:
            drop_nodes(child, places)


def tidy(text: str) -> str:
    """Return `text` with single spaces, no invisible signs and no empty lines (`_LINE` marks end lines)."""
    if text.isprintable():  # no line, and nothing that cannot be seen: nearly all texts
        return " ".join(text.split())
    for sign in _INVISIBLE:  # seven looks for one sign cost a tenth of one look for seven
        text = text.replace(sign, "")
    lines = [" ".join(line.split()) for line in text.split(_LINE)]
    return "\n".join(line for line in lines if line)


def title_of(tree: LexborHTMLParser) -> str:
    """Return the text of <title>."""
    node = tree.css_first("title")
    return " ".join(node.text().split()) if node else ""
