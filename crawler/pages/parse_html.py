"""Stage 1: the one door from text to tree. In: HTML of any origin. Out: a Lexbor tree, or a `Wall` when it is no page.

Lexbor needs quadratic time for elements inside one another (72 s for 100,000 <div>, measured 2026-11), and everything
behind it walks the tree: how deep a text goes is counted before anything is parsed.
"""

import re
from itertools import accumulate
from operator import sub

from selectolax.lexbor import LexborHTMLParser

from crawler.walls import Wall
from foundation.outcome import SourceOutcome

DEEPEST = 512  # elements inside one another: browsers cut a page there too (Blink: kMaximumHTMLParserDOMTreeDepth)
PART = 2048  # characters that are counted at once: some dozens of tags, so that the rough count is seldom too high
FEW = 4000  # begins and ends of tags: whatever hides among so few costs less than a second, all inside one another
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9\-]*)")
_ATTRIBUTES = r"""(?:[\s/]+|(?:=[^\s/>=]*|[^\s/>=]+)(?:\s*=\s*(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^\s>"'][^\s>]*)?)?)*+"""
_MARKUP = re.compile(  # comment, element whose content is no markup, tag: as a browser reads them, one after the other
    rf"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)(?=[\s/>]){_ATTRIBUTES}.*?(?:</\1(?=[\s/>])|\Z)"
    rf"|(</?[a-z][^\s/>]*){_ATTRIBUTES}",
    re.S | re.I,
)
_NEVER_OPEN = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
_FLAT = re.compile(rf"<(?:{'|'.join(_NEVER_OPEN)})\b", re.I)
_CLOSED_BY_NEXT = {  # element → the containers behind which an unclosed one of its kind is another's
    **dict.fromkeys(("td", "th", "tr", "tbody", "thead", "tfoot"), ("table",)),
    **dict.fromkeys(("li",), ("ul", "ol")),
    **dict.fromkeys(("dt", "dd"), ("dl",)),
    **dict.fromkeys(("option", "optgroup"), ("select",)),
    "p": ("div", "td", "li", "blockquote", "section", "article"),
}


def parse_html(html: str) -> LexborHTMLParser:
    """Parse a page.

    Raises:
        Wall: Its elements stand deeper inside one another than those of any page.
    """
    if is_too_deep(html):
        raise Wall(SourceOutcome.LAYOUT_CHANGED, "too_deep")
    return LexborHTMLParser(html or "<html></html>")


def is_too_deep(html: str) -> bool:
    """Return whether more than `DEEPEST` elements stand inside one another; tags that nobody closed are forgiven.

    Few tags are only counted. Of many, and where the count is too high, what is no tag is left out first: scripts,
    comments, and `<div title="</div>">`, which closes nothing.
    """
    is_flat = _open_roughly(html) <= DEEPEST or _open_at_most(html) <= DEEPEST
    if is_flat and html.count("<") <= FEW:
        return False
    tags = _MARKUP.sub(r"\2 ", html)
    return _open_at_most(_FLAT.sub("", tags)) > DEEPEST and _deepest(tags) > DEEPEST


def _open_roughly(html: str) -> int:
    """Return no less than `_open_at_most`, and little more: all begins of a part are taken to stand before its ends."""
    level = lowest = most = 0
    for start in range(0, len(html), PART):
        part = html[start : start + PART]
        ends = part.count("</")
        begins = part.count("<") - ends
        lowest = min(lowest, level - ends)
        most = max(most, level + begins - lowest)
        level += begins - ends
    return most + 1


def _open_at_most(html: str) -> int:
    """Return the most elements open at once when each end tag ends one and nothing else does: quick, never too few."""
    sums = list(accumulate([piece.count("<") - 1 for piece in html.split("</")]))
    return int(max(map(sub, sums, accumulate(sums, min, initial=-1)))) + 1  # what rises above the lowest point before


def _deepest(html: str) -> int:
    """Return the most elements open at once when an end tag also ends what was left open inside its element."""
    stack: list[str] = []
    most = 0
    for slash, written in _TAG.findall(html):
        name = written.lower()
        if slash:
            _close(stack, name, ())
        elif name not in _NEVER_OPEN:
            _close(stack, name, _CLOSED_BY_NEXT.get(name))
            stack.append(name)
            most = max(most, len(stack))
            if most > DEEPEST:
                break
    return most


def _close(stack: list[str], name: str, until: tuple[str, ...] | None) -> None:
    """Take an element and all inside it off the stack, unless there is none of its kind before one of `until`."""
    if until is None:
        return
    for place in range(len(stack) - 1, -1, -1):
        if stack[place] == name:
            del stack[place:]
            return
        if stack[place] in until:
            return
