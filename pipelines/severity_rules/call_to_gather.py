"""Stage 2, step 6, rule call_to_gather: a call to gather, strike or refuse."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "号召聚集、罢课罢餐"
WHY = "号召聚集、罢课、拒交，语气客气也算"
SOURCE = "severity-guide §2 重大；已定疑点"
UNITS = ("保卫", "学工")
TOPIC = "校园安全"
NEEDS = ("call_to_gather",)
EXAMPLES = {
    "positive": ("明天中午行政楼集合，大家一起去讨说法", "建议大家一起抵制食堂，罢餐三天"),
    "negative": ("周末操场集合拍毕业照",),
    "near_miss": ("热水器又罢工了",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding; meeting for a photograph, a game or a trip is no call."""
    return None if view.has("harmless_meeting") else weigh(view, ("call_to_gather",), SERIOUS)
