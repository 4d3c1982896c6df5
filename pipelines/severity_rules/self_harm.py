"""Stage 2, step 6, rule self_harm: signs of self-harm, plain or disguised. Help first."""

from pipelines.join_patterns import Hit
from pipelines.match_words import PostView
from pipelines.read_context import TOLD, is_negated
from pipelines.weigh_harm import GRAVE, ORDINARY, SERIOUS, Finding

TITLE = "自伤自杀征兆"
WHY = "先救助：只到心理老师；写明时间、地点或正在进行的是特别重大"
SOURCE = "severity-guide §2 已定疑点、§3"
UNITS = ("学工", "保卫", "校医院")
TOPIC = "校园安全"
NEEDS = ("self_harm", "self_harm_disguised", "farewell_pair", "means", "self_harm_act")
HELP_FIRST = True  # its findings may be restricted
EXAMPLES = {
    "positive": (
        "我真的不想活了，撑不下去了",
        "想 紫 砂 ，活着没意思",
        "东西都送人吧，我用不上了，对不起爸妈",
        "站在天台，今晚就结束这一切",
    ),
    "negative": ("热死了，作业写不完要命",),
    "near_miss": ("考不过高数就去死算了哈哈哈", "学校举办预防自杀心理讲座", "宜兴紫砂壶选修课真有意思"),
}
JOKING = 10  # points of a sign in a plainly joking post: shown as low, nothing to answer
PLACES = ("天台", "楼顶", "顶楼", "栏杆", "护栏", "窗台", "桥", "天上", "星星", "地球")  # of signs that only say where
WEAK_ENOUGH = 2  # different weak signs that together count as one


def find(view: PostView) -> Finding | None:
    """Return the finding; a joke among exam talk weighs little and is not restricted."""
    strong, weak = _signs(view)
    hits = strong or (weak if _confirmed(view, weak) else _at_the_edge(view))
    if not hits or _is_outing(view, [*strong, *weak]):
        return None
    words = tuple(dict.fromkeys(word for hit in hits for word in hit.words))[:6]
    if _is_joke(view, hits):
        return Finding(float(JOKING), words, "玩笑语境，低")
    if view.official:
        return Finding(ORDINARY, words, "报道")
    act = view.has("self_harm_act") and not all(is_negated(view, hit) for hit in view.hits["self_harm_act"])
    return Finding(GRAVE if act else SERIOUS, words, restricted=True)


def _confirmed(view: PostView, weak: list[Hit]) -> bool:
    """Return whether weak signs are borne out: by each other, by words of despair, or by a place and time."""
    said = [word for hit in weak for word in hit.words]
    apart = {word for word in said if not any(word != other and word in other for other in said)}
    despair = any(not any(word in other for other in said) for word in view.words("despair"))
    return len(apart) >= WEAK_ENOUGH or bool(weak and (despair or view.has("self_harm_act")))


def _at_the_edge(view: PostView) -> list[Hit]:
    """Return where the writer stands, when words of despair or farewell stand with it."""
    if not view.has("despair", "farewell"):
        return []
    acts = (hit for hit in view.hits.get("self_harm_act", ()) if not _is_not_meant(view, hit))
    return [hit for hit in acts if _is_place(hit)]


def _is_outing(view: PostView, hits: list[Hit]) -> bool:
    """Return whether nothing but a high place or the sky is named, and for pleasure or work (去天台看流星)."""
    return view.has("outing") and not view.has("despair", "farewell") and all(_is_place(hit) for hit in hits)


def _is_place(hit: Hit) -> bool:
    return any(place in word for word in hit.words for place in PLACES)


def _signs(view: PostView) -> tuple[list[Hit], list[Hit]]:
    weak_words = set(view.words("self_harm_weak"))
    strong: list[Hit] = []
    weak: list[Hit] = []
    for concept in ("self_harm", "self_harm_disguised", "farewell_pair", "means"):
        for hit in view.hits.get(concept, ()):
            if _is_not_meant(view, hit):
                continue
            lone = len(hit.words) == 1 and hit.words[0] in weak_words
            (weak if lone else strong).append(hit)
    return strong, weak


def _is_not_meant(view: PostView, hit: Hit) -> bool:
    if not hit.words[0].startswith(("不", "没", "再也")) and is_negated(view, hit):
        return True
    if view.has("rescued", "campaign"):
        return True
    sentence = view.sentence(hit.start)
    frames = (other for concept in TOLD for other in view.hits.get(concept, ()))
    return any(view.sentence(frame.start) == sentence or frame.end <= view.title_end for frame in frames)


def _is_joke(view: PostView, hits: list[Hit]) -> bool:
    if view.has("self_harm_act") or not view.has("joke"):
        return False
    return view.has("exam_joke") or all("死" in word for hit in hits for word in hit.words)
