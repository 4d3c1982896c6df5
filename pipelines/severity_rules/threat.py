"""Stage 2, step 6, rule threat: a threat against a person."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh_hits

TITLE = "威胁人身"
WHY = "扬言伤害他人；先救助"
SOURCE = "severity-guide §2 重大；§3"
UNITS = ("保卫", "学工")
TOPIC = "校园安全"
NEEDS = ("threat",)
HELP_FIRST = True  # its findings may be restricted
EXAMPLES = {
    "positive": ("室友扬言要弄死我，我不敢回宿舍",),
    "negative": ("这道题威胁到我的绩点",),
    "near_miss": ("老板说再不交稿就“杀了我”，哈哈",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding; threats by teachers about grades belong to insult_by_teacher."""
    if view.has("joke") or not view.has("campus", "minor"):
        return None
    hits = [hit for hit in view.hits.get("threat", ()) if not view.near(hit, "grade_threat", 12, 12)]
    finding = weigh_hits(view, hits, SERIOUS)
    if finding is None or finding.points < SERIOUS:
        return None
    return Finding(finding.points, finding.words, finding.note, restricted=True)
