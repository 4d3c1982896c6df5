"""Stage 3: the dictionary-free tokens of many texts at once, ready for the index. Texts in; for each its grams out.

The same tokens in the same order as `gram_tokens`, joined by spaces: numpy looks at all characters of a batch together,
which costs a tenth. Texts with signs that need a closer look (accented letters, signs beyond the basic plane) are left
to `gram_tokens`.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from search.segment import HAN, KANA, SYMBOL, Segmenter, fold, gram_tokens

_NOTHING, _HAN, _LATIN, _DIGIT, _SIGN, _CLOSER = range(6)
_CLASSES = (  # later ones win
    (_CLOSER, r"[^\W_]+"),
    (_HAN, f"[{HAN}{KANA}]+"),
    (_LATIN, "[a-z]+"),
    (_DIGIT, "[0-9]+"),
    (_SIGN, f"[+#%{SYMBOL}]+"),
)
_BEYOND = 0x10000  # the basic plane ends here
_SPACE = 32


@cache
def _class_of() -> NDArray[np.uint8]:
    """Return the class of every code point of the basic plane; all beyond it need a closer look."""
    signs = "".join("\0" if 0xD800 <= code < 0xE000 else chr(code) for code in range(_BEYOND))  # noqa: PLR2004  # no character
    classes = np.zeros(_BEYOND + 1, dtype=np.uint8)
    classes[_BEYOND] = _CLOSER
    for number, pattern in _CLASSES:
        for run in re.finditer(pattern, signs):
            classes[run.start() : run.end()] = number
    return classes


def join_grams(texts: Sequence[str]) -> list[str]:
    """Return for each text its grams, joined by spaces."""
    if not texts:
        return []
    folded = [fold(text) for text in texts]
    codes = np.frombuffer("\0".join([*folded, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    classes = _class_of()[np.minimum(codes, _BEYOND)]
    following = np.append(classes[1:], np.uint8(_NOTHING))
    is_han, is_token = classes == _HAN, classes != _NOTHING
    signs = np.zeros(
        (len(codes), 3), dtype=np.uint32
    )  # each character, the next one of a pair, a space at a token's end
    signs[:, 0] = codes * is_token
    signs[:-1, 1] = codes[1:] * (is_han & (following == _HAN))[:-1]
    signs[:, 2] = _SPACE * (is_token & (is_han | (classes == _SIGN) | (following != classes)))
    is_kept = signs != 0
    written = signs[is_kept].tobytes().decode("utf-32-le", "surrogatepass")
    ends = np.cumsum([len(text) + 1 for text in folded])
    places = is_kept.sum(axis=1).cumsum()[ends - 1]
    closer = np.add.reduceat(classes == _CLOSER, np.append(0, ends[:-1])).tolist()
    begins = [0, *places.tolist()]
    return [
        " ".join(gram_tokens(text))
        if closer[number]
        else written[begins[number] : max(begins[number], begins[number + 1] - 1)]
        for number, text in enumerate(texts)
    ]


def cut_texts(segmenter: Segmenter, texts: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return text → words and grams, each as one line split by spaces; a text that several posts show is cut once."""
    once = list(dict.fromkeys(texts))
    cut = segmenter.join_for_search
    return {text: (cut(text), grams) for text, grams in zip(once, join_grams(once), strict=True)}
