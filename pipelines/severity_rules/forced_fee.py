"""Stage 2, step 6, rule forced_fee: illegal or forced fees."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "违规或强制收费"
WHY = "违规收费、强制购买、有偿补课"
SOURCE = "severity-guide §2 重大"
UNITS = ("财务", "纪检", "教务")
TOPIC = "学生管理"
NEEDS = ("forced_fee",)
EXAMPLES = {
    "positive": ("学院强制购买平板，不买就不让上课", "辅导员私自收费三百块没有收据"),
    "negative": ("学费什么时候交",),
    "near_miss": ("食堂涨价了，太贵",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when money is at stake."""
    return weigh(view, ("forced_fee",), SERIOUS) if view.has("money") else None
