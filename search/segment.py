"""Stage 3: text → tokens. Han runs are cut by jieba (or rjieba, token for token equal), all other runs by ourselves.

The engines disagree only on Latin, digits and addresses, so those never reach them (measured: equal on the Han runs of
real posts; on piles of characters that are no words they break ties differently, which quoted searches never notice).
Two kinds of tokens come out: `words`, which follow the dictionary, and `grams`, which do not: a Han run's overlapping
pairs and its last character, so that any quoted part of a text is a phrase of grams, today and after words were added.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from operator import add
from typing import Any

from foundation.errors import Stop
from foundation.school import School

log = logging.getLogger(__name__)

WORD_FREQUENCY = 2000  # given to added words: above the product of two common characters, so that the word wins
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007\U00020000-\U0003ffff"
KANA = "\u3041-\u30ff\u31f0-\u31ff\uac00-\ud7a3"  # written without spaces too: they get grams like Han
SYMBOL = "\u2600-\u27bf\U0001f000-\U0001faff"  # emoji: one token each
_LATIN_RUN = r"[a-z0-9]+(?:[.+#&%_@/-]+[a-z0-9]+)*[+#%]*"
_OTHER_RUN = rf"[^\W_{HAN}{KANA}]+"  # accented Latin, Greek, Cyrillic …
_WORD_RUN = re.compile(rf"{_LATIN_RUN}|[{KANA}]+|[{HAN}{SYMBOL}]|{_OTHER_RUN}")  # between dictionary runs
_BETWEEN = re.compile("([^\u4e00-\u9fd5][^\u4e00-\u9fd5]*)")  # a class alone at the begin is found sooner than with +
_BREAK = "\n"  # no engine joins words across it
_PART = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*")
_GRAM_RUN = re.compile(rf"([{HAN}{KANA}]+)|[a-z]+|[0-9]+|[+#%{SYMBOL}]|{_OTHER_RUN}")
_SCHOOL_WORD = re.compile(rf"[{HAN}]{{2,8}}")
_HAN_ONLY = re.compile(r"[\u4e00-\u9fd5]{2,}")
Cut = Callable[[str], list[str]]

_NARROW = (*zip("，！？：；（）～", ",!?:;()~", strict=True), ("…", "..."))
_NEEDS_TABLES = re.compile(
    "[^\0-~\u4e00-\u9fff，！？：；（）～…、。《》【】“”‘’·—\u3014\u3015]"
)  # the rest of these stays

PROVEN = {"jieba": "0.42.1", "rjieba": "0.2.2"}  # our tests compare these releases: no need to load both (1 s)
PROBES = (  # cut by both engines before other releases are trusted
    "二食堂的饭菜里吃出虫子，窗口阿姨说下次注意",
    "东区三号宿舍楼昨晚停电到凌晨两点，没有人通知",
    "研究生招生复试名单公示有误，希望教务处尽快核实答复",
    "选课系统又崩了，辅导员让我们等通知，奖学金什么时候发",
    "校医院挂号排队两个小时，图书馆空调坏了一周没人修",
    "張老師說宿舍熱水供應時間太短",
)


@lru_cache(maxsize=4096)  # texts of a batch: words, pairs, rules and copies all ask for this form
def fold(text: str) -> str:
    """Return the form that is compared: full-width made half-width, lower case. Han characters stay as written."""
    if text.isascii():
        return text.lower()
    if _NEEDS_TABLES.search(text):
        return unicodedata.normalize("NFKC", text).lower()
    for sign, narrow in _NARROW:
        text = text.replace(sign, narrow)
    return text.lower()


def gram_tokens(text: str) -> list[str]:
    """Return the dictionary-free tokens of a text: pairs and last character of each Han run, other runs as they are."""
    tokens: list[str] = []
    for match in _GRAM_RUN.finditer(fold(text)):
        run = match[0]
        if match[1] is None:
            tokens.append(run)
        else:
            tokens += map(add, run, run[1:])
            tokens.append(run[-1])
    return tokens


def gram_phrase(text: str) -> tuple[list[str], bool]:
    """Return the grams that stand side by side wherever `text` occurs, and whether the last is only a beginning.

    A text that ends in Han may go on in the post, so its last character is left out (the pair before it says it
    already); a lone last character is the beginning of some pair.
    """
    tokens = gram_tokens(text)
    last_run = ""
    for match in _GRAM_RUN.finditer(fold(text)):
        last_run = match[1] or ""
    if len(last_run) > 1:
        return tokens[:-1], False
    return tokens, bool(last_run)


@dataclass(frozen=True, slots=True)
class Engine:
    """A loaded dictionary: two ways of cutting a Han run, and whether it knew a word before a school added its own."""

    cut: Cut
    cut_for_search: Cut
    knows: Callable[[str], bool]
    is_fast: bool


class Segmenter:
    """Cuts text to words. `words` are the school's own words, added to the dictionary.

    Args:
        words: Words to add; those the dictionary knows already change nothing.
        fast: Use rjieba. Releases other than `PROVEN` are used only if they cut `PROBES` and all `words` exactly as
            jieba does, else jieba is.

    Raises:
        Stop: `fast` was asked for and rjieba is not installed.
    """

    def __init__(self, words: Iterable[str] = (), fast: bool = False) -> None:
        self._added = sorted({word for word in words if _HAN_ONLY.fullmatch(word)})
        self._wants_fast = fast
        if fast and find_spec("rjieba") is None:
            hint = "pip install 'huiyin[fast]'，或改为 jieba"
            raise Stop("没有安装快速分词 rjieba", "huiyin.yaml judge.segmenter: fast", hint)

    @classmethod
    def of(cls, engine: Engine) -> "Segmenter":
        """Return the segmenter of a loaded engine."""
        segmenter = cls()
        segmenter.__dict__["_engine"] = engine
        return segmenter

    @cached_property
    def _engine(self) -> Engine:
        """The dictionary, loaded (1 s) when a text is first cut: most commands and calm rounds never cut one."""
        return _load_engine(tuple(self._added), fast=self._wants_fast)

    @property
    def is_fast(self) -> bool:
        """Whether rjieba is really used."""
        return self._engine.is_fast

    def cut(self, text: str) -> list[str]:
        """Return the words of a text, each character in at most one of them."""
        return self._tokens(text, self._engine.cut, parts=False)

    def cut_for_search(self, text: str) -> list[str]:
        """Return the words of a text and the shorter words inside them (search mode)."""
        return self._tokens(text, self._engine.cut_for_search, parts=True)

    def join_for_search(self, text: str) -> str:
        """Return the words of `cut_for_search`, joined by spaces."""
        pieces, told = self._pieces(text, self._engine.cut_for_search, parts=True)
        runs = " ".join(pieces).split(_BREAK)
        if any(told):
            runs[:-1] = [run + " ".join(between) for run, between in zip(runs, told, strict=False)]
        return "".join(runs).replace("  ", " ").strip()

    def is_common(self, word: str) -> bool:
        """Return whether the dictionary knew the word before any school added its own."""
        return self._engine.knows(word)

    def _tokens(self, text: str, cut: Cut, *, parts: bool) -> list[str]:
        pieces, told = self._pieces(text, cut, parts=parts)
        if not any(told):
            return [piece for piece in pieces if piece != _BREAK]
        tokens: list[str] = []
        start = 0
        for between in told:
            end = pieces.index(_BREAK, start)
            tokens += pieces[start:end]
            tokens += between
            start = end + 1
        return tokens + pieces[start:]

    def _pieces(self, text: str, cut: Cut, *, parts: bool) -> tuple[list[str], list[tuple[str, ...]]]:
        """Return the words of all dictionary runs with breaks between runs, and for each break the tokens there."""
        runs = _BETWEEN.split(fold(text))  # by turns: of the dictionary's characters, and what stands between
        told = [_tokens_between(run, parts) for run in runs[1::2]]
        return cut(_BREAK.join(runs[::2])), told  # one call: a call for each run costs more than the cutting


@lru_cache(maxsize=1024)  # signs between words repeat
def _tokens_between(run: str, parts: bool) -> tuple[str, ...]:
    """Return the tokens of what stands between two runs of the dictionary's characters."""
    tokens: list[str] = []
    for match in _WORD_RUN.finditer(run):
        token = match[0]
        tokens.append(token)
        if parts and token[0].isascii() and not token.isalpha():
            pieces = _PART.findall(token)
            tokens += pieces if len(pieces) > 1 or pieces != [token] else ()
    return tuple(tokens)


@lru_cache(maxsize=4)  # one process opens a school's index many times
def _load_engine(added: tuple[str, ...], *, fast: bool) -> Engine:
    if not fast:
        return _jieba_engine(added)
    engine = _fast_engine(added)
    if all(version(package) == release for package, release in PROVEN.items()):
        return engine
    plain = _load_engine(added, fast=False)
    if differing_texts(Segmenter.of(engine), Segmenter.of(plain), (*PROBES, *added)):
        log.warning("rjieba 与 jieba 分词不一致，改用 jieba")
        return plain
    return engine


def differing_texts(one: Segmenter, other: Segmenter, texts: Iterable[str]) -> int:
    """Count the texts that two segmenters cut differently, in either mode."""
    return sum(
        one.cut(text) != other.cut(text) or one.cut_for_search(text) != other.cut_for_search(text) for text in texts
    )


def school_words(school: School) -> set[str]:
    """Return the Han words a school wrote: its names and places, its departments' words, its lists under `words/`."""
    identity = school.settings.school
    texts = [identity.name, *identity.aliases, *identity.places, *identity.namesakes]
    for department in school.organisation.departments:
        texts += [department.name, *department.words]
    for _, text in school.files.under("words"):
        texts += [line.partition("#")[0] for line in text.splitlines()]
    return {word for text in texts for word in _SCHOOL_WORD.findall(fold(text))}


@lru_cache(maxsize=1)
def _plain_jieba() -> Any:
    """Load jieba's dictionary once a process (1 s); every segmenter starts from a copy of it (10 ms)."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def _jieba_engine(words: Sequence[str]) -> Engine:
    import jieba

    plain = _plain_jieba()
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = dict(plain.FREQ), plain.total, True
    for word in words:
        if not plain.FREQ.get(word):
            tokenizer.add_word(word, WORD_FREQUENCY)
    return Engine(tokenizer.lcut, tokenizer.lcut_for_search, lambda word: bool(plain.FREQ.get(word)), is_fast=False)


def _fast_engine(words: Sequence[str]) -> Engine:
    import rjieba

    engine = rjieba.Jieba()
    added = {word for word in words if not engine.has_word(word)}
    for word in sorted(added):
        engine.add_word(word, WORD_FREQUENCY, "n")
    knows = lambda word: engine.has_word(word) and word not in added  # noqa: E731
    return Engine(engine.cut, engine.cut_for_search, knows, is_fast=True)
