"""Stage 2, step 3: how the school is called, and whether a text calls another one. Identity and text in; a name out."""

from dataclasses import dataclass
from typing import Self

from crawler.source import load_sources
from foundation.school import School
from pipelines.match_words import PostView, normal

ANY_SCHOOL = "本校"  # the built-in school: it has no name of its own to be told from others by
SUFFIXES = ("职业技术学院", "职业学院", "师范大学", "理工大学", "大学", "学院", "中学", "小学", "幼儿园", "学校")
HEAD, SHORTEST_HEAD = 6, 2  # characters before 大学 or 中学 that may be a school's name
SHORTEST_CORE = 2
TAIL = 4  # characters shown after a name's core
NO_NAME = frozenset(
    "的了在是说归去来到和与跟给被把我你他她们这那个一不没有都也就还要从读上念考想看比让请问系处办校所某各每"
)
AFTER_COMMON_NOUN = tuple("生英物城语体计里课")  # 大学生, 大学英语, 大学城: no name of a school
GONE = "\n"  # put where a name was taken out, so that its neighbours do not become one word


@dataclass(frozen=True, slots=True)
class Names:
    """Names in the form that texts are compared in.

    Attributes:
        own: Name and aliases, longest first.
        places: Places that mean this school in a school's context.
        namesakes: Other schools and things called like it.
        core: The name without its kind (云麓 of 云麓学院); empty when too short or unknown.
        own_sources: Ids of the school's own boards.
        known: False for the built-in school.
    """

    own: tuple[str, ...]
    places: tuple[str, ...]
    namesakes: tuple[str, ...]
    core: str
    own_sources: frozenset[str]
    known: bool

    @classmethod
    def of(cls, school: School) -> Self:
        """Read the names of a school and which of its sources are its own."""
        identity = school.settings.school
        own = {normal(name) for name in (identity.name, *identity.aliases)}
        known = identity.name != ANY_SCHOOL
        core = normal(identity.name)
        for suffix in SUFFIXES:
            core = core.removesuffix(suffix)
        return cls(
            own=tuple(sorted(own, key=len, reverse=True)),
            places=tuple(map(normal, identity.places)),
            namesakes=tuple(map(normal, identity.namesakes)),
            core=core if known and len(core) >= SHORTEST_CORE else "",
            own_sources=frozenset(name for name, source in load_sources(school).items() if source.own),
            known=known,
        )


def own_name(view: PostView, names: Names) -> str:
    """Return the name by which the text calls our school; "" when it is part of a namesake's or a place's name."""
    text = without(view.text, names.namesakes)
    for name in names.own:
        start = text.find(name)
        if start >= 0 and not (
            name == names.core and text.startswith(tuple(view.words("place_suffix")), start + len(name))
        ):
            return name
    return ""


def other_school(view: PostView, names: Names) -> str:
    """Return the name of another school in the text, or of a thing that is called like ours; "" when there is none."""
    rest = without(view.text, tuple(name for name in names.own if name != names.core))
    if names.core and names.core in rest:
        start = rest.index(names.core)
        return rest[start : start + len(names.core) + TAIL]
    if not names.known:
        return ""
    for hit in view.hits.get("school_suffix", ()):
        head = _name_before(view.text, hit.start)
        name = head + hit.words[0]
        if len(head) < SHORTEST_HEAD or any(name in own or own in name for own in names.own):
            continue
        if hit.words[0] == "学院" or view.text.startswith(AFTER_COMMON_NOUN, hit.end):
            continue  # 外语学院 is a part of ours
        if not head.endswith(view.words("own_school_part")):
            return name
    return ""


def without(text: str, names: tuple[str, ...]) -> str:
    """Return the text with these names taken out."""
    for name in names:
        text = text.replace(name, GONE)
    return text


def _name_before(text: str, end: int) -> str:
    """Return the run of Han characters before a place that may be a name: it ends at a word like 在, 说, 的."""
    start = end
    while start > 0 and end - start < HEAD and "\u4e00" <= text[start - 1] <= "\u9fff":
        if text[start - 1] in NO_NAME:
            break
        start -= 1
    return text[start:end]
