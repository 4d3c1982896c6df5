"""Kibana: dashboards and saved searches as saved objects; panels flow from left to right, row by row."""

from collections.abc import Sequence

from kibana import classic, lens
from kibana.flavour import (
    EMPTY_QUERY,
    GRID_COLUMNS,
    PANEL_VERSION,
    PREFIX,
    Flavour,
    Object,
    packed,
    saved,
    source_of,
    view_reference,
)
from kibana.panel import Dashboard, Note, Panel, SavedSearch

Part = Panel | Note | SavedSearch


def render_search(flavour: Flavour, search: SavedSearch) -> Object:
    """Return a saved search."""
    attributes: Object = {
        "title": search.title,
        "description": search.what,
        "columns": list(search.columns),
        "sort": [[search.newest_by, "desc"]],
        "kibanaSavedObjectMeta": source_of(search.query),
    }
    if flavour == "lens":
        attributes |= {"grid": {}, "hideChart": True, "isTextBasedQuery": False, "timeRestore": False}
    return saved(flavour, "search", search.id, attributes, [view_reference(search.about)])


def render_dashboard(flavour: Flavour, board: Dashboard) -> Object:
    """Return a dashboard; its time range is restored, else Kibana would show its own fifteen minutes."""
    panels: list[Object] = []
    references: list[Object] = []
    for place, part in zip(places(board.parts), board.parts, strict=True):
        shown, reference = (_lens_part if flavour == "lens" else _classic_part)(part, len(references))
        panels.append({"panelIndex": part.id, "gridData": {**place, "i": part.id}, **shown})
        references += reference
    options: Object = {"useMargins": True, "hidePanelTitles": False}
    if flavour == "lens":
        options |= {"syncColors": True, "syncCursor": True, "syncTooltips": False}
    attributes = {
        "title": board.title,
        "description": board.what,
        "version": 1,
        "timeRestore": True,
        "timeFrom": board.since,
        "timeTo": "now",
        "refreshInterval": {"pause": True, "value": 60000},
        "optionsJSON": packed(options),
        "panelsJSON": packed(panels),
        "kibanaSavedObjectMeta": {"searchSourceJSON": packed({"query": EMPTY_QUERY, "filter": []})},
    }
    return saved(flavour, "dashboard", board.id, attributes, references)


def places(parts: Sequence[Part]) -> list[dict[str, int]]:
    """Return where each part stands: x, y, w, h in a grid of 48 columns."""
    found = []
    x = y = tallest = 0
    for part in parts:
        if x + part.width > GRID_COLUMNS:
            x, y, tallest = 0, y + tallest, 0
        found.append({"x": x, "y": y, "w": part.width, "h": part.height})
        x, tallest = x + part.width, max(tallest, part.height)
    return found


def _lens_part(part: Part, _number: int) -> tuple[Object, list[Object]]:
    if isinstance(part, Panel):
        return lens.render_panel(part), [lens.lifted_reference(part)]
    if isinstance(part, SavedSearch):
        reference = {"type": "search", "id": f"{PREFIX}{part.id}", "name": f"{part.id}:panel_{part.id}"}
        shown = {"type": "search", "version": PANEL_VERSION["lens"], "panelRefName": f"panel_{part.id}"}
        return {**shown, "title": part.title, "embeddableConfig": {"enhancements": {}}}, [reference]
    source = {"query": EMPTY_QUERY, "filter": []}
    words = {
        "id": "", "title": part.title, "description": "", "type": "markdown", "uiState": {},
        "params": {"fontSize": 12, "openLinksInNewTab": False, "markdown": part.words},
        "data": {"aggs": [], "searchSource": source},
    }  # fmt: skip
    embedded = {"savedVis": words, "enhancements": {}}
    shown = {"type": "visualization", "version": PANEL_VERSION["lens"], "title": part.title}
    return {**shown, "embeddableConfig": embedded}, []


def _classic_part(part: Part, number: int) -> tuple[Object, list[Object]]:
    kind, name = ("search", part.id) if isinstance(part, SavedSearch) else ("visualization", f"vis-{part.id}")
    bare = f"panel_{number}"  # 7.10 knows no other form; newer ones rename it themselves
    shown = {"version": PANEL_VERSION["classic"], "panelRefName": bare, "title": part.title, "embeddableConfig": {}}
    return shown, [{"type": kind, "id": f"{PREFIX}{name}", "name": bare}]


def render_parts(board: Dashboard) -> list[Object]:
    """Return the objects that a classic dashboard refers to, besides saved searches."""
    shown = [part for part in board.parts if not isinstance(part, SavedSearch)]
    return [classic.render_note(part) if isinstance(part, Note) else classic.render_panel(part) for part in shown]
