"""Stage 2, step 6, rule smoke_or_burning_smell: smoke or a burning smell, no fire yet."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "冒烟、火花、焦糊味"
WHY = "尚未成灾但可能起火"
SOURCE = "severity-guide §2 重大（隐患）"
UNITS = ("后勤", "保卫")
TOPIC = "校园安全"
NEEDS = ("small_fire",)
EXAMPLES = {
    "positive": ("寝室插座冒烟了，一股烧焦味",),
    "negative": ("嗓子冒烟，想喝水",),
    "near_miss": ("消防演练里用烟雾弹模拟冒烟",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding, or None."""
    return weigh(view, ("small_fire",), SERIOUS)
