"""Stage 2, step 6, rule reckless_staff: drivers or guards who endanger people."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "司机、保安使人陷入危险"
WHY = "司机超速、玩手机，保安动手"
SOURCE = "severity-guide §2 重大（已定疑点）"
UNITS = ("保卫", "后勤")
TOPIC = "校园安全"
NEEDS = ("reckless",)
EXAMPLES = {
    "positive": ("校车司机边开车边刷短视频", "门卫动手推倒了送餐的同学"),
    "negative": ("保安大叔人很好，帮我开门",),
    "near_miss": ("班车司机迟到十分钟",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding, or None."""
    return weigh(view, ("reckless",), SERIOUS + 1)
