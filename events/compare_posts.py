"""Stage 4: do two posts tell of the same thing? The same place AND the same issue, in other words.

Posts become bags of words weighted by jieba's own word rarities: fixed figures, so that the answer depends on the two
texts only, never on what was heard in between. Measured on teddy_events (see bench/measure_events.py): words with fixed
rarities do as well as character n-grams weighted by the whole stream.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crawler.items import Post
from foundation.school import School
from search.segment import Segmenter, fold, school_words

SAME_TEXT = 0.25  # cosine to the nearest post of the event; tuned on teddy_events.dev (B-cubed F1 .948)
SAME_EVENT = 0.15  # mean cosine to all its posts: one stray member does not pull in the next
SAME_ISSUE = 0.20  # cosine without the words that name places: the same canteen is not the same complaint
QUIET_TEXT, QUIET_ISSUE = 0.45, 0.50  # for a post that is no trouble by itself: praise of the same dish stays out
SHARED_WORDS = 2  # one rare word alone is no proof
REMEMBERED = 50_000  # posts whose features one process keeps
_DIGITS = str.maketrans("一二三四五六七八九两", "1234567892")
_HAN_NUMBER = "第?[一二三四五六七八九十]{1,3}"
_NUMBER = r"(?<![0-9a-z])[a-z]?[0-9]{1,4}"
_NUMBERED_PLACE = re.compile(
    rf"(?P<number>{_NUMBER}|{_HAN_NUMBER})(?P<kind>号楼|号宿舍|号公寓|栋|幢|食堂|餐厅|宿舍|公寓|教学楼|校区|号线)"
    rf"|(?P<digits>{_NUMBER})(?P<unit>区|路|班|教|舍|室)"
    r"|(?P<side>[东西南北])(?P<part>校区|区|门)"
)
_NAME_SIGN = "(?![我咱你他她各本该这那整全二两几是在的到对和与跟为让个们级有去进来了从向])[\u4e00-\u9fff]"
_COLLEGE = re.compile(rf"({_NAME_SIGN * 2})(?:职业技术|职业)?学院")
_SAME_KIND = {
    "号楼": "楼",
    "栋": "楼",
    "幢": "楼",
    "教学楼": "楼",
    "餐厅": "食堂",
    "舍": "宿舍",
    "号宿舍": "宿舍",
    "号公寓": "公寓",
}
Places = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Features:
    """A post as it is compared: words with weights (of norm 1), which of them name no place, and places by kind."""

    words: dict[str, float]
    issue_words: frozenset[str]
    places: Places


class Comparer:
    """Compares posts of one school: knows its names (in every post, so they say nothing) and its places."""

    def __init__(self, segmenter: Segmenter, names: Iterable[str] = (), places: Iterable[str] = ()) -> None:
        self._segmenter = segmenter
        self._names = frozenset(fold(name) for name in names)
        self._places = sorted({fold(place) for place in places}, key=len, reverse=True)
        self._known: dict[str, Features] = {}

    def features(self, post: Post) -> Features:
        """Return a post's features, remembered by the digest of its text."""
        key = post.content_hash
        if not key or key not in self._known:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            self._known[key] = self.features_of(f"{post.title}\n{post.content}")
        return self._known[key]

    def features_of(self, text: str) -> Features:
        """Return a text's features."""
        counts = Counter(word for word in self._segmenter.cut(text) if len(word) > 1 and word not in self._names)
        rarity, usual = word_rarities()
        weights = {word: (1 + math.log(count)) * rarity.get(word, usual) for word, count in counts.items()}
        norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        words = {word: weight / norm for word, weight in weights.items()}
        issue = frozenset(word for word in words if word not in self._places and not _NUMBERED_PLACE.fullmatch(word))
        return Features(words, issue, self.places_of(text))

    def places_of(self, text: str) -> Places:
        """Return the places a text names: kind → names, e.g. 食堂 → {2食堂}; numbers are written alike.

        A college is a place too, by the last two characters of its name; the school's own name is none.
        """
        text = fold(text)
        found: dict[str, set[str]] = {}
        for match in _NUMBERED_PLACE.finditer(text):
            number = match["number"] or match["digits"] or match["side"]
            kind = match["kind"] or match["unit"] or match["part"]
            kind = _SAME_KIND.get(kind, kind)
            found.setdefault(kind, set()).add(plain_number(number) + kind)
        for match in _COLLEGE.finditer(text):
            if not any(own.endswith(match[0]) for own in self._names):
                found.setdefault("学院", set()).add(f"{match[1]}学院")
        for place in self._places:
            if place in text and not _NUMBERED_PLACE.search(place):
                found.setdefault(place[-1], set()).add(place)
        return {kind: frozenset(names) for kind, names in found.items()}


def places_conflict(one: Places, other: Places) -> bool:
    """Return whether two texts name different places of one kind: 二食堂 is not 三食堂, 3栋 is not 5栋."""
    return any(kind in other and not names & other[kind] for kind, names in one.items())


def issue_likeness(one: Features, other: Features) -> float:
    """Return the cosine over the words that do not name a place."""
    shared = one.issue_words & other.issue_words
    dot = sum(one.words[word] * other.words[word] for word in shared)
    return dot / (_issue_norm(one) * _issue_norm(other)) if shared else 0.0


def _issue_norm(features: Features) -> float:
    return math.sqrt(sum(features.words[word] ** 2 for word in features.issue_words)) or 1.0


def plain_number(text: str) -> str:
    """Return a number as digits: 十二 → 12, 第三 → 3, a4 → a4."""
    tens, ten, ones = text.removeprefix("第").translate(_DIGITS).partition("十")
    return f"{tens or 1}{ones or 0}" if ten else tens


@lru_cache(maxsize=1)
def word_rarities() -> tuple[dict[str, float], float]:
    """Return jieba's inverse document frequencies, and the median one for words that it does not know."""
    import jieba

    rarities: dict[str, float] = {}
    path = Path(jieba.__file__).parent / "analyse" / "idf.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, value = line.partition(" ")
        rarities[word] = float(value)
    return rarities, sorted(rarities.values())[len(rarities) // 2]


def comparer_of(school: School) -> Comparer:
    """Return the school's comparer, one a process and school version."""
    identity = school.settings.school
    fast = school.settings.judge.segmenter == "fast"
    return _comparer(frozenset(school_words(school)), (identity.name, *identity.aliases), tuple(identity.places), fast)


@lru_cache(maxsize=4)
def _comparer(words: frozenset[str], names: tuple[str, ...], places: tuple[str, ...], fast: bool) -> Comparer:
    return Comparer(Segmenter(words, fast=fast), names, places)
