"""The application: what a round's end means to people. Outcome and note in; Chinese words and a next step out."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from foundation.outcome import SourceOutcome

NEXT_STEPS = {  # every outcome that is not good
    SourceOutcome.PARTLY_BLOCKED: "这一轮少听了几页，下一轮会再试；一直如此，用浏览器打开那一页看看",
    SourceOutcome.BLOCKED_BY_ROBOTS: "网站不许抓取，不会绕过；请与网站管理员商量，或停用这个信源（enabled: false）",
    SourceOutcome.LOGIN_REQUIRED: "没有登录就看不到，回音不登录；换一个公开的版块，或停用这个信源",
    SourceOutcome.RATE_LIMITED: "会自动放慢再试（网站说停多久就停多久，没说就每次加倍，最多一天）；一直如此，加大间隔",
    SourceOutcome.SITE_CLOSED: "等网站重新开放，会自动再试；长期关闭就停用这个信源",
    SourceOutcome.LAYOUT_CHANGED: "用浏览器对照页面是否改版；读坏的原页看 huiyin quarantine list，修好后可重放",
    SourceOutcome.UNREACHABLE: "用浏览器打开网址，确认网址没有变、网络通；内网信源还要写进 crawl.allowed_networks",
    SourceOutcome.NOT_ENABLED: "要听它，就在信源文件里去掉 enabled: false，再运行 huiyin apply",
    SourceOutcome.NEVER_RUN: "运行 huiyin crawl 试听一轮，或 huiyin run 长期运行",
}
BROKEN = "程序出错"  # stands in place of an outcome's title when a part of ours failed
BROKEN_STEP = "没有算作已读，下一轮会重来；再出现时，把说明里的错误名和位置报告给开发者"
NOTES = {  # a wall's evidence → what was seen
    "captcha": "网站要求输入验证码",
    "closed": "页面说站点关闭或维护",
    "login": "页面要求登录",
    "login_form": "页面上是登录框",
    "system_error": "网站自己报错",
    "too_fast": "页面说访问过于频繁",
    "undecodable": "文字编码认不出，全是乱码",
    "broken_xml": "订阅源不是完整的 XML",
    "too_deep": "网页标签套得太深，读不了",
    "no_object": "回答不是约定的 JSON 对象",
    "ok_-100": "接口要求登录",
    "not_a_feed": "这个地址不是 RSS 或 Atom 订阅源",
    "xml_entities_refused": "订阅源里有不安全的 XML 实体，没有读",
}
TOO_LARGE = "页面超过 crawl.page_megabytes，没有读"  # crawler/failures.py
NOTE_STEPS = {  # evidence → what to do, where the outcome's own step would not help
    "broken_xml": "请网站修好订阅源，或改听它的网页；原页看 huiyin quarantine list",
    "xml_entities_refused": "请网站去掉订阅源里的实体声明，或改听它的网页；原页看 huiyin quarantine list",
    "undecodable": "在信源文件里写明 options: {encoding: …}（如 gbk）；原页看 huiyin quarantine list，改好后可重放",
    TOO_LARGE: "用浏览器看看这一页有多大；确实要听，加大 huiyin.yaml 里的 crawl.page_megabytes",
    "too_deep": "用浏览器看看这一页，请网站修好它；原页看 huiyin quarantine list",
}
OUR_PARSER = re.compile(r"read_\w+")
KEPT_PAGE = re.compile(r"parser:(\w+) (\w+)")  # crawler/keep_page.py: parser and a wall's evidence
OUR_FAULT = re.compile(r"[A-Z]\w+(?: \S+\.py:\d+)?")  # foundation/stack.py: class and place


def explain_note(note: str) -> str:
    """Return a round's note in Chinese; sentences stay as they are."""
    if note in NOTES:
        return NOTES[note]
    kept = KEPT_PAGE.fullmatch(note)
    if kept and kept[2] in NOTES:
        return f"{NOTES[kept[2]]}，原页已隔离"
    if OUR_PARSER.fullmatch(note):
        return f"页面里没有该有的结构（{note}）"
    if note.startswith("parser:"):
        return f"读这一页时程序出错，原页已隔离（{note.removeprefix('parser:')}）"
    if OUR_FAULT.fullmatch(note):
        return f"程序出错（{note}）"
    return note


def explain_end(note: str, counts: Mapping[str, Any]) -> str:
    """Return a round's note in Chinese, and of how many posts the site wrote a time that has not come yet."""
    future = counts.get("future", 0)
    told = f"{future} 帖写的时间在未来，按听到的时间计；请核对网站的时钟" if future else ""
    return "；".join(filter(None, (explain_note(note), told)))


def next_step(outcome: str, *, broken: bool = False, note: str = "") -> str:
    """Return what a person can do about an outcome; empty when nothing is to be done.

    Args:
        outcome: Of the round.
        broken: A part of ours failed.
        note: The round's note, before it is explained: some evidence has a step of its own.
    """
    if broken:
        return BROKEN_STEP
    kept = KEPT_PAGE.fullmatch(note)
    own = NOTE_STEPS.get(kept[2] if kept else note)
    return own or (NEXT_STEPS.get(SourceOutcome(outcome), "") if outcome in set(SourceOutcome) else "")


def next_step_lines(ends: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return one line for each bad end and step that occurred.

    Args:
        ends: Source id of each round, how it ended in words, and what can be done; nothing when nothing is to be done.
    """
    sources: dict[tuple[str, str], list[str]] = {}
    for source, title, step in ends:
        if step:
            sources.setdefault((title, step), []).append(source)
    return [f"{title}（{'、'.join(names)}）→ {step}" for (title, step), names in sources.items()]
