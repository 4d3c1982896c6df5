"""Stage 2, step 6, rule crowd_blocks: a crowd blocks a gate, a building or lessons."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import GRAVE, Finding, weigh

TITLE = "人群聚集堵门、围堵"
WHY = "人群堵门、堵楼、停课，秩序可能失控"
SOURCE = "severity-guide §2 特别重大"
UNITS = ("保卫", "学工")
TOPIC = "校园安全"
NEEDS = ("crowd",)
EXAMPLES = {
    "positive": ("上百家长堵在校门口拉横幅", "学生围堵行政楼，喊口号要退费"),
    "negative": ("校门口堵车了",),
    "near_miss": ("下水道被堵住了没人修",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding, or None."""
    if view.has("call_to_gather") and view.has("planned") and not view.has("underway"):
        return None  # only a call: the rule call_to_gather weighs it
    return weigh(view, ("crowd",), GRAVE)
