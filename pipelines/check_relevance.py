"""Stage 2, step 3: is the post about this school? Posts in; relevant, relevance and its reason out.

On the school's own sites campus life is its own by default; on public sites the post must name the school, or a place of
it in a school's context. Other schools, namesakes, games, advertising, private sales and the world at large are not ours.
"""

from dataclasses import dataclass
from typing import Self

from crawler.items import Post
from crawler.source import load_sources
from foundation.opening import Opened
from foundation.outcome import LEVELS, Outcome
from foundation.school import School
from foundation.settings import Identity
from pipelines.match_words import PostView, normal
from pipelines.read_post import PostReader
from pipelines.step import Step

ENOUGH = 0.5
PUBLIC_KINDS = ("microblog", "weibo", "微博", "public", "video", "视频", "抖音", "zhihu", "知乎", "小红书", "search", "问答")
SUFFIXES = ("职业技术学院", "职业学院", "师范大学", "理工大学", "大学", "学院", "中学", "小学", "幼儿园", "学校")
HEAD = 6  # characters before 大学 or 学院 that may be a school's name
ANY_SCHOOL = "本校"  # the name of the built-in school: it has no name of its own to be told from others by


@dataclass(frozen=True, slots=True)
class Names:
    """How the school is called, in the form that texts are compared in."""

    own: tuple[str, ...]
    places: tuple[str, ...]
    namesakes: tuple[str, ...]
    core: str
    own_sources: frozenset[str]
    known: bool

    @classmethod
    def of(cls, school: School) -> Self:
        """Read the names of a school and which of its sources are its own."""
        identity: Identity = school.settings.school
        own = tuple(sorted({normal(name) for name in (identity.name, *identity.aliases)}, key=len, reverse=True))
        core = next((own_name for own_name in [normal(identity.name)]), "")
        for suffix in SUFFIXES:
            core = core.removesuffix(suffix)
        sources = frozenset(name for name, source in load_sources(school).items() if source.own)
        places = tuple(normal(place) for place in identity.places)
        namesakes = tuple(normal(name) for name in identity.namesakes)
        known = identity.name != ANY_SCHOOL
        return cls(own, places, namesakes, core if known and len(core) > 1 else "", sources, known)


def check_relevance(posts: list[Post], reader: PostReader, names: Names) -> None:
    """Fill relevant, relevance and its reason; what is not ours gets that outcome and no further judgement."""
    for post in posts:
        score, reason = rate_relevance(reader.view(post), names)
        post.relevance, post.relevance_reason = round(score, 2), reason
        post.relevant = score >= ENOUGH
        if not post.relevant:
            post.outcome, post.outcome_reason = Outcome.NOT_OURS, reason
            post.category, post.topics, post.departments = "其他", (), ()
            post.level_code, post.level, post.score, post.restricted = 0, LEVELS[0], 0.0, False


def rate_relevance(view: PostView, names: Names) -> tuple[float, str]:
    """Return a relevance from 0 to 1 and why, in Chinese."""
    own = _own_name(view, names)
    place = next((name for name in names.places if name in view.text), "")
    against = _against(view, names, own)
    if against:
        return against
    if own:
        return 0.95, f"提到本校（{own}）"
    if _is_public(view.post, names):
        if place and view.has("campus"):
            return 0.7, f"提到校内地点（{place}）和校园语境"
        return (0.55, "自称本校的人") if view.has("strong_campus") and not names.core else _no_name(view)
    if place:
        return 0.85, f"提到校内地点（{place}）"
    if view.has("strong_campus"):
        return 0.85, "说的是“我们学校”"
    if view.has("campus"):
        return 0.7 + min(0.04 * len(view.words("campus")), 0.2), "校园生活的语境"
    if view.has("self_harm", "self_harm_disguised", "bullying", "threat", "farewell_pair"):
        return 0.6, "涉及人的安危，先当作本校的事"
    if view.has("world_at_large"):
        return 0.2, "说的是校外的事"
    return 0.55, "没有说到别处，按发在本校的版块看待"


def _own_name(view: PostView, names: Names) -> str:
    """Return the name by which the school is called, unless it is part of a namesake's or another place's name."""
    text = view.text
    for namesake in names.namesakes:
        text = text.replace(namesake, "〇")
    for name in names.own:
        start = text.find(name)
        if start < 0:
            continue
        after = text[start + len(name) :]
        if name == names.core and any(hit.words[0] in after[:3] and after.startswith(hit.words[0]) for hit in view.hits.get("place_suffix", ())):
            continue
        return name
    return ""


def _no_name(view: PostView) -> tuple[float, str]:
    if view.has("strong_campus") and view.has("self_harm", "bullying", "weapon"):
        return 0.5, "没有提到校名，但涉及人的安危"
    return 0.3, "公共站点上没有提到本校"


def _is_public(post: Post, names: Names) -> bool:
    if post.source_id in names.own_sources:
        return False
    kind = normal(post.site_kind)
    return bool(names.known and kind and any(word in kind for word in PUBLIC_KINDS))


def _against(view: PostView, names: Names, own: str) -> tuple[float, str] | None:
    """Return score and reason when the post is about something else, else None."""
    rest = view.text
    for name in names.own:
        rest = rest.replace(name, "〇")
    ours = bool(own) or view.has("strong_campus")
    namesake = next((name for name in names.namesakes if name in rest), "")
    if namesake and not ours:
        return 0.1, f"说的是同名的{namesake}"
    if view.has("strong_advert") or len(view.words("advert", "sale")) >= 2 or view.has("sale"):
        if not view.has("strong_grievance", "complaint_of_fraud"):
            return 0.15, "广告或私人买卖"
    if _is_fiction(view, ours):
        return 0.2, "小说、游戏或试题里提到"
    if ours and own:
        return None
    other = _other_school(view, rest, names)
    if other and not view.has("strong_campus"):
        return 0.15, f"说的是别的学校（{other}）"
    if view.has("other_school_cue") and not view.has("strong_campus"):
        return 0.2, f"说的是别的学校（{view.words('other_school_cue')[0]}）"
    if len(view.words("world_at_large")) >= 2 and len(view.words("campus")) < 2 and not view.has("strong_campus"):
        return 0.2, "说的是校外的事"
    return None


def _is_fiction(view: PostView, ours: bool) -> bool:
    words = len(view.words("fiction_text"))
    return words >= 2 or (words == 1 and not ours and len(view.words("campus")) < 3 and not view.has("strong_grievance"))


def _other_school(view: PostView, rest: str, names: Names) -> str:
    """Return the name of another school in the text, or of a thing that is called like ours."""
    if names.core and names.core in rest:
        start = rest.index(names.core)
        return rest[start : start + len(names.core) + 4]
    if not names.known:
        return ""
    generic = _generic(view)
    for hit in view.hits.get("school_suffix", ()):
        head = _han_before(view.text, hit.start)
        if len(head) < 2 or any(name.endswith(head + hit.words[0]) or name in head + hit.words[0] for name in names.own):
            continue
        if any(head.endswith(word) for word in generic) or view.text[hit.end : hit.end + 1] in ("生", "英", "物", "城"):
            continue
        return head[-4:] + hit.words[0]
    return ""


def _generic(view: PostView) -> tuple[str, ...]:
    return view.words("own_school_part")


def _han_before(text: str, end: int) -> str:
    start = end
    while start > 0 and end - start < HEAD and "\u4e00" <= text[start - 1] <= "\u9fff":
        start -= 1
    return text[start:end]


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
