"""Stage 2, step 6, rule official_text: official reports of help, drills and prizes are nothing to answer."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import Finding

TITLE = "官方或媒体的正面报道、通知"
WHY = "通稿里的演练、救人、获奖、预防，不论有多少吓人的词，都没有要答复的事"
SOURCE = "官方发布与表扬不是舆情：别家产品最常见的误报（测得 70 条最高等级里 54 条是错的）"
UNITS = ("宣传",)
TOPIC = "学校声誉"
EXAMPLES = {
    "positive": (
        "我校成功举办消防演练，模拟宿舍起火、人员受伤救援，圆满结束",
        {"text": "我校学生勇救落水儿童，获见义勇为表彰", "site_kind": "news"},
    ),
    "negative": ("宿舍起火了，快来人",),
    "near_miss": ({"text": "记者曝光该校食堂使用变质肉，校方未回应", "site_kind": "news"},),
}


def find(view: PostView) -> Finding | None:
    """Return a finding that holds the post at 无, unless the text reports a fresh harm or asks who is to blame."""
    if not view.official or _tells_of_harm(view):
        return None
    return Finding(0.0, view.words("rescue", "strong_news", "news_style")[:4], caps=True)


def _tells_of_harm(view: PostView) -> bool:
    if view.has("refuted"):
        return False
    if view.has("strong_blame"):
        return True
    return view.has("incident") and not view.has("rescue", "praise")
