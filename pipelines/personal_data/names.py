"""Stage 2, step 2: full names of private persons, found by the words beside them, then wherever they occur.

Comes in: texts of one post. Goes out: the set of full names. 李老师 and 陈同学 are no full names; authors, officials by
office and public figures are kept. How sure the context is decides how much a name must look like one:

    LABEL  「姓名：」「名叫」      nearly anything with a surname
    ROLE   「室友」… 「…同学」      a surname and a given name that is no ordinary word
    LOOSE  lists, 「举报…」        the same, and only given-name characters
"""

import re
from collections.abc import Iterable, Iterator

from pipelines.personal_data.find_cues import find_cues
from pipelines.personal_data.name_cues import (
    AFTER,
    AFTER_NUMBER,
    BESIDE_NUMBER,
    CAPITAL,
    CLASS_CUE,
    COLON_CUE,
    COURTESY,
    ENGLISH,
    ENGLISH_BEFORE_TITLE,
    HAN_DOTTED,
    LABEL_CUE,
    LEFT_WORDS,
    LIST_CUE,
    LIST_MARK,
    LOOSE_CUE,
    MARKED,
    OFFICIAL_AFTER,
    OFFICIAL_BEFORE,
    ROLE_CUE,
    TITLE_AFTER,
)
from pipelines.personal_data.name_words import (
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    ENGLISH_WORDS,
    GIVEN,
    NEVER_GIVEN,
    NOT_NAMES,
    OTHER_PEOPLES,
    OTHER_SURNAMES,
    PUBLIC_NAMES,
    SURNAME_STARTS,
    VERB_SURNAMES,
)
from pipelines.read_dictionary import word_frequencies

LABEL, ROLE, LOOSE = 3, 2, 1
_CUES = ((LABEL_CUE, LABEL), (COLON_CUE, LABEL), (ROLE_CUE, ROLE), (LOOSE_CUE, LOOSE), (CLASS_CUE, LOOSE))
_SURETY = {id(cue): surety for cue, surety in _CUES}  # a pattern is a slow key: its hash goes through all of its code
_TITLE = re.compile(TITLE_AFTER)
KNOWN_WORD, RARE_SIGN, FREQUENT_WORD = 3, 150, 60  # frequencies in jieba's dictionary
MOST_COMMON = frozenset("王李张刘陈")  # with these a first half that is a word proves nothing
NOT_AFTER_SURNAME = frozenset(("家", "人", "山", "先生", "女士", "小姐", "某", "某某", "总", "工", "哥", "姐"))
PLACEHOLDERS = frozenset(("张三", "李四", "王五", "赵六"))
LIST_ALONE = 3  # so many name-like items in a row are a list of people without another word


def is_han(sign: str) -> bool:
    """Return whether a sign is a Chinese character."""
    return "\u4e00" <= sign <= "\u9fff"


def is_given(given: str, surety: int) -> bool:
    """Return whether one or two characters can be a given name in a context of this surety."""
    if not given or any(not is_han(sign) or sign in NEVER_GIVEN for sign in given):
        return False
    words = word_frequencies()
    return surety == LABEL or all(
        sign in GIVEN or (surety == ROLE and words.get(sign, 0) < RARE_SIGN) for sign in given
    )


def is_full_name(name: str, surety: int) -> bool:
    """Return whether `name` is a surname with a given name, and no ordinary word, place or public figure."""
    if name in PLACEHOLDERS:
        return True
    if name in NOT_NAMES or name in PUBLIC_NAMES or (name[:2] in NOT_NAMES and name[0] not in MOST_COMMON):
        return False
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:  # noqa: PLR2004
        return is_given(name[2:], max(surety, ROLE))
    surname, given = name[0], name[1:]
    if not _is_surname(surname, given, surety) or not is_given(given, surety):
        return False
    return surety == LABEL or not (_is_ordinary(name) or given in NOT_AFTER_SURNAME)


def _is_surname(surname: str, given: str, surety: int) -> bool:
    if surname in COMMON_SURNAMES:
        return True
    if surname in VERB_SURNAMES:
        return surety == LABEL
    return surname in OTHER_SURNAMES and (surety == LABEL or all(sign in GIVEN for sign in given))


def _is_ordinary(name: str) -> bool:
    """Return whether the dictionary knows the name, or its first half, as an ordinary word (高兴, 周末, 王子)."""
    words = word_frequencies()
    if words.get(name, 0) >= KNOWN_WORD:
        return True
    first_half = words.get(name[:2], 0) if len(name) > 2 else 0  # noqa: PLR2004
    return first_half >= FREQUENT_WORD and name[0] not in MOST_COMMON and first_half >= words.get(name[1:], 0)


def name_at(text: str, start: int, surety: int) -> str:
    """Return the full name that begins at `start`, or an empty text."""
    if text[start : start + 1] not in SURNAME_STARTS or _is_courtesy(text, start):
        return ""
    longest = 4 if text[start : start + 2] in COMPOUND_SURNAMES else 3
    found = [text[start : start + size] for size in range(longest, 1, -1)]
    found = [name for name in found if len(name) > 1 and is_full_name(name, surety)]
    if not found:
        return ""
    longest_name = found[0]
    end = start + len(longest_name)
    shorter = longest_name[:-1]
    crosses = word_frequencies().get(text[end - 1 : end + 1], 0) >= FREQUENT_WORD and is_han(text[end : end + 1] or " ")
    if len(found) > 1 and shorter == found[1] and crosses and not AFTER.match(text, end):
        return shorter
    return longest_name


def name_before(text: str, end: int, surety: int) -> str:
    """Return the full name that ends at `end`, or an empty text."""
    for size in (4, 3, 2):
        start = end - size
        if start < 0 or text[start] not in SURNAME_STARTS:
            continue
        if size == 4 and text[start : start + 2] not in COMPOUND_SURNAMES:  # noqa: PLR2004
            continue
        name = text[start:end]
        if is_full_name(name, surety) and _is_free_left(text, start) and not _is_courtesy(text, start):
            return name
    return ""


def _is_courtesy(text: str, start: int) -> bool:
    """Return whether a title stands right after the surname at `start` (陈先生, 欧阳老师): that is no full name."""
    return bool(COURTESY.match(text, start + (2 if text[start : start + 2] in COMPOUND_SURNAMES else 1)))


def _is_free_left(text: str, start: int) -> bool:
    """Return whether the surname at `start` does not belong to the word before it (每周王伟: 周 belongs to 每)."""
    if start == 0 or not is_han(text[start - 1]) or text[start - 1] in LEFT_WORDS:
        return True
    return word_frequencies().get(text[start - 1 : start + 1], 0) < FREQUENT_WORD


def name_beside(text: str, start: int, end: int) -> str:
    """Return the name right before or right after a number, or an empty text."""
    gap = BESIDE_NUMBER.search(text, max(0, start - 14), start)
    before = name_before(text, gap.start() if gap else start, ROLE)
    after = AFTER_NUMBER.match(text, end)
    bound = after is not None and after[0].endswith("的")  # 学号 … 的某某
    name = "" if before or after is None else name_at(text, after.end(), ROLE if bound else LOOSE)
    return before or (name if name and (bound or _ends_cleanly(text, text.index(name, end) + len(name))) else "")


def find_names(text: str, numbers: Iterable[tuple[int, int]] = ()) -> set[str]:
    """Find full names of private persons in a text.

    Args:
        text: The text.
        numbers: Start and end of personal numbers: a name right beside one is a private person's.
    """
    names: set[str] = set()
    for cue, found in find_cues(text):
        if cue is AFTER:
            names.add(_named_before(text, found))
            continue
        surety = _SURETY[id(cue)]
        end = found.end()
        if surety > LOOSE or text[end : end + 1] in SURNAME_STARTS:  # after a loose cue nothing else is a name
            names.update(_named_after(text, found, surety))
    names.update([name_beside(text, start, end) for start, end in numbers])
    names.update(_listed(text))
    if CAPITAL.search(text):
        names.update([found[1] for found in ENGLISH_BEFORE_TITLE.finditer(text)])
    names.discard("")
    return {name for name in names if not _is_public(text, name)}


def _named_before(text: str, cue: re.Match[str]) -> str:
    end = cue.start()
    if _TITLE.match(text, end):
        return name_before(text, end, ROLE) or _other_name_before(text, end)
    return name_before(text, end, LOOSE)


def _named_after(text: str, cue: re.Match[str], surety: int) -> Iterator[str]:
    start = cue.end()
    if surety == LABEL and not MARKED.search(cue[0]):
        surety = ROLE
    if surety >= ROLE:
        for pattern, is_kept in ((HAN_DOTTED, _never), (ENGLISH, _is_english_word)):
            foreign = pattern.match(text, start)
            if foreign and not is_kept(foreign[0]):
                yield foreign[0].rstrip(" .·")
                return
    if surety == ROLE and cue[0][-1:] in "、，," and len(cue[0]) > 1:
        surety = LOOSE
    if surety >= ROLE and text[start : start + 2] in OTHER_PEOPLES:
        yield _other_name(text, start)
        return
    name = name_at(text, start, surety)
    if surety == LABEL and name and not _ends_cleanly(text, start + len(name)):
        name = name_at(text, start, ROLE)
    if surety == LOOSE and name and not (_is_whole(text, start, name) or _ends_cleanly(text, start + len(name))):
        name = ""
    yield name


def _other_name(text: str, start: int) -> str:
    """Return a name of three to five characters without a surname of the table, up to where a sentence goes on."""
    end = start + 2
    while (
        end < start + 5 and text[end : end + 1] not in NEVER_GIVEN | LEFT_WORDS and is_han(text[end : end + 1] or " ")
    ):
        end += 1
    return text[start:end]


def _other_name_before(text: str, end: int) -> str:
    """Return a name of three to five characters that begins like one of another people and ends at `end`."""
    starts = (end - size for size in (5, 4, 3) if end >= size)
    return next((text[start:end] for start in starts if text[start : start + 2] in OTHER_PEOPLES), "")


def _never(_: str) -> bool:
    return False


def _is_english_word(words: str) -> bool:
    return words.partition(" ")[0].title() in ENGLISH_WORDS


def _is_whole(text: str, start: int, name: str) -> bool:
    """Return whether three characters with a common surname end where no word goes on."""
    end = start + len(name)
    goes_on = word_frequencies().get(text[end - 1 : end + 1], 0) > 0
    return len(name) > 2 and name[0] in COMMON_SURNAMES and not goes_on  # noqa: PLR2004


def _ends_cleanly(text: str, end: int) -> bool:
    """Return whether a name may end here: at a sign, or before a word that follows names."""
    rest = text[end : end + 2]
    return (
        not rest
        or not is_han(rest[0])
        or rest[0] in NEVER_GIVEN
        or rest[0] in LEFT_WORDS
        or bool(AFTER.match(text, end))
    )


def _listed(text: str) -> Iterator[str]:
    """Give the members of lists: three name-like items in a row, or two of them beside a word for people."""
    row: list[str] = []
    start_of_last = -1
    for mark in LIST_MARK.finditer(text):
        left = name_before(text, mark.start(), ROLE)
        right = name_at(text, mark.end(), ROLE) if left else ""
        if not right:
            continue
        if mark.start() - len(left) != start_of_last:
            yield from _people(text, row, start_of_last)
            row = [left]
        row.append(right)
        start_of_last = mark.end()
    yield from _people(text, row, start_of_last)


def _people(text: str, row: list[str], end: int) -> list[str]:
    if row and (len(row) >= LIST_ALONE or LIST_CUE.search(text[max(0, end - 30) : end + 16])):
        return row
    return []


def _is_public(text: str, name: str) -> bool:
    """Return whether the text itself shows the bearer of a name as official, author, figure, brand or place."""
    if name in PUBLIC_NAMES:
        return True
    place = text.find(name)
    while place >= 0:
        if OFFICIAL_AFTER.match(text, place + len(name)) or OFFICIAL_BEFORE.search(text[max(0, place - 8) : place]):
            return True
        place = text.find(name, place + 1)
    return False
