"""Stage 2, step 6, rule fire_or_collapse: fire, explosion, collapse, gas or a vehicle out of control."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import GRAVE, SERIOUS, Finding, lowered_when_nobody_was_hurt, weigh

TITLE = "火情、爆炸、坍塌、毒气或车辆失控"
WHY = "有人在内的火灾、爆炸、坍塌、毒气危及多人"
SOURCE = "severity-guide §2 特别重大"
UNITS = ("保卫", "后勤")
TOPIC = "校园安全"
NEEDS = ("fire",)
EXAMPLES = {
    "positive": ("五号宿舍楼着火了，浓烟往上冒", "化学实验室刚才爆炸，有学生还在里面"),
    "negative": ("学校组织消防演练，模拟宿舍着火",),
    "near_miss": ("食堂新菜好吃到爆炸", "听说是谣言，图书馆没有着火"),
}


def find(view: PostView) -> Finding | None:
    """Return the finding; one level lower when the post says that nobody was hurt."""
    small = (
        view.has("small_fire")
        and not view.has("people_inside")
        and all(view.near(hit, "small_fire") for hit in view.hits.get("fire", ()))
    )
    points = SERIOUS if small else GRAVE
    return lowered_when_nobody_was_hurt(view, weigh(view, ("fire",), points))
