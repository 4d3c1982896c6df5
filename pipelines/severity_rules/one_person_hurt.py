"""Stage 2, step 6, rule one_person_hurt: one person was hurt by a thing of the school."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh_hits

TITLE = "有人因学校的事物受伤"
WHY = "学校的设施、活动或疏忽使一人受伤"
SOURCE = "severity-guide §2 重大"
UNITS = ("后勤", "保卫", "校医院")
TOPIC = "校园安全"
NEEDS = ("injury",)
EXAMPLES = {
    "positive": ("教学楼地砖松动，我摔骨折了", "食堂热水器漏水把同学烫伤"),
    "negative": ("打球崴脚了，求推荐药膏",),
    "near_miss": ("自己跑步不小心摔了一跤，没什么事",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when the injury has a cause in the school, or is of a kind that always has one."""
    own_doing = view.has("sport") and not view.has("complaint", "hard_injury")
    if own_doing or not (view.has("hard_injury") or view.has("cause")):
        return None
    if not view.has("hard_injury", "complaint", "hazard", "because"):
        return None
    hits = [hit for hit in view.hits.get("injury", ()) if not view.near(hit, "hurt_denied", 2, 0)]
    return weigh_hits(view, hits, SERIOUS)
