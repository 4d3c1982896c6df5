"""Stage 2, step 6, rule ill_after_meal: somebody fell ill after a meal or water of the school."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "吃出病"
WHY = "一人因校内饮食发病"
SOURCE = "severity-guide §2 重大"
UNITS = ("后勤", "校医院")
TOPIC = "校园安全"
NEEDS = ("ill_food",)
EXAMPLES = {
    "positive": ("吃了三食堂的鸡腿拉肚子一晚上", "饭里有虫，吃完上吐下泻"),
    "negative": ("昨晚在家喝多了吐了",),
    "near_miss": ("奶茶好喝到想吐泡泡",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when the illness follows food, drink or water."""
    if not view.has("food_place", "school_water", "meal") and not view.has("foreign_matter"):
        return None
    return weigh(view, ("ill_food",), SERIOUS)
