"""Stage 2, step 3: is the post about this school? Posts in; relevant, relevance and its reason out.

On the school's own sites campus life is its own by default; on public sites the post must name the school, or a place
of it in a school's context. Other schools, namesakes, games, advertising, private sales and the world at large are not
ours.
"""

from collections.abc import Iterator
from typing import Self

from crawler.items import Post
from foundation.opening import Opened
from foundation.outcome import LEVELS, Outcome
from pipelines.match_words import PostView, normal
from pipelines.read_post import PostReader
from pipelines.school_names import Names, other_school, own_name
from pipelines.step import Step

ENOUGH = 0.5
PUBLIC_KINDS = (
    "microblog", "weibo", "微博", "public", "video", "视频", "抖音", "zhihu", "知乎", "小红书", "search", "问答",
)  # fmt: skip
SEVERAL = 2  # different words of a frame that say enough together
MUCH_CAMPUS = 3  # words of campus life that outweigh one word of fiction
Rating = tuple[float, str]


def check_relevance(posts: list[Post], reader: PostReader, names: Names) -> None:
    """Fill relevant, relevance and its reason; what is not ours gets that outcome and no further judgement.

    Pictures say nothing to a machine: what waits for eyes stays with us.
    """
    for post in posts:
        if post.outcome == Outcome.NEEDS_EYES:
            post.relevant, post.relevance, post.relevance_reason = True, ENOUGH, post.outcome_reason
            continue
        score, reason = rate_relevance(reader.view(post), names)
        post.relevance, post.relevance_reason = round(score, 2), reason
        post.relevant = score >= ENOUGH
        if not post.relevant:
            post.outcome, post.outcome_reason = Outcome.NOT_OURS, reason
            post.category, post.topics, post.departments = "其他", (), ()
            post.level_code, post.level, post.score, post.restricted = 0, LEVELS[0], 0.0, False


def rate_relevance(view: PostView, names: Names) -> Rating:
    """Return a relevance from 0 to 1 and why, in Chinese: what speaks against it is asked first."""
    own = own_name(view, names)
    against = next(_against(view, names, own), None)
    if against:
        return against
    if own:
        return 0.95, f"提到本校（{own}）"
    place = next((name for name in names.places if name in view.text), "")
    if _is_public(view.post, names):
        return next(_for_public(view, place))
    return next(_for_own_site(view, place))


def _for_public(view: PostView, place: str) -> Iterator[Rating]:
    if place and view.has("campus"):
        yield 0.7, f"提到校内地点（{place}）和校园语境"
    if view.has("strong_campus") and view.has("self_harm", "bullying", "weapon"):
        yield 0.5, "没有提到校名，但涉及人的安危"
    yield 0.3, "公共站点上没有提到本校"


def _for_own_site(view: PostView, place: str) -> Iterator[Rating]:
    if place:
        yield 0.85, f"提到校内地点（{place}）"
    if view.has("strong_campus"):
        yield 0.85, "说的是“我们学校”"
    if view.has("campus"):
        yield 0.7 + min(0.04 * len(view.words("campus")), 0.2), "校园生活的语境"
    if view.has("self_harm", "self_harm_disguised", "bullying", "threat", "farewell_pair"):
        yield 0.6, "涉及人的安危，先当作本校的事"
    if view.has("world_at_large"):
        yield 0.2, "说的是校外的事"
    yield 0.55, "没有说到别处，按发在本校的版块看待"


def _is_public(post: Post, names: Names) -> bool:
    if post.source_id in names.own_sources:
        return False
    kind = normal(post.site_kind)
    return bool(names.known and kind and any(word in kind for word in PUBLIC_KINDS))


def _against(view: PostView, names: Names, own: str) -> Iterator[Rating]:
    """Yield what makes the post about something else, the plainest first."""
    ours = bool(own) or view.has("strong_campus")
    for namesake in names.namesakes:
        if namesake in view.text and not ours:
            yield 0.1, f"说的是同名的{namesake}"
    if _is_trade(view):
        yield 0.15, "广告或私人买卖"
    if _is_fiction(view, ours=ours):
        yield 0.2, "小说、游戏或试题里提到"
    if ours:
        return
    other = other_school(view, names)
    if other or view.has("other_school_cue"):
        yield 0.15, f"说的是别的学校（{other or view.words('other_school_cue')[0]}）"
    if len(view.words("world_at_large")) >= SEVERAL > len(view.words("campus")):
        yield 0.2, "说的是校外的事"


def _is_trade(view: PostView) -> bool:
    if view.has("strong_grievance", "complaint_of_fraud"):
        return False
    return view.has("strong_advert", "sale") or len(view.words("advert")) >= SEVERAL


def _is_fiction(view: PostView, *, ours: bool) -> bool:
    if view.has("strong_campus", "strong_grievance"):
        return False
    words = len(view.words("fiction_text"))
    if words >= SEVERAL or view.has("strong_fiction"):
        return True
    return words == 1 and not ours and len(view.words("campus")) < MUCH_CAMPUS


class CheckRelevance(Step):
    """The step as Scrapy runs it."""

    def __init__(self, reader: PostReader, names: Names) -> None:
        self.reader = reader
        self.names = names

    @classmethod
    def from_opened(cls, opened: Opened) -> Self:
        """Build the step from the school's words and names."""
        return cls(PostReader.of(opened.school), Names.of(opened.school))

    def run(self, posts: list[Post]) -> None:
        """Check the posts."""
        check_relevance(posts, self.reader, self.names)
