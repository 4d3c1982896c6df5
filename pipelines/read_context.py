"""Stage 2, words: how a harmful word is meant. A hit and its post in; its standing out.

"着火了" is a fire; "没有着火", "防火演练", "万一着火", "去年着火" and "火已扑灭" are not the same fire. The guide's
rules of thumb 3 to 7 are kept here once, so that every severity rule treats them alike.
"""

from enum import IntEnum

from pipelines.join_patterns import Hit
from pipelines.match_words import PostView

NEGATION_GAP = 3  # characters between 没有 and what is negated: "没有发生火灾", "没有人受伤"
DENIAL_GAP = 10  # characters between the claim and 是谣言
SUPPOSED_GAP = 12  # characters between 万一 and what might happen
TOLD = ("drill", "fiction", "history", "elsewhere")
SHORT = 40  # characters: in so short a post one frame covers everything


class Standing(IntEnum):
    """How a hit is meant; the greatest of several hits counts."""

    NEGATED = 0
    TOLD = 1
    SUPPOSED = 2
    ASKED = 3
    ENDED = 4
    PAST = 5
    REAL = 6


TITLES = {
    Standing.SUPPOSED: "只是担心或假设",
    Standing.ASKED: "只是询问",
    Standing.ENDED: "已了结",
    Standing.PAST: "是过去的事，降一级",
}


def stand(view: PostView, hit: Hit) -> Standing:
    """Return how `hit` is meant in its post."""
    doubts = (
        (Standing.NEGATED, is_negated),
        (Standing.TOLD, _is_told),
        (Standing.SUPPOSED, _is_supposed),
        (Standing.ASKED, _is_asked),
        (Standing.ENDED, _is_ended),
        (Standing.PAST, _is_past),
    )
    return next((standing for standing, holds in doubts if holds(view, hit)), Standing.REAL)


def _is_supposed(view: PostView, hit: Hit) -> bool:
    return _follows(view, hit, "hypothetical", SUPPOSED_GAP)


def is_negated(view: PostView, hit: Hit) -> bool:
    """Return whether the text denies the hit: 没有…, …是谣言."""
    if _follows(view, hit, "negation", NEGATION_GAP, same_clause=True):
        return True
    number = view.sentence(hit.start)
    return any(
        view.sentence(other.start) == number and 0 <= other.start - hit.end <= DENIAL_GAP
        for other in view.hits.get("denial", ())
    ) or (view.has("refuted") and not view.has("unresolved"))


def _follows(view: PostView, hit: Hit, concept: str, gap: int, *, same_clause: bool = False) -> bool:
    for other in view.hits.get(concept, ()):
        limit = 1 if same_clause and other.end - other.start == 1 else gap  # 没 denies only what comes next
        if not 0 <= hit.start - other.end <= limit:
            continue
        if view.text[max(other.start - 1, 0) : other.start + 1] in ("有没", "是不", "会不"):
            continue  # 有没有, 是不是 ask, they do not deny
        if same_clause and view.clause(other.start) == view.clause(hit.start):
            return True
        if not same_clause and view.sentence(other.start) == view.sentence(hit.start):
            return True
    return False


def _is_told(view: PostView, hit: Hit) -> bool:
    if view.has("for_real") and view.has("drill", "prevention"):
        return False
    if any(_frames(view, hit, concept, 2) for concept in (*TOLD, "dream")):
        return True
    return _frames(view, hit, "prevention", 1)


def _frames(view: PostView, hit: Hit, concept: str, clauses: int) -> bool:
    """Return whether a frame word stands in the title, near the hit, or in a short post."""
    if concept == "elsewhere" and view.has("strong_campus"):
        clauses = 0
    for frame in view.hits.get(concept, ()):
        if frame.end <= view.title_end and concept != "elsewhere":
            return True
        if len(view.text) <= SHORT and concept != "prevention":
            return True
        if abs(view.clause(frame.start) - view.clause(hit.start)) <= clauses and (
            clauses == 0 or frame.start <= hit.start or view.sentence(frame.start) == view.sentence(hit.start)
        ):
            return True
    return False


def _is_asked(view: PostView, hit: Hit) -> bool:
    if view.has("hearsay", "report"):
        return False
    number = view.clause(hit.start)
    return any(view.clause(other.start) == number for other in view.hits.get("whether", ()))


def _is_ended(view: PostView, _: Hit) -> bool:
    ended = [other for other in view.hits.get("ended", ()) if not is_negated_word(view, other)]
    if not ended:
        return False
    last = max(other.end for other in ended)
    return not any(other.start > last for other in view.hits.get("relapse", ()))


def is_negated_word(view: PostView, hit: Hit) -> bool:
    """Return whether 没 or 未 stands right before a hit: 没修好, 还没解决."""
    return any(0 <= hit.start - other.end <= 1 for other in view.hits.get("not_yet", ()))


def _is_past(view: PostView, hit: Hit) -> bool:
    if view.has("ongoing"):
        return False
    number = view.sentence(hit.start)
    return any(view.sentence(other.start) == number for other in view.hits.get("past", ()))
