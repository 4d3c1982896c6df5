"""Stage 1: lists of letters. In: a table with a head, rows by selectors, or an object. Out: rows that lead to letters.

A row's marker is what may change about its letter: time, state, unit. A row whose state says that nothing more will
come is settled: its letter is not read again for an answer.
"""

from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.pages.board_rules import address_behind, field_of, is_settled, letter_address
from crawler.pages.letter_id import letter_id
from crawler.pages.parsed_page import ListRow, Options, ParsedPage
from crawler.pages.read_object import read_object, value_at
from crawler.pages.read_text import text_of

LEAST_COLUMNS = 3  # two columns are a table of labels


def read_list_table(tree: LexborHTMLParser, url: str, options: Options) -> ParsedPage | None:
    """Read the table whose head names a title and whose rows link to letters; None when there is none."""
    for table in tree.css("table"):
        rows = table.css("tr")
        heads = [field_of(cell.text(), options) for cell in rows[0].css("th, td")] if rows else []
        if "title" not in heads or len(heads) < LEAST_COLUMNS:
            continue
        page = ParsedPage()
        for row in rows[1:]:
            cells = zip(heads, row.css("td"), strict=False)
            values = {name: " ".join(cell.text().split()) for name, cell in cells if name}
            _add_row(page, row.css_first("a[href]"), values, url, options)
        return page
    return None


def read_list_by_selectors(tree: LexborHTMLParser, url: str, options: Options) -> ParsedPage | None:
    """Read the rows that `list_selectors` describe; None when the source has no such rule."""
    chosen: Mapping[str, str] = options.get("list_selectors", {})
    if "row" not in chosen:
        return None
    page = ParsedPage()
    for row in tree.css(chosen["row"]):
        fields = {name: row.css_first(selector) for name, selector in chosen.items() if name != "row"}
        values = {name: " ".join(node.text().split()) for name, node in fields.items() if node is not None}
        title = fields.get("title")
        link = title if title is not None and title.tag == "a" else (title or row).css_first("a[href]")
        _add_row(page, link, values, url, options)
    return page


def read_list_object(text: str, url: str, options: Options) -> ParsedPage | None:
    """Read the rows of an object by `list_object`; None when the source has no such rule or the text no such object."""
    names: Mapping[str, str] = options.get("list_object", {})
    found = value_at(read_object(text), names["rows"]) if names else None
    if not isinstance(found, list):
        return None
    page = ParsedPage()
    for item in found:
        values = {name: str(value_at(item, path) or "") for name, path in names.items() if name != "rows"}
        address = letter_address(url, values.get("number", ""), options)
        if address:
            _add(page, values["number"], address, values, options)
    return page


def _add_row(page: ParsedPage, link: LexborNode | None, values: dict[str, str], url: str, options: Options) -> None:
    address = address_behind(url, (link.attributes.get("href") or "").strip(), options) if link is not None else ""
    if link is None or not address:
        return
    values["title"] = link.attributes.get("title") or values.get("title", "") or text_of(link)
    _add(page, letter_id(address), address, values, options)


def _add(page: ParsedPage, key: str, address: str, values: dict[str, str], options: Options) -> None:
    marker = "|".join(values.get(name, "") for name in ("written", "state", "unit"))
    row = ListRow(key, address, marker, title=values.get("title", ""))
    row.settled = is_settled(values.get("state", ""), options)
    page.rows.append(row)
