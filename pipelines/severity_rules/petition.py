"""Stage 2, step 6, rule petition: a petition or open letter."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import ORDINARY, Finding, weigh

TITLE = "联名信、公开信"
WHY = "联名和公开信是表达，不是聚集"
SOURCE = "severity-guide §2 一般（已定疑点）"
UNITS = ("学工",)
TOPIC = "学生管理"
NEEDS = ("petition",)
EXAMPLES = {
    "positive": ("关于延长图书馆开放时间的联名信",),
    "negative": ("签名墙上写满了祝福，照片里都是人",),
    "near_miss": ("作家来校签名售书",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when something is asked for together."""
    return weigh(view, ("petition",), ORDINARY) if view.has("suggestion", "complaint", "petition_word") else None
