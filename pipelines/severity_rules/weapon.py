"""Stage 2, step 6, rule weapon: a weapon, poison or a hostage."""

from pipelines.match_words import PostView
from pipelines.weigh_harm import GRAVE, Finding, weigh

TITLE = "凶器、投毒、绑架"
WHY = "凶器当前，危及不特定的人"
SOURCE = "severity-guide §2 特别重大"
UNITS = ("保卫", "学工")
TOPIC = "校园安全"
NEEDS = ("weapon",)
EXAMPLES = {
    "positive": ("校门口有人持刀乱砍", "男生宿舍有人掏出刀威胁室友"),
    "negative": ("帮我砍一刀拼多多",),
    "near_miss": ("反恐演练中“歹徒”持刀闯入", "军训用木枪练刺杀"),
}


def find(view: PostView) -> Finding | None:
    """Return the finding, or None."""
    return weigh(view, ("weapon",), GRAVE)
