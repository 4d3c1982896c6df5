"""Stage 2, words: the words of the language. The file of jieba's dictionary, which is installed anyway, in; words out.

jieba itself is not loaded: one regular expression over the file is all that is needed (0.2 s, once a process).
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from foundation.errors import Stop

_PLACE = re.compile(r"^(\S\S) \d+ ns$", re.M)
_WORD = re.compile(r"^(\S{1,3}) (\d+) (?!nr)", re.M)  # three: a surname and a given name of two; nr: a person's name
_FREQUENT_NAME = re.compile(r"^(\S{1,2}) ([1-9]\d{3,}|[2-9]\d\d) nr", re.M)  # ordinary words that are tagged as names


@cache
def place_names() -> frozenset[str]:
    """Return the names of places of two characters."""
    return frozenset(_PLACE.findall(_read_dictionary()))


@cache
def word_frequencies() -> dict[str, int]:
    """Return the ordinary words of at most three characters with their frequency."""
    lines = _read_dictionary()
    return {word: int(often) for pattern in (_WORD, _FREQUENT_NAME) for word, often in pattern.findall(lines)}


def _read_dictionary() -> str:
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise Stop("找不到分词词典", "jieba", "重新安装：pip install --force-reinstall jieba")
    return Path(spec.origin).with_name("dict.txt").read_text(encoding="utf-8")
