"""Stage 2, step 6, rule insult_by_teacher: a teacher insults or threatens pupils."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh_hits

TITLE = "教师辱骂、威胁学生"
WHY = "教师辱骂、羞辱、以毕业要挟学生"
SOURCE = "severity-guide §2 重大"
UNITS = ("纪检", "教务", "学工")
TOPIC = "师德师风"
NEEDS = ("insult",)
EXAMPLES = {
    "positive": ("导师在组会上辱骂学生是废物", "老师威胁不让我毕业，天天干私活"),
    "negative": ("食堂阿姨骂人，态度差",),
    "near_miss": ("老师讽刺社会现象的公开课很精彩",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when a teacher (not service staff) is near the insult."""
    hits = [hit for hit in view.hits.get("insult", ()) if view.near(hit, "teacher", 25, 15)]
    return weigh_hits(view, hits, SERIOUS)
