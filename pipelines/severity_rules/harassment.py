"""Stage 2, step 6, rule harassment: sexual harassment."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "性骚扰"
WHY = "骚扰学生；受害人能被认出时先救助"
SOURCE = "severity-guide §2 重大；§3"
UNITS = ("纪检", "保卫", "学工")
TOPIC = "师德师风"
NEEDS = ("harassment",)
HELP_FIRST = True  # its findings may be restricted
EXAMPLES = {
    "positive": ("某教授总给女生发暧昧短信", "老师深夜发消息骚扰我"),
    "negative": ("垃圾短信天天骚扰我，推销课程",),
    "near_miss": ("性骚扰防治讲座报名",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding; help-first when the victim is the writer or a minor."""
    if view.has("spam_call"):
        return None
    finding = weigh(view, ("harassment",), SERIOUS)
    if finding is None or finding.points < SERIOUS:
        return finding
    victim = view.has("victim_is_writer", "minor")
    return Finding(finding.points, finding.words, finding.note, restricted=victim)
