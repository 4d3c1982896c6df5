"""Stage 2, step 2: a text read for personal data: folded copies of equal length, so that offsets stay the input's.

Comes in: a text. Goes out: `Reading` with `plain` (full width and fancy signs as ASCII, web addresses blanked) and
`spoken` (Chinese numerals as digits too); `Span` is what every detector gives back.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

BLANK = "\u02ad"  # stands for words that are no numbers (前三位, 唯一) but may stand between the parts of one
WALL = "\u02ae"  # stands for what was read already: nothing is read across it


class Span(NamedTuple):
    """One piece of personal data: code points of the input, half open, and what it is."""

    start: int
    end: int
    kind: str


def _digit_table() -> dict[int, str]:
    blocks = (
        *((0xB2, 0xBA), (0x660, 0x66A), (0x6F0, 0x6FA), (0x2070, 0x208A), (0x2460, 0x2491)),
        *((0x24EA, 0x24FF), (0x2776, 0x2793), (0x1D7CE, 0x1D800), (0xFF10, 0xFF1A)),
    )
    signs = (chr(code) for low, high in blocks for code in range(low, high))
    table = {ord(sign): str(unicodedata.digit(sign)) for sign in signs if unicodedata.digit(sign, None) is not None}
    return table | {0x24FF: "0", 0x1F100: "0"}


_PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | _digit_table()
_PLAIN |= {
    0x3000: " ",
    0x417: "3",
    0x437: "3",
    0x41E: "O",
    0x43E: "o",
    0x39F: "O",
    0x3BF: "o",
    0x2014: "-",
    0x2013: "-",
    0x2212: "-",
    0xFE6B: "@",
}
_BEYOND = 0x10000  # code points from here on in one class with others make a search ten times slower
_FANCY = re.compile(f"[{re.escape(''.join(chr(code) for code in _PLAIN if code < _BEYOND))}]")
_FANCY_BEYOND = re.compile(
    "[\U0001d7ce-\U0001d7ff\U0001f100]"
)  # apart: in one class they make the search ten times slower
_COMMON = tuple((sign, _PLAIN[ord(sign)]) for sign in "，！？：；（）～")
_LETTER_OR_ODD = re.compile("[^\u4e00-\u9fff !-/:-@\\[-`{-~\n。、…“”《》【】]")  # no letter, digit or fancy sign else
_ANY_DIGIT = re.compile(r"\d")
_SIGN = "A-Za-z\u0130\u0131\u017f\u212a"  # the four that equal a Latin letter when case is ignored
_RUN = re.compile(rf"[\d{_SIGN}_-][\d{_SIGN}_-]*")  # a class alone at the begin is found sooner than with +
SHORTEST_RUN = 4
_LATIN = re.compile(f"[{_SIGN}]{{2}}")
_NUMERALS = ("〇零○", "一壹幺", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_SPOKEN = tuple((sign, str(digit)) for digit, signs in enumerate(_NUMERALS) for sign in signs)
_RADIO = (("洞", "0"), ("拐", "7"), ("勾", "9"), ("两", "2"))
_ORDINAL = re.compile(  # again a class first, then what may follow which of its signs
    r"[第前中后末尾唯统单\d](?:(?<=第)\d+|(?<=[前中后末尾])间?\d+[位个段]|(?<=\d)[位段](?=是|数|[::]|\d)|(?<=[唯统单])1|(?<=1)[下些样直起定般])"
)
_ADDRESS_OF_WEB = re.compile(  # the first sign as a class, which is found quickly, then what goes on from it
    r"[A-Za-z0-9\u017f\u212a-](?i:(?<=h)ttps?://[!-~]+|(?<=w)ww\.[!-~]+"
    r"|(?<![\w@.#-].)[a-z0-9-]*\.(?:[a-z0-9-]+\.)*(?:com|cn|net|org|edu|gov|io|me|cc|top|xyz)/[!-~]*)"
)
_DIGIT_SIGNS = "〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺\u2460-\u249b\u24ea-\u24ff\u2776-\u2793"
_DIGIT = re.compile(f"[{''.join(sign for sign in map(chr, range(_BEYOND)) if sign.isdecimal())}{_DIGIT_SIGNS}]")
_DIGIT_OR_BEYOND = re.compile(rf"[\d{_DIGIT_SIGNS}\U0001f100]")  # the same, slower, with those beyond the basic plane
_LETTER_DIGIT = re.compile(r"(?<=\d)[oOlI]+(?![A-Za-z])")


@dataclass(slots=True)
class Reading:
    """A text and its two folded copies, all of one length.

    Attributes:
        text: The input.
        plain: Digits of any script and full-width signs as ASCII; web addresses blanked.
        spoken: The same with Chinese numerals as digits; equal to `plain` when there are none.
        has_digits: Whether numbers are worth looking for (at least five digit signs).
        digits: Digits of the copy that has more of them; a detector that needs more is not asked.
        longest_run: Length of the longest row of Latin letters, digits, _ and - in either copy (0 when below four).
        has_latin: Whether two Latin letters stand side by side.
    """

    text: str
    plain: str
    spoken: str
    has_digits: bool
    digits: int
    longest_run: int
    has_latin: bool

    @classmethod
    def of(cls, text: str) -> "Reading":
        """Fold a text."""
        plain = text
        for sign, ascii_sign in _COMMON:  # the signs of nearly every text: a replacement each costs next to nothing
            plain = plain.replace(sign, ascii_sign)
        is_simple = _LETTER_OR_ODD.search(plain) is None
        is_basic = len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)
        if not is_simple and not text.isascii():
            plain = _FANCY.sub(_as_plain, plain)
            plain = plain if is_basic else _FANCY_BEYOND.sub(_as_plain, plain)
        if "." in plain and ("/" in plain or "www" in plain.lower()):
            plain = _ADDRESS_OF_WEB.sub(_walled, plain)
        has_digits = len((_DIGIT if is_basic else _DIGIT_OR_BEYOND).findall(text)) >= 5  # noqa: PLR2004
        if is_simple and not has_digits:
            return cls(text, plain, plain, has_digits=False, digits=0, longest_run=0, has_latin=False)
        spoken = _as_spoken(plain, radio="幺" in text) if has_digits else plain
        runs = [_RUN.findall(copy) for copy in ((plain,) if spoken == plain else (plain, spoken))]
        digits = max([len(_ANY_DIGIT.findall("".join(found))) for found in runs])
        longest = max([len(run) for found in runs for run in found], default=0)
        longest_run = longest if longest >= SHORTEST_RUN else 0
        return cls(text, plain, spoken, has_digits, digits, longest_run, _LATIN.search(" ".join(runs[0])) is not None)

    def without(self, spans: list[Span]) -> "Reading":
        """Return the reading with walls in place of spans: a second look finds what they touched."""
        plain = _walled_in(self.plain, spans)
        spoken = plain if self.spoken == self.plain else _walled_in(self.spoken, spans)
        return Reading(self.text, plain, spoken, self.has_digits, self.digits, self.longest_run, self.has_latin)

    def before(self, start: int, width: int = 24) -> str:
        """Return the plain text just before an offset, within the same sentence."""
        return _SENTENCE_END.split(self.plain[max(0, start - width) : start])[-1]


_SENTENCE_END = re.compile(r"[。！？!?\n]|(?<!\d)\.(?!\w)")


def _as_spoken(plain: str, *, radio: bool) -> str:
    """Return the text with numerals as digits, words that are no numbers blanked, and letters in numbers as digits."""
    for numeral, digit in (*_SPOKEN, *_RADIO) if radio else _SPOKEN:  # ten times faster than a table
        plain = plain.replace(numeral, digit)
    spoken = _ORDINAL.sub(_blanked, plain)
    if "o" in spoken or "O" in spoken or "l" in spoken or "I" in spoken:
        spoken = _LETTER_DIGIT.sub(_as_digits, spoken)
    return spoken


def _walled_in(text: str, spans: list[Span]) -> str:
    for start, end, _ in spans:
        text = text[:start] + WALL * (end - start) + text[end:]
    return text


def _as_plain(found: re.Match[str]) -> str:
    return _PLAIN[ord(found[0])]


def _walled(found: re.Match[str]) -> str:
    return WALL * len(found[0])


def _blanked(found: re.Match[str]) -> str:
    return BLANK * len(found[0])


def _as_digits(found: re.Match[str]) -> str:
    return "".join("0" if sign in "oO" else "1" for sign in found[0])
