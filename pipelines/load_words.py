"""Stage 2, words: the lexicons `words/*.txt` and the school's own, in; concepts with their words and patterns, out.

A lexicon is plain text that a teacher can edit. `[concept]` opens a concept, then words follow, separated by blanks:

    [exposed_wire]
    漏电 线头外露
    电线|插座+裸露|烧焦      near each other, either order, one sentence
    @staff>骂|吼>@pupil      in this order; @staff stands for the words of the concept staff
    停电&没人修              anywhere in the post

The school's files of the same form (`words/*.txt` of its folder) add to these; `!word` takes a word away. A school that
needs a matter judged otherwise writes words, never code.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from foundation.errors import ConfigError, Problem
from foundation.school import School

FOLDER = Path(__file__).parent / "words"
HEADING = re.compile(r"^\[([a-z][a-z0-9_]*|[\u4e00-\u9fff]+)\]$")
OPERATORS = re.compile(r"([+>&])")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Several parts that must occur together; each part is a set of words.

    Attributes:
        concept: What is meant when all parts are found.
        parts: Alternatives for each part.
        links: How part i+1 is joined to part i: `+` near, `>` near and after, `&` anywhere.
    """

    concept: str
    parts: tuple[frozenset[str], ...]
    links: tuple[str, ...]


@dataclass(slots=True)
class Lexicon:
    """All concepts: plain words by concept, and patterns."""

    words: dict[str, set[str]] = field(default_factory=dict)
    patterns: list[Pattern] = field(default_factory=list)


def load_words(school: School | None = None) -> Lexicon:
    """Return our lexicons, extended by the school's own.

    Raises:
        ConfigError: A school's word file cannot be read as a lexicon.
    """
    texts = list(_own_texts())
    if school is not None:
        texts += [(name, text) for name, text in school.files.under("words") if name.endswith(".txt")]
    return parse_words(texts)


@cache
def _own_texts() -> tuple[tuple[str, str], ...]:
    return tuple((path.name, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.txt")))


def parse_words(texts: Iterable[tuple[str, str]]) -> Lexicon:
    """Parse lexicon texts given as (file name, text), later ones adding to earlier ones.

    Raises:
        ConfigError: A word before the first heading, a broken heading, an empty part or an unknown @concept.
    """
    lexicon = Lexicon()
    entries: list[tuple[str, str, str, int]] = []
    for name, text in texts:
        _read_file(name, text, lexicon, entries)
    problems = []
    for concept, entry, name, line in entries:
        try:
            lexicon.patterns.append(_pattern(concept, entry, lexicon))
        except ValueError as mistake:
            hint = "写法见 pipelines/load_words.py 开头"
            problems.append(Problem(name, line, f"词条 {entry} 读不懂：{mistake}", hint))
    if problems:
        raise ConfigError(problems)
    return lexicon


def _read_file(name: str, text: str, lexicon: Lexicon, entries: list[tuple[str, str, str, int]]) -> None:
    concept = ""
    for number, raw in enumerate(text.lower().splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        if line.startswith("["):
            heading = HEADING.match(line)
            if heading is None:
                hint = "写成 [concept]，用小写字母或汉字"
                raise ConfigError([Problem(name, number, f"概念名 {line} 写得不对", hint)])
            concept = heading[1]
            lexicon.words.setdefault(concept, set())
        elif not concept:
            raise ConfigError([Problem(name, number, "词写在了第一个 [概念] 之前", "先写一行 [概念]，再写词")])
        else:
            _add_entries(concept, line.split(), lexicon, [(name, number), entries])


def _add_entries(concept: str, items: list[str], lexicon: Lexicon, where: list) -> None:  # type: ignore[type-arg]
    (name, number), entries = where
    for item in items:
        if item.startswith("!"):
            lexicon.words[concept].discard(item[1:])
            entries[:] = [entry for entry in entries if entry[:2] != (concept, item[1:])]
        elif OPERATORS.search(item):
            entries.append((concept, item, name, number))
        else:
            lexicon.words[concept].update(word for word in item.split("|") if word)


def _pattern(concept: str, entry: str, lexicon: Lexicon) -> Pattern:
    pieces = OPERATORS.split(entry)
    parts = tuple(_part(piece, lexicon) for piece in pieces[::2])
    return Pattern(concept, parts, tuple(pieces[1::2]))


def _part(piece: str, lexicon: Lexicon) -> frozenset[str]:
    words: set[str] = set()
    for choice in piece.split("|"):
        if choice.startswith("@"):
            if not lexicon.words.get(choice[1:]):
                raise ValueError(f"没有概念 {choice[1:]}")
            words |= lexicon.words[choice[1:]]
        elif choice:
            words.add(choice)
    if not words:
        raise ValueError("有一段是空的")
    return frozenset(words)
