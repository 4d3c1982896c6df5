"""Stage 2, step 6, rule corporal_punishment: a teacher strikes or punishes a pupil bodily."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import ORDINARY, SERIOUS, Finding, weigh

TITLE = "体罚、殴打学生"
WHY = "教师对学生动手或变相体罚；被打的人先救助"
SOURCE = "severity-guide §2 重大；§3"
UNITS = ("纪检", "教务", "学工")
TOPIC = "师德师风"
NEEDS = ("corporal",)
HELP_FIRST = True  # its findings may be restricted
EXAMPLES = {
    "positive": ("班主任当众扇学生耳光", "幼儿园老师打孩子，身上有淤青"),
    "negative": ("体育课跑步很累",),
    "near_miss": ("主题班会讲如何抵制体罚",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when staff are named; blows against a pupil are help-first."""
    if not view.has("teacher", "school_child"):
        return None
    finding = weigh(view, ("corporal",), SERIOUS)
    if finding is None or finding.points < ORDINARY:
        return finding
    return Finding(finding.points, finding.words, finding.note, restricted=finding.points >= SERIOUS)
