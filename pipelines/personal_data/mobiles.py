"""Stage 2, step 2: mobile numbers in any dress: full width, Chinese numerals, split by signs or words, reversed.

Comes in: a reading. Goes out: spans of kind 手机号. Numbers of offices, orders and amounts are kept.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipelines.personal_data.offices import is_published
from pipelines.personal_data.reading import Reading, Span

KIND = "手机号"
LENGTH = 11
MOST_GROUPS = 5
LABEL_REACH = 16  # code points around a number in which its label is looked for

_RUN = re.compile(r"\d\d*")  # a class alone at the begin is found sooner than with +
_WHOLE = re.compile(r"(?<![\d*])(?<!\d\.)(?:(?:\+ ?|00)?86[- ]?)?(1[3-9]\d{9})(?![\d*])")
_REVERSED = re.compile(r"(?<!\d)\d{9}[3-9]1(?!\d)")
_REVERSED_CUE = re.compile(r"倒着|倒过来|倒序|反着|反过来|从后往前|从右往左|逆序|颠倒|倒念|反读|倒读|镜像")
_LABEL = re.compile(
    r"电话|手机|联系|号码|[加+]我|找我|打给|打我|call|tel|phone|微信|v信|vx|wx|短信|拨|私聊|私我|滴滴"
    r"|扣我|号[:是]|\u2795|☎|📱|📞",
    re.I,
)
_NOT_A_PHONE = re.compile(
    r"(?:订单|单号|运单|快递|流水|受理|工单|编号|票号|批号|条码|序列号|型号|版本|期号|案号|合同|发票"
    r"|货号|房源|id|isbn|issn|no\.?)"
    r"[^\d,;。]{0,4}$|[¥￥$]\s*$",
    re.I,
)
_UNIT_AFTER = re.compile(
    r"\s*(?:元|块|万|亿|美元|人|%|次|分|级|年|月|日|号楼|届|个|米|公里|字|篇|名|楼|室|栋|期|平|斤|克)"
)
_SIGNS = re.compile(r"(?:[^\w]|_|\[[\u4e00-\u9fff]{1,4}\]){1,8}")
_BRIDGE = re.compile(
    r"(?:[^\w]|_|然后|接着|再加?|后面|后边|前面|前边|中间|最后|开头|结尾|尾号|尾数|剩下|下半段|上半段"
    r"|后半段|前半段|以及|还有"
    r"|[前中后末尾]间?[\d三四]?[位个段]|四位|\d位|数字|号码|连|拼|接|加|跟|和|是|的|那个|就是|为|嗯|呃"
    r"|啊|哦|杠|空格|点|减|后|尾|\u02ad){1,14}"
)
_FREE = re.compile(r"[^\d\n。！？!?]{1,4}")
_UNITS = re.compile(r"[元块人级年月日号个次分名楼室米斤栋期届第共点时]|%|:\d?$")
_PLAIN_SHAPES = {(3, 4, 4), (3, 8), (7, 4)}
_SHAPES = _PLAIN_SHAPES | {
    *((3, 3, 5), (4, 4, 3), (4, 3, 4), (5, 6), (6, 5), (4, 7), (8, 3), (3, 5, 3), (1, 10), (2, 9), (5, 3, 3)),
    *((3, 4, 2, 2), (3, 2, 2, 4), (3, 2, 3, 3), (2, 3, 3, 3), (3, 3, 3, 2), (3, 2, 2, 2, 2)),
    *((2, 2, 2, 2, 2, 1), (1, 2, 2, 2, 2, 2)),
}


def find_mobiles(reading: Reading) -> Iterator[Span]:
    """Find mobile numbers of private persons."""
    if reading.digits < LENGTH:
        return
    for folded in dict.fromkeys((reading.plain, reading.spoken)):
        for found in _WHOLE.finditer(folded) if reading.longest_run >= LENGTH else ():
            if _is_private(reading, found.start(), found.end()):
                yield Span(found.start(), found.end(), KIND)
        yield from _split(reading, folded)
        if _REVERSED_CUE.search(reading.text):
            for found in _REVERSED.finditer(folded):
                yield Span(found.start(), found.end(), KIND)
            backwards = folded[::-1]
            for start, end, _ in _joined(backwards):
                yield Span(len(folded) - end, len(folded) - start, KIND)


def _is_private(reading: Reading, start: int, end: int) -> bool:
    before = reading.before(start)
    if _NOT_A_PHONE.search(before) or _UNIT_AFTER.match(reading.plain, end):
        return False
    return not is_published(before)


def _split(reading: Reading, folded: str) -> Iterator[Span]:
    for start, end, groups in _joined(folded):
        gaps = [folded[left:right] for (_, left), (right, _) in pairwise(groups)]
        shape = tuple(right - left for left, right in groups)
        around = reading.plain[max(0, start - LABEL_REACH) : end + LABEL_REACH]
        if _is_credible(shape, gaps, bool(_LABEL.search(around))) and _is_private(reading, start, end):
            yield Span(start, end, KIND)


def _joined(folded: str) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Give all rows of digit groups that make eleven digits of a mobile number, with short gaps between them."""
    runs = [(found.start(), found.end()) for found in _RUN.finditer(folded)]
    for first, (start, end) in enumerate(runs):
        if folded[start] != "1" or end - start >= LENGTH:
            continue
        groups, total = [(start, end)], end - start
        for left, right in runs[first + 1 :]:
            if total >= LENGTH or not _is_gap(folded[groups[-1][1] : left]):
                break
            groups.append((left, right))
            total += right - left
        number = "".join(folded[left:right] for left, right in groups)
        if total == LENGTH and number[1] in "3456789" and folded[max(0, start - 2) : start][-1:] not in ("*", "."):
            yield start, groups[-1][1], groups


def _is_gap(gap: str) -> bool:
    return bool(_SIGNS.fullmatch(gap) or _BRIDGE.fullmatch(gap) or _FREE.fullmatch(gap)) and "*" * 3 not in gap


def _is_credible(shape: tuple[int, ...], gaps: list[str], labelled: bool) -> bool:
    """Return whether these digit groups are one number: the odder the split, the more a label is needed."""
    singles = max(shape) == 1
    if all(_SIGNS.fullmatch(gap) for gap in gaps):
        if any(":" in gap for gap in gaps) and not singles:
            return False
        alike = len(set(gaps)) == 1 and not any(sign in gaps[0] for sign in ",、;\n")
        if alike and (singles or shape in _PLAIN_SHAPES):
            return True
        return labelled and (singles or shape in _SHAPES)
    if any(_UNITS.search(gap) for gap in gaps if not _BRIDGE.fullmatch(gap)):
        return False
    if all(_BRIDGE.fullmatch(gap) for gap in gaps):
        return len(shape) <= MOST_GROUPS and (shape[0] > 1 or labelled)
    return labelled and (singles or len(shape) <= MOST_GROUPS)
