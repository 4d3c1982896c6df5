"""Stage 2, step 6, rule widely_spread: many reposts or replies lift an ordinary matter."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding

TITLE = "传播广"
WHY = "转发 ≥ 100 或回复 ≥ 200 的一般事项升为重大；不抬高没有诉求的帖子，也不单独成为特别重大"
SOURCE = "severity-guide §2 重大、经验法则 8"
UNITS = ("宣传",)
TOPIC = "学校声誉"
REPOSTS_ENOUGH, REPLIES_ENOUGH = 100, 200
EXAMPLES = {
    "positive": ({"text": "食堂又涨价，投诉", "reposts": 100}, {"text": "宿舍停水三天没人管", "replies": 260}),
    "negative": ({"text": "食堂又涨价，投诉", "reposts": 3},),
    "near_miss": ({"text": "食堂又涨价，投诉", "reposts": 99, "replies": 199, "likes": 5000},),
}


def find(view: PostView) -> Finding | None:
    """Return a finding that lifts an ordinary matter; counts are read as if of one day."""
    reposts, replies = view.post.reposts or 0, view.post.replies or 0
    if reposts < REPOSTS_ENOUGH and replies < REPLIES_ENOUGH:
        return None
    return Finding(SERIOUS, (f"转发 {reposts}", f"回复 {replies}"), raises=True)
