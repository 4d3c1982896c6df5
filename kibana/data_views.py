"""Kibana: the data views, over the aliases (never a pattern: it would count every record twice while two generations
stand), with Chinese labels for every field and words for codes.
"""

from collections.abc import Mapping

from kibana.fields import TIME_FIELDS, VIEW_TITLES, VIEWS, fields_of, words_of
from kibana.flavour import Flavour, Object, packed, saved
from search.mapping import POSTS
from search.sqlite_store import TOKEN_COLUMNS

Names = Mapping[str, Mapping[str, str]]


def render_views(flavour: Flavour, prefix: str, names: Names) -> list[Object]:
    """Return one data view a kind of record."""
    return [_view(flavour, view, prefix, names) for view in VIEWS]


def _view(flavour: Flavour, view: str, prefix: str, names: Names) -> Object:
    labels = {name: {"customLabel": about.label} for name, about in fields_of(view).items()}
    attributes: Object = {
        "title": f"{prefix}{view}",
        "fields": "[]",
        "fieldFormatMap": packed(_formats(view, names)),
        "sourceFilters": packed([{"value": name} for name in (TOKEN_COLUMNS if view == POSTS else ())]),
    }
    if TIME_FIELDS[view]:
        attributes["timeFieldName"] = TIME_FIELDS[view]
    if flavour == "lens":
        attributes |= {"name": f"回音 · {VIEW_TITLES[view]}", "allowNoIndex": True, "runtimeFieldMap": "{}"}
        attributes["fieldAttrs"] = packed(labels)
    return saved(flavour, "index-pattern", view, attributes, [])


def _formats(view: str, names: Names) -> Object:
    formats: Object = {}
    for field, words in words_of(view, names).items():
        entries = [{"key": code, "value": title} for code, title in words.items()]
        formats[field] = {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}
    if view == POSTS:
        formats["url"] = {"id": "url", "params": {"type": "a", "labelTemplate": "原帖", "openLinkInCurrentTab": False}}
    return formats
