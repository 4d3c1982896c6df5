"""Stage 2, step 6, rule media_republished: media took the matter up."""

from pipelines.match_words import PostView
from pipelines.read_context import is_negated
from pipelines.weigh_harm import SERIOUS, Finding

TITLE = "被媒体转载报道"
WHY = "一般投诉被媒体转载或上热搜，升为重大"
SOURCE = "severity-guide §2 重大；Z1.6.2-5"
UNITS = ("宣传",)
TOPIC = "学校声誉"
NEEDS = ("strong_blame", "media")
EXAMPLES = {
    "positive": ("食堂涨价的事上热搜了，大家都在投诉",),
    "negative": ("今天食堂涨价，投诉",),
    "near_miss": ("校运会的新闻报道真好看",),
}


def find(view: PostView) -> Finding | None:
    """Return a finding that lifts an ordinary matter, never nothing."""
    if view.official and view.has("strong_blame"):
        return Finding(SERIOUS, view.words("strong_blame"), raises=True)
    hits = [hit for hit in view.hits.get("media", ()) if not is_negated(view, hit)]
    return Finding(SERIOUS, view.words("media"), raises=True) if hits else None
