"""Stage 2, step 6, rule bought_place: bought places or proxy examinees."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "买卖名额、代考"
WHY = "名额、学位、录取被买卖"
SOURCE = "severity-guide §2 重大"
UNITS = ("纪检", "招生就业", "教务")
TOPIC = "学校声誉"
NEEDS = ("bought_place",)
EXAMPLES = {
    "positive": ("有人花钱买保研名额，金额五万",),
    "negative": ("抢到了选课名额，开心",),
    "near_miss": ("保研名额怎么分配？",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding, or None."""
    return weigh(view, ("bought_place",), SERIOUS)
