"""Stage 1: the one definition of a post's fields. Tables, mappings and data views are derived from it.

A Scrapy item is one `Page` of `Post`s. Spiders fill the part "as heard", pipeline steps the part "as understood",
later stages the part "as answered". Every field says why it exists, what kind it is and how long it may be kept.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

Kind = Literal["id", "keyword", "text", "date", "integer", "float", "boolean", "object"]

POST_TEXT_DAYS = 90  # PRIVACY.md 7: default life of post text outside cases; the school may shorten it


@dataclass(frozen=True, slots=True)
class About:
    """What a field is.

    Attributes:
        label: What people call it.
        kind: Kind of its values.
        why: Why it exists.
        retention_days: Days it is kept; 0: as long as the row.
        searchable: Whether it enters the index.
        counted: A text that is also counted as a whole on Elasticsearch, as `<name>.whole`.
    """

    label: str
    kind: Kind
    why: str
    retention_days: int = 0
    searchable: bool = True
    counted: bool = False


def _about(
    label: str, kind: Kind, why: str, *, days: int = 0, searchable: bool = True, counted: bool = False
) -> dict[str, About]:
    return {"about": About(label, kind, why, days, searchable, counted)}


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding 依据 behind a score: the rule's file name, its Chinese title, its points, the words that fired it."""

    rule: str
    title: str
    points: float
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class Post:
    """One public post 帖文. Instants are aware UTC; counts are None when the page does not show them."""

    # as heard: filled by spiders
    source_id: str = field(default="", metadata=_about("信源", "keyword", "哪个信源听到的"))
    site: str = field(default="", metadata=_about("站点", "keyword", "同站去重与传播统计"))
    site_kind: str = field(default="", metadata=_about("站点类型", "keyword", "按渠道筛选"))
    key: str = field(default="", metadata=_about("键", "keyword", "每帖只听一次", searchable=False))
    thread_key: str = field(default="", metadata=_about("所在主题", "keyword", "主帖与跟帖成一事件"))
    floor: int = field(default=0, metadata=_about("楼层", "integer", "0 未知，1 主帖"))
    url: str = field(default="", metadata=_about("网址", "keyword", "回到原文"))
    title: str = field(default="", metadata=_about("标题", "text", "检索与研判", days=POST_TEXT_DAYS))
    content: str = field(default="", metadata=_about("正文", "text", "检索与研判", days=POST_TEXT_DAYS))
    quote: str = field(
        default="", metadata=_about("引用", "text", "与本人的话分开", days=POST_TEXT_DAYS, searchable=False)
    )
    author: str = field(
        default="", metadata=_about("化名", "keyword", "键的一部分，不可检索", days=365, searchable=False)
    )
    pictures: int = field(default=0, metadata=_about("图片数", "integer", "只计数，不下载"))
    published_at: datetime | None = field(default=None, metadata=_about("发布时间", "date", "时限与排序"))
    published_text: str = field(default="", metadata=_about("时间原文", "keyword", "解析可复核", searchable=False))
    time_precision: str = field(
        default="unknown", metadata=_about("时间精度", "keyword", "second/minute/hour/day/unknown")
    )
    fetched_at: datetime | None = field(default=None, metadata=_about("抓取时间", "date", "与发布时间分开"))
    replies: int | None = field(default=None, metadata=_about("回复数", "integer", "热度"))
    likes: int | None = field(default=None, metadata=_about("点赞数", "integer", "热度"))
    reposts: int | None = field(default=None, metadata=_about("转发数", "integer", "热度"))
    views: int | None = field(default=None, metadata=_about("浏览数", "integer", "热度"))
    capped_counts: tuple[str, ...] = field(
        default=(), metadata=_about("计数下限", "keyword", "这些计数网站只写“100万+”，实际只多不少", searchable=False)
    )
    official_reply: str = field(
        default="", metadata=_about("站方回复", "text", "留言板答复，只用于提议停表", days=POST_TEXT_DAYS)
    )
    official_reply_at: datetime | None = field(default=None, metadata=_about("站方回复时间", "date", "答复时延"))

    # as understood: filled by pipeline steps, in their order
    relevant: bool = field(default=True, metadata=_about("与本校有关", "boolean", "过滤重名"))
    relevance: float = field(default=0.0, metadata=_about("相关度", "float", "0 到 1"))
    relevance_reason: str = field(default="", metadata=_about("相关依据", "keyword", "说明为何相关", searchable=False))
    duplicate_key: str = field(default="", metadata=_about("重复于键", "keyword", "写入时换成帖文号", searchable=False))
    duplicate_of: int | None = field(default=None, metadata=_about("重复于", "id", "转载归并"))
    similarity: float = field(default=0.0, metadata=_about("相似度", "float", "归并依据", searchable=False))
    category: str = field(default="其他", metadata=_about("类别", "keyword", "Z1.6.1-c"))
    topics: tuple[str, ...] = field(default=(), metadata=_about("主题", "keyword", "Z10.4-2"))
    level_code: int = field(default=0, metadata=_about("等级码", "integer", "0 无 1 一般 2 重大 3 特别重大"))
    level: str = field(default="无", metadata=_about("等级", "keyword", "Z1.6.2"))
    score: float = field(default=0.0, metadata=_about("分值", "float", "排序与解释"))
    reasons: tuple[Reason, ...] = field(default=(), metadata=_about("依据", "object", "为何是这个等级"))
    counterfactual: str = field(
        default="", metadata=_about("反事实", "keyword", "去掉什么会改变等级", searchable=False)
    )
    restricted: bool = field(default=False, metadata=_about("先救助", "boolean", "只到心理老师", searchable=False))
    confidential: bool = field(default=False, metadata=_about("保密", "boolean", "案件已设保密", searchable=False))
    departments: tuple[str, ...] = field(default=(), metadata=_about("责任部门", "keyword", "部门编号，最可能的在前"))
    outcome: str = field(default="", metadata=_about("结果", "keyword", "每帖恰有一个结果"))
    outcome_reason: str = field(default="", metadata=_about("结果原因", "keyword", "可复核", searchable=False))

    # as remembered and answered: filled by the ledger and later stages
    post_id: int | None = field(default=None, metadata=_about("帖文号", "id", "按时间递增，一次分配"))
    content_hash: str = field(default="", metadata=_about("内容散列", "keyword", "发现编辑", searchable=False))
    version: int = field(default=1, metadata=_about("版本", "integer", "编辑即新版本"))
    revision: int = field(default=1, metadata=_about("修订", "integer", "索引跟随"))
    first_seen_at: datetime | None = field(default=None, metadata=_about("首次听到", "date", "发现时间"))
    edited_at: datetime | None = field(default=None, metadata=_about("编辑时间", "date", "证据"))
    vanished_at: datetime | None = field(default=None, metadata=_about("消失时间", "date", "证据"))
    copies: int = field(default=0, metadata=_about("转载数", "integer", "传播"))
    review_state: str = field(default="待研判", metadata=_about("研判状态", "keyword", "待研判/已确认/误报/不相关"))
    false_alarm: bool = field(default=False, metadata=_about("误报", "boolean", "误报率"))
    event_id: int | None = field(default=None, metadata=_about("事件号", "id", "归并"))
    event_title: str = field(default="", metadata=_about("事件", "text", "检索", days=POST_TEXT_DAYS, counted=True))
    case_no: str = field(default="", metadata=_about("案件号", "keyword", "办理"))

    @property
    def is_reply(self) -> bool:
        """Whether it answers in another post's thread: its title is then the thread's, not its own words."""
        return self.floor > 1 or (self.floor == 0 and self.thread_key not in ("", self.key))


@dataclass(slots=True)
class Page:
    """One fetched page as Scrapy item: its posts, and what else the page told.

    Attributes:
        source_id: Source whose round fetched it.
        url: Address of the page.
        fetched_at: Instant of the response, aware UTC.
        posts: Posts in page order.
        vanished: Keys of known posts that this page proves gone.
        vanished_threads: Keys of known threads (`Post.thread_key`) that the site no longer shows, with all their posts.
        history: Keys of posts of long ago that are no news (`crawler/history.py`, imports): kept, never alarming.
    """

    source_id: str
    url: str
    fetched_at: datetime
    posts: list[Post] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    vanished_threads: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)


def post_fields() -> dict[str, About]:
    """Return every field of a post with its description, in order."""
    return {item.name: item.metadata["about"] for item in fields(Post)}


def as_row(post: Post) -> dict[str, Any]:
    """Return the post as a plain dictionary (field name → value), without copying values."""
    return {name: getattr(post, name) for name in POST_FIELD_NAMES}


def post_from_row(row: dict[str, Any]) -> Post:
    """Return the post of `as_row` after it went through JSON: instants, reasons and tuples are themselves again."""
    values = dict(row)
    for item in fields(Post):
        value = values.get(item.name)
        if "datetime" in str(item.type) and isinstance(value, str):
            values[item.name] = datetime.fromisoformat(value)
        elif isinstance(value, list):
            values[item.name] = tuple(value)
    values["reasons"] = tuple(Reason(**reason | {"words": tuple(reason["words"])}) for reason in values["reasons"])
    return Post(**values)


POST_FIELD_NAMES = tuple(item.name for item in fields(Post))
