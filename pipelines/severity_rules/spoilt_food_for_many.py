"""Stage 2, step 6, rule spoilt_food_for_many: spoilt food was given to many."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "变质食物供应多人"
WHY = "变质、过期食物供应多人，即使尚无人发病"
SOURCE = "severity-guide §2 重大"
UNITS = ("后勤", "保卫")
TOPIC = "校园安全"
NEEDS = ("spoilt_food",)
EXAMPLES = {
    "positive": ("食堂后厨一直用变质的肉，大家都在吃", "给学生吃的营养餐发霉过期"),
    "negative": ("我买的面包快过期了",),
    "near_miss": ("我点的一份饭有点馊，窗口给换了",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when spoilt food and many eaters are told together."""
    if not (view.has("food_place", "campus") and view.has("many_fed") and view.has("meal")):
        return None
    if view.has("own_meal") and not view.has("kitchen"):
        return None
    return weigh(view, ("spoilt_food",), SERIOUS)
