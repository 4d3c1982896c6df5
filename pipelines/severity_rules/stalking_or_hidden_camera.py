"""Stage 2, step 6, rule stalking_or_hidden_camera: hidden cameras, stalking, intruders."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "偷拍、尾随、闯入"
WHY = "偷拍、偷窥、尾随、闯入女寝"
SOURCE = "severity-guide §2 重大（已定疑点）"
UNITS = ("保卫", "学工")
TOPIC = "校园安全"
NEEDS = ("hidden_camera",)
EXAMPLES = {
    "positive": ("女浴室隔间发现针孔摄像头", "晚上回宿舍被陌生男子尾随"),
    "negative": ("偷拍到一只可爱的猫",),
    "near_miss": ("防偷拍知识讲座",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding; pictures taken of cats and the moon are no harm."""
    return None if view.has("harmless_picture") else weigh(view, ("hidden_camera",), SERIOUS)
