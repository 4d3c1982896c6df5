"""Stage 1: which options the sources of each spider may have. A source's options come in, what is wrong goes out.

A spider gets a row here and in docs/parts.md when its options are to be checked; of one without only the common are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from foundation.config import Mistake, nearest

Check = Callable[[Any], bool]


def is_count(value: Any) -> bool:
    """Return whether a value is a whole number from 0 on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_amount(value: Any) -> bool:
    """Return whether a value is a number from 0 on."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def is_text(value: Any) -> bool:
    """Return whether a value is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def is_truth(value: Any) -> bool:
    """Return whether a value is true or false."""
    return isinstance(value, bool)


def are_texts(value: Any) -> bool:
    """Return whether a value is a list of texts."""
    return isinstance(value, list) and all(is_text(item) for item in value)


def is_selector(value: Any) -> bool:
    """Return whether a value is a CSS selector (or the name of an attribute) that the parser can read."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # late, as below

    try:
        return is_text(value) and LexborHTMLParser("<p>").css(value) is not None
    except SelectolaxError:
        return False


def are_selectors(value: Any) -> bool:
    """Return whether a value names CSS selectors by the names that the microblog parser knows."""
    from crawler.pages.microblog_page import SELECTORS  # late: most runs need no parser to read a school's folder

    return _selects(value, SELECTORS)


def are_labels(value: Any) -> bool:
    """Return whether a value gives words to fields of a letter."""
    from crawler.pages.board_rules import LABELS  # late, as above

    return isinstance(value, dict) and all(name in LABELS and are_texts(words) for name, words in value.items())


def are_states(value: Any) -> bool:
    """Return whether a value gives our state to words of a board."""
    from crawler.pages.board_rules import STATES  # late, as above

    return isinstance(value, dict) and all(is_text(word) and state in STATES for word, state in value.items())


def are_list_selectors(value: Any) -> bool:
    """Return whether a value describes the rows of a list of letters."""
    from crawler.pages.board_rules import LIST_FIELDS  # late, as above

    return _selects(value, LIST_FIELDS) and "row" in value


def are_letter_selectors(value: Any) -> bool:
    """Return whether a value describes the fields of a letter."""
    from crawler.pages.board_rules import LABELS  # late, as above

    return _selects(value, LABELS)


def is_list_object(value: Any) -> bool:
    """Return whether a value says where the letters stand in an object."""
    from crawler.pages.board_rules import OBJECT_FIELDS  # late, as above

    known = isinstance(value, dict) and all(name in OBJECT_FIELDS and is_text(path) for name, path in value.items())
    return known and {"rows", "number"} <= value.keys()


def is_encoding(value: Any) -> bool:
    """Return whether a value names an encoding of pages."""
    from crawler.decode import is_encoding_of_pages  # late, as above

    return is_text(value) and is_encoding_of_pages(value)


def are_rules(value: Any) -> bool:
    """Return whether a value names CSS selectors by the names of a board's rule file."""
    from crawler.pages.rule_page import RULES  # late, as above

    return _selects(value, RULES)


def is_zone(value: Any) -> bool:
    """Return whether a value is the name of a time zone."""
    try:
        return is_text(value) and bool(ZoneInfo(value))
    except (KeyError, OSError, ValueError):  # unknown names, folders, paths
        return False


def _selects(value: Any, names: Iterable[str]) -> bool:
    return isinstance(value, dict) and all(name in names and is_selector(item) for name, item in value.items())


COUNT: tuple[Check, str] = (is_count, "应当是不小于 0 的整数")
HOURS: tuple[Check, str] = (is_amount, "应当是不小于 0 的数字")
TEXT: tuple[Check, str] = (is_text, "应当是文字")
TRUTH: tuple[Check, str] = (is_truth, "应当是 true 或 false")
HOSTS: tuple[Check, str] = (are_texts, "应当是域名的列表")
CSS: tuple[Check, str] = (are_selectors, "应当是一组 名字: CSS 选择器，名字见 docs/parts.md")
ZONE: tuple[Check, str] = (is_zone, "应当是时区名，例如 Asia/Shanghai")

RULES: tuple[Check, str] = (are_rules, "应当是一组 名字: CSS 选择器，名字见 docs/parts.md 的规则表")
ENCODING: tuple[Check, str] = (is_encoding, "应当是编码名，例如 gb18030")
RULE_PLACE = "写法见 docs/parts.md 的留言板规则"
BOARD: dict[str, tuple[Check, str]] = {
    "labels": (are_labels, f"应当是 字段: [说法]，{RULE_PLACE}"),
    "states": (are_states, f"应当是 网站的状态: 本系统的状态，{RULE_PLACE}"),
    "list_selectors": (are_list_selectors, f"应当是 字段: CSS 选择器，其中有 row，{RULE_PLACE}"),
    "letter_selectors": (are_letter_selectors, f"应当是 字段: CSS 选择器，{RULE_PLACE}"),
    "list_object": (is_list_object, f"应当是 字段: 位置，其中有 rows 和 number，{RULE_PLACE}"),
    "list_address": (lambda value: is_text(value) and "{page}" in value, f"应当是含 {{page}} 的地址，{RULE_PLACE}"),
    "letter_address": (
        lambda value: is_text(value) and "{number}" in value,
        f"应当是含 {{number}} 的地址，{RULE_PLACE}",
    ),
}
FORUM = {
    "selectors": RULES,
    "encoding": ENCODING,
    "list_pages": COUNT,
    "thread_pages": COUNT,
    "recheck_hours": HOURS,
    "zone": ZONE,
}
COMMON = {"recheck_hours": HOURS, "zone": ZONE}
OF_POSTING = frozenset(("method", "post", "form", "formdata", "body", "data", "payload"))
INSTEAD = "只认 POST 的列表不能抓：请网站给一份导出，用 huiyin import 导入（docs/listening.md）"
OPTIONS: Mapping[str, Mapping[str, tuple[Check, str]]] = {
    "discuz": FORUM,
    "forum": FORUM,
    "tieba": {name: check for name, check in FORUM.items() if name not in ("selectors", "encoding")},
    "message_board": {**BOARD, "encoding": ENCODING, "list_pages": COUNT, "recheck_hours": HOURS, "zone": ZONE},
    "feed": {
        "article": TEXT,
        "comments": COUNT,
        "full_text": TRUTH,
        "list_pages": COUNT,
        "recheck_hours": HOURS,
        "zone": ZONE,
    },
    "microblog": {
        "browser": TRUTH,
        "comments": COUNT,
        "own_pages": TRUTH,
        "recheck_hours": HOURS,
        "scrolls": COUNT,
        "selectors": CSS,
        "wait_seconds": HOURS,
        "hosts": HOSTS,
        "zone": ZONE,
    },
}


def check_options(spider: str, options: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield what is wrong with a source's options, each with its place in the source's file."""
    known = OPTIONS.get(spider, COMMON)
    is_free = spider not in OPTIONS  # a kind without a row may have options of its own
    for name, value in options.items():
        path = ("options", name)
        if name.lower() in OF_POSTING:
            yield Mistake(f"回音只读网页，不向网站提交任何东西（POST），options.{name} 不能写", INSTEAD, path)
            continue
        if name not in known:
            if is_free:
                continue
            near = nearest(name, known)
            hint = f"是不是 {near}？" if near else f"可用的选项：{'、'.join(sorted(known))}"
            yield Mistake(f"{spider} 没有选项 {name}", hint, path)
            continue
        fits, words = known[name]
        if not fits(value):
            yield Mistake(f"options.{name} {words}", "各爬虫的选项见 docs/parts.md", path)
