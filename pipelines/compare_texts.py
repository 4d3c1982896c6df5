"""Stage 2, step 4: are two texts copies of one another, or the same words about another place, number or date?

Comes in: texts. Goes out: how much of the shorter one stands in the other (0 to 1), or 0 when the guard objects:
each names a number or a place that the other does not. Both 「三食堂」 and 「二食堂」 complaints must be heard.
"""

import re
from functools import cached_property, lru_cache

from pipelines.normalise_text import letters_of, readable
from pipelines.read_dictionary import place_names

GRAM = 3
COPY = 0.82  # share of the shorter text's runs that must stand in the longer one; tuned by bench/measure_duplicates.py
SHORT, SHORT_COPY = 40, 0.7  # letters; a short text must also be nearly all of the other one
TINY = 10  # letters: 「同问」「顶」「+1」 say nothing about being copied

_NUMBER = re.compile(r"[a-z]?\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3})")
_PLACE = re.compile(
    r"([\u4e00-\u9fff0-9a-z])(?=(校区|食堂|餐厅|宿舍|公寓|号楼|教学楼|实验楼|图书馆|操场|校门|大学|学院|中学|小学|幼儿园|医院|小区|车站"
    r"|街道|市|县|区|镇|乡|村|路|楼|栋|幢|座|号|室|班|级|层|园|苑|斋|馆))|([东南西北正侧前后])(?=(门))"
)
_NO_PLACE_BEFORE = frozenset(
    "的了在到是我你他这那本该全各某每此和与及上下入出进去来有没无为从对向把被让不就也都还又校小社们整新民"
)
_KNOWN = "place"


class Comparable:
    """A text prepared for comparing; what only a comparison needs is computed when it is first asked for.

    Attributes:
        letters: Its normal form.
    """

    def __init__(self, text: str) -> None:
        self._readable = readable(text)
        self.letters = letters_of(self._readable)

    @cached_property
    def runs(self) -> frozenset[str]:
        """All runs of three letters."""
        letters = self.letters
        return frozenset(letters[start : start + GRAM] for start in range(max(1, len(letters) - GRAM + 1)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers it names."""
        return frozenset(found.lstrip("0") or "0" for found in _NUMBER.findall(_THOUSANDS.sub("", self._readable)))

    @cached_property
    def places(self) -> frozenset[tuple[str, str]]:
        """Word for a place and what stands right before it (食堂, 2); names of places share one word."""
        return frozenset(_places(self.letters))


@lru_cache(maxsize=512)
def comparable(text: str) -> Comparable:
    """Return a text prepared for comparing; those of the page at hand are kept, because two steps ask for them."""
    return Comparable(text)


def similarity(one: Comparable, other: Comparable) -> float:
    """Return how much of the shorter text stands in the longer one; 0 when they are no copies."""
    if one.letters == other.letters:
        return 1.0
    shorter = min(one, other, key=lambda text: (len(text.letters), text.letters))
    if len(shorter.letters) < TINY:
        return 0.0
    shared = len(one.runs & other.runs)
    contained = shared / len(shorter.runs)
    if contained < COPY:
        return 0.0
    if len(shorter.letters) < SHORT and shared / len(one.runs | other.runs) < SHORT_COPY:
        return 0.0
    return 0.0 if differs(one, other) else contained


def differs(one: Comparable, other: Comparable) -> bool:
    """Return whether each text names a number, or each a place, that the other does not."""
    if one.numbers - other.numbers and other.numbers - one.numbers:
        return True
    words = {word for word, _ in one.places - other.places}
    return any(word in words for word, _ in other.places - one.places)


def _places(letters: str) -> set[tuple[str, str]]:
    found = {(one or two, before or side) for before, one, side, two in _PLACE.findall(letters)}
    found = {(word, before) for word, before in found if before not in _NO_PLACE_BEFORE}
    names = place_names()
    return found | {(_KNOWN, letters[at : at + 2]) for at in range(len(letters) - 1) if letters[at : at + 2] in names}
