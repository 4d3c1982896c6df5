"""Kibana: builds all objects of a flavour, and the file in which they travel. The same input gives the same bytes."""

from collections.abc import Iterable
from pathlib import Path

from kibana.dashboards import render_dashboard, render_parts, render_search
from kibana.data_views import Names, render_views
from kibana.flavour import Flavour, Object, packed
from kibana.panels import DASHBOARDS, SEARCHES

DEFAULT_PREFIX = "huiyin-"
HERE = Path(__file__).parent


def build(flavour: Flavour, prefix: str = DEFAULT_PREFIX, names: Names | None = None) -> list[Object]:
    """Return every object, those that others refer to first.

    Args:
        flavour: `lens` for Kibana 8.9 and newer, `classic` for 7.10 and newer and OpenSearch Dashboards.
        prefix: Of the school's indices.
        names: The school's words for its codes: `departments` and `sources`, id → name.
    """
    parts = [part for board in DASHBOARDS for part in render_parts(board)] if flavour == "classic" else []
    return [
        *render_views(flavour, prefix, names or {}),
        *(render_search(flavour, search) for search in SEARCHES),
        *parts,
        *(render_dashboard(flavour, board) for board in DASHBOARDS),
    ]


def as_ndjson(objects: Iterable[Object]) -> bytes:
    """Return one object a line, UTF-8, the last line ended too."""
    return "".join(f"{packed(each)}\n" for each in objects).encode()


def file_of(flavour: Flavour) -> Path:
    """Return the file that comes with the product: for the default prefix, without a school's names."""
    return HERE / f"huiyin-{flavour}.ndjson"
