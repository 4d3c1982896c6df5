"""Kibana: the two flavours and what they may write: version stamps, attributes, types; and small parts both use.

Stamps are low on purpose: a Kibana that knows less refuses the whole file, and one without a stamp runs every
migration since 7.7 over the object (measured; kept in step with `check_objects.py`).
"""

import json
from typing import Any, Literal

Flavour = Literal["lens", "classic"]
FLAVOURS: tuple[Flavour, ...] = ("lens", "classic")
CORE_STAMP = "8.8.0"
LENS_STAMPS = {"index-pattern": "8.0.0", "search": "8.0.0", "dashboard": "8.9.0"}
CLASSIC_STAMPS = {"index-pattern": "7.6.0", "search": "7.9.3", "dashboard": "7.9.3", "visualization": "7.10.0"}
PANEL_VERSION = {"lens": "8.9.0", "classic": "7.10.2"}
PREFIX = "huiyin-"
SOURCE_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index"
GRID_COLUMNS = 48
EMPTY_QUERY = {"query": "", "language": "kuery"}
Object = dict[str, Any]


def packed(value: Any) -> str:
    """Return a value as the JSON string that saved objects hold inside."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def saved(flavour: Flavour, kind: str, name: str, attributes: Object, references: list[Object]) -> Object:
    """Return one saved object with its stamps; the id is the name, so that every build gives the same."""
    stamps: Object = {"migrationVersion": {kind: CLASSIC_STAMPS[kind]}}
    if flavour == "lens":
        stamps = {"coreMigrationVersion": CORE_STAMP, "typeMigrationVersion": LENS_STAMPS[kind], "managed": False}
    return {"type": kind, "id": f"{PREFIX}{name}", **stamps, "attributes": attributes, "references": references}


def view_reference(view: str, name: str = SOURCE_INDEX) -> Object:
    """Return the reference to a data view under the exact name that Kibana looks for."""
    return {"type": "index-pattern", "id": f"{PREFIX}{view}", "name": name}


def source_of(query: str) -> Object:
    """Return the meta of an object that queries one data view; without `indexRefName` Kibana finds none."""
    source = {"query": {"query": query, "language": "kuery"}, "filter": [], "indexRefName": SOURCE_INDEX}
    return {"searchSourceJSON": packed(source)}
