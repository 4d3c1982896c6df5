"""Stage 2, step 6, rule death_or_grave_injury: somebody died or is in mortal danger."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import GRAVE, Finding, weigh

TITLE = "有人死亡、重伤或生命危险"
WHY = "死亡、重伤、生命垂危：对人的伤害压倒一切"
SOURCE = "severity-guide §2 特别重大"
UNITS = ("保卫", "校医院", "学工")
TOPIC = "校园安全"
NEEDS = ("death", "grave_injury")
EXAMPLES = {
    "positive": ("实验楼有人坠楼，已经没有呼吸了", "三号楼一个学生昏迷不醒，正在抢救"),
    "negative": ("今天的高数真是要命，笑死",),
    "near_miss": ("热死了，宿舍没空调要命", "历史课讲到那场战役死亡人数过万"),
}


def find(view: PostView) -> Finding | None:
    """Return the finding; a fall that is only told of oneself is left to the self-harm rule."""
    return weigh(view, ("death", "grave_injury"), GRAVE)
