"""Stage 2, step 6, rule sexual_assault: sexual assault."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import GRAVE, SERIOUS, Finding, weigh

TITLE = "性侵、猥亵"
WHY = "教职工实施或在其照管下发生的性侵属特别重大，其余属重大；一律先救助"
SOURCE = "severity-guide §2 特别重大；§3"
UNITS = ("纪检", "保卫", "学工")
TOPIC = "师德师风"
NEEDS = ("sexual_assault",)
HELP_FIRST = True  # its findings may be restricted
EXAMPLES = {
    "positive": ("辅导员猥亵女学生，求学校处理", "体育老师上课摸我大腿"),
    "negative": ("学校开展防性侵讲座",),
    "near_miss": ("电影里女主被性侵的剧情太压抑了",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding; staff or a minor make it the gravest, and every real one is help-first."""
    points = GRAVE if view.has("staff", "minor") else SERIOUS
    finding = weigh(view, ("sexual_assault",), points)
    if finding is None or finding.points < SERIOUS:
        return finding
    return Finding(finding.points, finding.words, finding.note, restricted=True)
