"""Stage 2, step 6, rule missing_money: missing money, bribes, kickbacks."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "钱款去向不明"
WHY = "克扣、挪用、截留、回扣"
SOURCE = "severity-guide §2 重大"
UNITS = ("财务", "纪检")
TOPIC = "师德师风"
NEEDS = ("missing_money",)
EXAMPLES = {
    "positive": ("助学金被班委截留一半", "老师挪用班费，账目不清"),
    "negative": ("我的钱包丢了",),
    "near_miss": ("校园卡余额提醒功能真好",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding, or None."""
    return weigh(view, ("missing_money",), SERIOUS)
