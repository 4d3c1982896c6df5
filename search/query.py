"""Stage 3: a query as every store understands it, and the fields that staff may name. Parsed by `parse_query.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["text", "level", "word", "list", "date", "after", "before", "number", "flag"]
Operator = Literal["=", ">=", "<=", ">", "<"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words somewhere in a post (`column` empty), or only in its title or content; `exact` as one unbroken piece."""

    text: str
    exact: bool
    column: Literal["", "title", "content"] = ""


@dataclass(frozen=True, slots=True)
class Among:
    """A field has one of these values (for lists: holds one of them)."""

    name: str
    values: tuple[str, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """A number field compared."""

    name: str
    operator: Operator
    value: float


@dataclass(frozen=True, slots=True)
class Between:
    """Published (else heard) in [start, end), aware UTC; None is open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Holds:
    """Whether a field is set: vanished_at, edited_at, false_alarm …"""

    name: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


Node = Text | Among | Compare | Between | Holds | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `root` None finds everything (written `*`)."""

    root: Node | None

    def texts(self) -> list[Text]:
        """Return the wanted texts, for highlighting (not those behind NOT)."""
        return list(_wanted(self.root)) if self.root else []


def _wanted(node: Node) -> Iterator[Text]:
    if isinstance(node, Text):
        yield node
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _wanted(part)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a field's name means: the post's field and how its value reads."""

    name: str
    kind: Kind


FIELDS = {
    ("title", "标题"): FieldRule("title", "text"),
    ("content", "正文"): FieldRule("content", "text"),
    ("level", "等级"): FieldRule("level_code", "level"),
    ("category", "类别"): FieldRule("category", "word"),
    ("topic", "主题"): FieldRule("topics", "list"),
    ("site", "站点"): FieldRule("site", "word"),
    ("source", "信源"): FieldRule("source_id", "word"),
    ("department", "部门"): FieldRule("departments", "list"),
    ("event", "事件"): FieldRule("event_id", "number"),
    ("case", "案件"): FieldRule("case_no", "word"),
    ("state", "研判"): FieldRule("review_state", "word"),
    ("outcome", "结果"): FieldRule("outcome", "word"),
    ("published", "发布"): FieldRule("post_id", "date"),
    ("after", "起"): FieldRule("post_id", "after"),
    ("before", "止"): FieldRule("post_id", "before"),
    ("copies", "转载"): FieldRule("copies", "number"),
    ("replies", "回复"): FieldRule("replies", "number"),
    ("likes", "点赞"): FieldRule("likes", "number"),
    ("reposts", "转发"): FieldRule("reposts", "number"),
    ("views", "浏览"): FieldRule("views", "number"),
    ("score", "分值"): FieldRule("score", "number"),
    ("vanished", "消失"): FieldRule("vanished_at", "flag"),
    ("edited", "编辑"): FieldRule("edited_at", "flag"),
    ("false_alarm", "误报"): FieldRule("false_alarm", "flag"),
}
RULES = {name: rule for names, rule in FIELDS.items() for name in names}
