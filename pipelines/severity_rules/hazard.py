"""Stage 2, step 6, rule hazard: a hazard that can hurt."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "能伤人的隐患"
WHY = "燃气味、裸露电线、坠物、困人电梯、堵死的消防通道：没有人受伤也保持等级"
SOURCE = "severity-guide §2 重大；已定疑点"
UNITS = ("后勤", "保卫")
TOPIC = "校园安全"
NEEDS = ("hazard",)
EXAMPLES = {
    "positive": ("走廊电线裸露好几天没人管", "四号楼电梯困人半小时", "教室天花板掉下来一块，幸好没人"),
    "negative": ("楼道灯坏了，晚上太暗",),
    "near_miss": ("安全知识竞赛：发现燃气泄漏怎么办",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding; that nobody was hurt yet does not lower a hazard that remains."""
    return weigh(view, ("hazard",), SERIOUS)
