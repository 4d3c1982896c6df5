"""Stage 2, step 6, rule false_report_spreads: a false report spreads."""

from pipelines.match_words import PostView
from pipelines.read_context import is_negated
from pipelines.weigh_harm import SERIOUS, Finding

TITLE = "不实传言扩散"
WHY = "不实传言正在扩散，须尽快澄清；批评不是谣言"
SOURCE = "severity-guide §2 重大；Z1.6.2-5"
UNITS = ("宣传", "保卫")
TOPIC = "学校声誉"
NEEDS = ("rumour",)
EXAMPLES = {
    "positive": ("有人造谣学校要搬迁，家长群都在传，假通知满天飞",),
    "negative": ("通知转发给各班",),
    "near_miss": ("学校已辟谣，不信谣不传谣",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when a rumour and its spreading are told, and it is not answered yet."""
    if view.has("refuted") or not view.has("spreads"):
        return None
    hits = [hit for hit in view.hits.get("rumour", ()) if not is_negated(view, hit)]
    return Finding(SERIOUS, (*view.words("rumour"), *view.words("spreads"))) if hits else None
