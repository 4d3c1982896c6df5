"""Stage 2, step 6, rule many_ill: five or more fell ill at once."""

import re

from pipelines.join_patterns import Hit
from pipelines.match_words import PostView
from pipelines.weigh_harm import GRAVE, Finding, weigh_hits

TITLE = "多人同时发病"
WHY = "同餐、同水、同室五人以上出现症状"
SOURCE = "severity-guide §2 特别重大（≥ 5 人有症状）"
UNITS = ("后勤", "校医院", "保卫")
TOPIC = "校园安全"
NEEDS = ("ill", "ill_mild")
EXAMPLES = {
    "positive": ("吃完二食堂的午饭，我们班十几个人上吐下泻", "整个寝室都拉肚子，去医院了"),
    "negative": ("食堂排队的人好多",),
    "near_miss": ("我一个人吃坏肚子了，其他人没事", "十几个人在食堂排队，我头晕"),
}


ENOUGH = 5
NEAR = 14  # characters between the number of people and what they suffer from
COUNT = re.compile(r"(\d{1,4}|[一二两三四五六七八九十百]{1,4})(?:多|几|来)?(?:个|名|位|人)")
DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}


def find(view: PostView) -> Finding | None:
    """Return the finding when symptoms and a number of people ≥ 5 stand near each other."""
    ill = [hit for hit in view.hits.get("ill", ()) if hit.words[0] not in view.words("ill_mild")]
    ill += [hit for hit in view.hits.get("ill_mild", ()) if not view.has("queue")]
    hits = [hit for hit in ill if view.near(hit, "mass", NEAR, NEAR) or _counted(view, hit)]
    if view.has("negated_mass"):
        return None
    finding = weigh_hits(view, hits, GRAVE)
    if finding is None or not finding.words:
        return None
    return Finding(finding.points, (*finding.words, *view.words("mass")[:3]), finding.note)


def _counted(view: PostView, hit: Hit) -> bool:
    around = view.text[max(0, hit.start - NEAR) : hit.end + NEAR]
    return any(number_of(count[1]) >= ENOUGH for count in COUNT.finditer(around))


def number_of(text: str) -> int:
    """Return a number below a thousand written in digits or Chinese: 12, 十二, 二十, 一百."""
    if text.isdigit():
        return int(text)
    total, digit = 0, 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
        else:
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
    return total + digit
