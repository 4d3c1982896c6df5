"""Stage 2, step 6, rule data_leak: personal data of many leaked."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "多人个人信息泄露"
WHY = "多人身份证号、电话等被公开"
SOURCE = "severity-guide §2 重大"
UNITS = ("信息中心", "宣传", "学工")
TOPIC = "学生管理"
NEEDS = ("data_leak",)
EXAMPLES = {
    "positive": ("学院网站公示名单把全班身份证号都公开了",),
    "negative": ("校园网密码忘了",),
    "near_miss": ("讲座：如何防止个人信息泄露",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when many people are concerned."""
    return weigh(view, ("data_leak",), SERIOUS) if view.has("many_people") else None
