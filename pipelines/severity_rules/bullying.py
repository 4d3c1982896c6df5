"""Stage 2, step 6, rule bullying: bullying or blows among pupils."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "欺凌、殴打"
WHY = "欺凌、殴打、孤立、勒索；先救助"
SOURCE = "severity-guide §2 重大；§3"
UNITS = ("学工", "保卫")
TOPIC = "校园安全"
NEEDS = ("bullying",)
HELP_FIRST = True  # its findings may be restricted
EXAMPLES = {
    "positive": ("我被室友孤立，还往我床上倒水", "孩子在厕所被同学打，鼻青脸肿"),
    "negative": ("游戏里被对面打爆了",),
    "near_miss": ("学校开展反霸凌主题班会",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when a person can be found behind it; then it is help-first."""
    finding = weigh(view, ("bullying",), SERIOUS)
    if finding is None or not view.has("campus", "minor"):
        return None
    return Finding(finding.points, finding.words, finding.note, restricted=finding.points >= SERIOUS)
