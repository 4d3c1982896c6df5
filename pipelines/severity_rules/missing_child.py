"""Stage 2, step 6, rule missing_child: a child or student is missing."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import GRAVE, SERIOUS, Finding, weigh

TITLE = "孩子或学生失踪"
WHY = "走失的孩子每一小时都要紧"
SOURCE = "severity-guide §2 特别重大；§3"
UNITS = ("保卫", "学工")
TOPIC = "校园安全"
NEEDS = ("missing_child",)
HELP_FIRST = True  # its findings may be restricted
EXAMPLES = {
    "positive": ("附小二年级的孩子走失了，求扩散", "室友失联两天，电话关机"),
    "negative": ("我的饭卡丢了，谁捡到",),
    "near_miss": ("灵感失踪，论文写不出来", "孩子已经找到了，谢谢大家"),
}


def find(view: PostView) -> Finding | None:
    """Return the finding; the child is a person in danger, so the post is help-first."""
    finding = weigh(view, ("missing_child",), GRAVE)
    if finding is None or finding.points < SERIOUS:
        return finding
    return Finding(finding.points, finding.words, finding.note, restricted=True)
