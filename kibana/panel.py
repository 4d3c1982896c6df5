"""Kibana: the records of which the declarative list consists: dashboards of panels, saved searches."""

from dataclasses import dataclass
from typing import Literal

About = Literal["posts", "cases", "patrol"]
Kind = Literal["number", "bars", "rows", "pie", "table", "heatmap", "words"]
Operation = Literal["count", "sum", "average", "median", "max", "unique_count"]


@dataclass(frozen=True, slots=True)
class Bucket:
    """One way to divide what is counted: by value, by day, or by named queries.

    Attributes:
        label: What the axis or column is called.
        field: The field; empty for named queries.
        size: How many values are shown, most frequent first.
        by_day: The field is a date, divided by days of the school.
        queries: (label, KQL) in a fixed order.
    """

    label: str
    field: str = ""
    size: int = 20
    by_day: bool = False
    queries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured: how many, or a value of a number field."""

    label: str
    operation: Operation = "count"
    field: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: what of which records, divided how, drawn how; width and height in Kibana's grid of 48 columns."""

    id: str
    title: str
    kind: Kind
    about: About
    metric: Metric
    query: str = ""
    buckets: tuple[Bucket, ...] = ()
    width: int = 24
    height: int = 12


@dataclass(frozen=True, slots=True)
class Note:
    """Some words on a dashboard."""

    id: str
    title: str
    words: str
    width: int = 48
    height: int = 4


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One list of records."""

    id: str
    title: str
    about: About
    query: str
    columns: tuple[str, ...]
    newest_by: str
    what: str
    width: int = 48
    height: int = 16


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One dashboard; `since` is where its time range begins (it ends now)."""

    id: str
    title: str
    what: str
    parts: tuple[Panel | Note | SavedSearch, ...]
    since: str = "now-7d/d"
