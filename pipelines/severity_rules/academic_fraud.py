"""Stage 2, step 6, rule academic_fraud: plagiarism or fraud by staff, with particulars."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import ORDINARY, SERIOUS, Finding, weigh

TITLE = "教职工学术不端"
WHY = "有具体情节的抄袭、造假、侵占成果"
SOURCE = "severity-guide §2 重大（须有具体情节）"
UNITS = ("纪检", "教务")
TOPIC = "师德师风"
NEEDS = ("academic_fraud",)
EXAMPLES = {
    "positive": ("某教授论文抄袭学生毕业论文，有对比图", "导师抢我一作，聊天记录都在"),
    "negative": ("论文查重率太高怎么降",),
    "near_miss": ("学术不端讲座明天举行",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when staff are accused with particulars; less is an ordinary complaint."""
    if not view.has("teacher"):
        return None
    return weigh(view, ("academic_fraud",), SERIOUS if view.has("particulars") else ORDINARY)
