"""Kibana: the role of staff who only look: read our three aliases, open dashboards and lists, change nothing."""

from typing import Any

from kibana.fields import VIEWS

READER = "huiyin-reader"


def reader_role(prefix: str, space: str = "default") -> dict[str, Any]:
    """Return the body of `PUT /api/security/role/huiyin-reader`."""
    rights = {"names": [f"{prefix}{view}" for view in VIEWS], "privileges": ["read", "view_index_metadata"]}
    features = {"discover": ["read"], "dashboard": ["read"], "visualize": ["read"]}
    return {
        "elasticsearch": {"cluster": [], "indices": [rights]},
        "kibana": [{"base": [], "feature": features, "spaces": [space]}],
    }
