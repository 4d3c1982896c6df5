"""Stage 2, step 6: what a severity rule returns, and how a harm's standing changes its weight.

The scale is in points, one level every 30, so that "one level lower" is a subtraction that a reader can check.
"""

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.join_patterns import Hit
from pipelines.match_words import PostView
from pipelines.read_context import TITLES, Standing, stand

GRAVE = 90.0  # 特别重大
SERIOUS = 60.0  # 重大
ORDINARY = 30.0  # 一般
STEP = 30.0  # one level


class Finding(NamedTuple):
    """One finding 依据 of one rule.

    Attributes:
        points: Weight on the scale above, the standing already counted.
        words: Words of the post that fired the rule.
        note: What lowered it, in Chinese, added to the rule's title.
        restricted: Help first: only counsellors may see the post.
        raises: Lifts what is 一般 at least, never 无.
        caps: Holds the whole post down to these points.
    """

    points: float
    words: tuple[str, ...]
    note: str = ""
    restricted: bool = False
    raises: bool = False
    caps: bool = False


def weigh(view: PostView, concepts: Sequence[str], points: float) -> Finding | None:
    """Return the finding for the best standing hit of `concepts`, or None when nothing is left of it."""
    hits = [hit for concept in concepts for hit in view.hits.get(concept, ())]
    return weigh_hits(view, hits, points)


def weigh_hits(view: PostView, hits: Sequence[Hit], points: float) -> Finding | None:
    """Return the finding for the best standing of `hits`; see rules of thumb 3 to 7 of the guide."""
    if not hits:
        return None
    standings = [(stand(view, hit), hit) for hit in hits]
    best = max(standing for standing, _ in standings)
    left = points_left(view, best, points)
    if left <= 0:
        return None
    words = dict.fromkeys(word for standing, hit in standings if standing == best for word in hit.words)
    return Finding(left, tuple(words), TITLES.get(best, _unverified(view)))


def points_left(view: PostView, standing: Standing, points: float) -> float:
    """Return what a harm of `points` still weighs when it is meant like `standing`."""
    if standing in (Standing.NEGATED, Standing.TOLD):
        return 0.0
    if standing in (Standing.SUPPOSED, Standing.ASKED):
        return min(points, ORDINARY)
    if standing == Standing.ENDED:
        return ORDINARY if view.has("remains", "question") else 0.0
    if standing == Standing.PAST:
        return points - STEP
    return points


def lowered_when_nobody_was_hurt(view: PostView, finding: Finding | None) -> Finding | None:
    """Return the finding one level lower when the post says that nobody was hurt."""
    if finding is None or not view.has("nobody_hurt"):
        return finding
    points = finding.points - STEP
    words = (*finding.words, *view.words("nobody_hurt"))
    return Finding(points, words, "没有人受伤，降一级", finding.restricted) if points > 0 else None


def _unverified(view: PostView) -> str:
    return "未经证实" if view.has("hearsay") else ""
