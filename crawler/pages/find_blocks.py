"""Stage 1: posts on a page whose markup nobody described. In: a page. Out: the repeated blocks that each hold a time.

Every readable time votes for its ancestors; ancestors that are siblings of one tag and class are a group; the group
with the most text wins. Inside the blocks, the slot of the text is the tag and class that holds most of it.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import chain

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.pages.read_times import ReadTime, read_time

LEVELS_UP = 10  # how far a time may stand below its block
LONGEST_TIME_TEXT = 60
OTHER_SIGNS = 14  # beside a time: "网友 匿名 于 … 发表", but no sentence
LONGEST_AUTHOR = 40
TEXT_COUNTED = 400  # one long post must not outvote a list of short ones
POINTS_A_BLOCK = 50
LEAST_TEXT = 2
_TIME_PLACES = "[datetime], [title], time, span, li, em, td, p, small, div, abbr, i, b, a, font, dd"
_INSIDE_TIMES = frozenset(("i", "br", "svg"))  # icons beside a time
_NUMBERED = ("data-pk", "data-id", "data-pid", "data-post-id", "data-comment-id", "data-cid")
_NUMBERED_ID = re.compile(r"^[A-Za-z_\-]*\d+$")
_OF_TIMES = re.compile(r"[\d\s\-/:：.年月日时分秒前天昨今上下午周星期刚小钟TZ+]")
LONGEST_SPLIT_DATE = 14
_SPLIT_DATE = re.compile(
    r"(?P<day>\d{1,2})日? (?P<year>20\d\d)[-/.年] ?(?P<month>\d{1,2})月?$"
    r"|(?P<year2>20\d\d)[-/.年] ?(?P<month2>\d{1,2})月? (?P<day2>\d{1,2})日?$"
)
_AUTHOR_LINK = re.compile(
    r"/(u|user|users|member|members|profile|people|author|home|space)[/\-.?=]|uid=|space-uid", re.I
)
_AUTHOR_CLASS = re.compile(r"author|user|nick|poster|member", re.I)
_TEXT_CLASS = re.compile(r"text|content|message|body|entry|con\b", re.I)
_NOT_TEXT = re.compile(
    r"foot|share|action|tool|sign|avatar|quote|like|count|menu|nav|reply-btn|profile|joined|rank|user|author|meta|stat",
    re.I,
)
_NOT_NAME = re.compile(r"avatar|badge|rank|icon", re.I)  # inside an author's link: pictures made of letters, honours
TEXT_WEIGHT = 4.0  # a class that says "text" against one that says nothing: short posts under long signatures


@dataclass(slots=True)
class Block:
    """One repeated block: its node, the times in it (machine titles before words), in document order."""

    node: LexborNode
    times: list[ReadTime] = field(default_factory=list)
    time_nodes: list[LexborNode] = field(default_factory=list)

    @property
    def time(self) -> ReadTime:
        """The first absolute time with a clock (beside it stand days of joining), else the first absolute, else any."""
        absolute = [time for time in self.times if not time.is_relative]
        return next((time for time in absolute if time.precision != "day"), (absolute or self.times)[0])


def native_id(node: LexborNode) -> str:
    """Return the id that the site itself gives a block over all pages, empty when it gives none."""
    return next((value for name in _NUMBERED if (value := (node.attributes.get(name) or "").strip())), "")


def find_blocks(tree: LexborHTMLParser, now: datetime, zone: tzinfo, *, with_links: bool = False) -> list[Block]:
    """Return the page's repeated blocks in document order, empty when it has none.

    Args:
        tree: The page.
        now: Instant of the response.
        zone: Zone of the site.
        with_links: Every block must hold a link with text (lists); otherwise a single block may be enough (threads).
    """
    groups: dict[tuple[int, str], dict[int, Block]] = defaultdict(dict)
    for node, time in _time_nodes(tree, now, zone):
        inner = node
        for _ in range(LEVELS_UP):
            parent = inner.parent
            if parent is None or inner.tag in ("body", "html"):
                break
            block = groups[parent.mem_id, signature(inner)].setdefault(inner.mem_id, Block(inner))
            block.times.append(time)
            block.time_nodes.append(node)
            inner = parent
    best: list[Block] = []
    best_points = 0.0
    for group in groups.values():
        blocks = list(group.values())
        points = _points(blocks, with_links=with_links)
        if points > best_points:
            best, best_points = blocks, points
    return best


def signature(node: LexborNode) -> str:
    """Return tag and first class of a node: what siblings of one kind share."""
    classes = (node.attributes.get("class") or "").split()
    return f"{node.tag}.{classes[0]}" if classes else str(node.tag)


def find_author(block: Block) -> LexborNode | None:
    """Return the element of the author's name: marked as one, the first link to a person, a class that says so."""
    times = {node.mem_id for node in block.time_nodes}
    links = (node for node in block.node.css("a[href]") if _AUTHOR_LINK.search(node.attributes.get("href") or ""))
    classes = (node for node in block.node.css("[class]") if _AUTHOR_CLASS.search(node.attributes.get("class") or ""))
    for node in chain(block.node.css("[itemprop=author]"), links, classes):
        if node.mem_id in times:
            continue
        name = author_name(node)
        if name and len(name) <= LONGEST_AUTHOR and not any(child.mem_id in times for child in node.css("*")):
            return node
    return None


def author_name(node: LexborNode) -> str:
    """Return the name that stands in an author's element, without letters that stand for a picture."""
    if _NOT_NAME.search(node.attributes.get("class") or ""):
        return ""
    parts = [
        (child.text(deep=False) or child.text()) if child.is_text_node else author_name(child)
        for child in node.iter(include_text=True)
    ]
    return " ".join(" ".join(parts).split())


def find_text_slot(blocks: list[Block]) -> str:
    """Return the signature of the elements that hold the posts' own words, empty when the words stand loose."""
    totals: dict[str, float] = defaultdict(float)
    for block in blocks:
        author = find_author(block)
        apart = {node.mem_id for node in block.time_nodes} | ({author.mem_id} if author else set())
        taken: set[str] = set()
        for node in block.node.css("div, p, td, section, article, blockquote, span, dd"):
            name = signature(node)
            if name in taken or "." not in name or _NOT_TEXT.search(node.attributes.get("class") or ""):
                continue
            if node.mem_id in apart or node.mem_id == block.node.mem_id or _holds(node, apart):
                continue
            taken.add(name)
            weight = TEXT_WEIGHT if _TEXT_CLASS.search(node.attributes.get("class") or "") else 1.0
            totals[name] += weight * len(node.text().strip())
    return max(totals, key=lambda name: totals[name]) if totals else ""


def _holds(node: LexborNode, apart: set[int]) -> bool:
    return any(child.mem_id in apart for child in node.css("*"))


def _time_nodes(tree: LexborHTMLParser, now: datetime, zone: tzinfo) -> list[tuple[LexborNode, ReadTime]]:
    found: list[tuple[LexborNode, ReadTime]] = []
    for node in {node.mem_id: node for node in tree.css(_TIME_PLACES)}.values():  # one node may match twice
        machine = node.attributes.get("datetime") or node.attributes.get("title") or ""
        time = read_time(machine, now, zone) if machine else None
        if time is None and all(child.tag in _INSIDE_TIMES for child in node.iter()):
            words = node.text().strip()
            time = read_time(words, now, zone) if _is_time_like(words) else None
        elif time is None and len(words := " ".join(node.text(separator=" ").split())) <= LONGEST_SPLIT_DATE:
            time = read_time(_whole_date(words), now, zone)
        if time is not None:
            found.append((node, time))
    return found


def _whole_date(words: str) -> str:
    """Return "13 2026-03" or "2026/03 13" (a calendar leaf before each line of news) as one date, else nothing."""
    match = _SPLIT_DATE.match(words)
    return (
        f"{match['year'] or match['year2']}-{match['month'] or match['month2']}-{match['day'] or match['day2']}"
        if match
        else ""
    )


def _is_time_like(words: str) -> bool:
    return 0 < len(words) <= LONGEST_TIME_TEXT and len(_OF_TIMES.sub("", words)) <= OTHER_SIGNS


def _points(blocks: list[Block], *, with_links: bool) -> float:
    if len(blocks) == 1 and (with_links or not _is_numbered(blocks[0].node)):
        return 0.0
    points = 0.0
    for block in blocks:
        links = sum(len(link.text().strip()) for link in block.node.css("a[href]"))
        if with_links:
            points += POINTS_A_BLOCK + min(links, TEXT_COUNTED) if links >= LEAST_TEXT else 0
            continue
        text = len(block.node.text().strip()) - links
        text -= sum(len(node.text().strip()) for node in block.time_nodes)
        points += POINTS_A_BLOCK + min(text, TEXT_COUNTED) if text >= LEAST_TEXT else 0
    has_author = sum(find_author(block) is not None for block in blocks) * 2 >= len(blocks)
    return points * (2 if has_author else 1)


def _is_numbered(node: LexborNode) -> bool:
    return bool(native_id(node) or _NUMBERED_ID.match(node.attributes.get("id") or ""))
