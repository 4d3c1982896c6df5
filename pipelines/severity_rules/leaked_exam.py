"""Stage 2, step 6, rule leaked_exam: leaked papers and organised cheating."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "泄题与有组织作弊"
WHY = "试题泄露影响一批人的公平"
SOURCE = "severity-guide §2 重大"
UNITS = ("教务", "纪检")
TOPIC = "教育教学"
NEEDS = ("leaked_exam",)
EXAMPLES = {
    "positive": ("期末考试前一天群里就有原题试卷，有人泄题",),
    "negative": ("考试好难",),
    "near_miss": ("求历年真题复习",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding, or None."""
    return weigh(view, ("leaked_exam",), SERIOUS)
