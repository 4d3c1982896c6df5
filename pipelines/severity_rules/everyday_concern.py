"""Stage 2, step 6, rule everyday_concern: anything else that a department should answer."""

from pipelines.match_words import PostView
from pipelines.read_concern import read_concern
from pipelines.weigh_harm import ORDINARY, Finding

TITLE = "需要部门答复的事"
WHY = "服务、价格、手续、建议、向学校提出的问题"
SOURCE = "severity-guide §2 一般"
UNITS = ("后勤",)
TOPIC = "学生管理"
EXAMPLES = {
    "positive": ("宿舍热水器坏了一周没人修", "请问补考什么时候报名？"),
    "negative": ("今天的晚霞真好看",),
    "near_miss": ("哪家奶茶好喝，求推荐",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when the writer wants something of the school."""
    concern = read_concern(view)
    return Finding(ORDINARY, concern.words[:6], concern.category) if concern else None
