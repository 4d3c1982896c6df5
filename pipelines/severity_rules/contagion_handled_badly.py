"""Stage 2, step 6, rule contagion_handled_badly: contagion that is hidden or not contained."""

from pipelines.match_words import PostView
from pipelines.read_context import is_negated
from pipelines.weigh_harm import SERIOUS, Finding, weigh

TITLE = "传染病处置不当"
WHY = "隐瞒疫情、不隔离不消毒"
SOURCE = "severity-guide §2 重大（已定疑点）"
UNITS = ("校医院", "学工", "后勤")
TOPIC = "校园安全"
NEEDS = ("contagion",)
EXAMPLES = {
    "positive": ("隔壁班确诊肺结核，学校隐瞒还让上课",),
    "negative": ("流感季大家多喝热水",),
    "near_miss": ("学校发布诺如病毒防控提示，要求不瞒报",),
}


def find(view: PostView) -> Finding | None:
    """Return the finding when a contagious disease and bad handling are told together."""
    bad = [hit for hit in view.hits.get("contagion_bad", ()) if not is_negated(view, hit)]
    return weigh(view, ("contagion",), SERIOUS) if bad else None
