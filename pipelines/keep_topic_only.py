"""Stage 2, step 8: of a child under fourteen only the topic is kept (PRIVACY.md 7). Judged posts in, the same out.

A post in which a child says its own age or class, or a parent names the age of one child, loses its words once it has
been understood: category, topics, level and department stay, so that somebody answers. A help-first post keeps them:
only its counsellor reads it, and a child in need must be found.

Source: 个人信息保护法 art. 28 (data of minors under fourteen is sensitive) and art. 6 (smallest scope).
"""

import re
from dataclasses import replace
from typing import Self

from crawler.items import Post
from foundation.opening import Opened
from pipelines.step import Step

NUMBER = "(?:[4-9]|1[0-3]|四|五|六|七|八|九|十[一二三]?)"
CHILD = "(?:我|俺|本人|孩子|娃|宝宝|儿子|女儿|弟弟|妹妹|小朋友|小孩|外孙女?|孙[子女])"
AGE = re.compile(
    rf"{CHILD}(?:今年|现在|刚|才|只有|还?不?到|刚满|已经|是|，){{0,3}}{NUMBER}(?:周)?岁(?!前|时|那年|的时候)"
)
OF = r"我(?:现在|今年)?(?:是|在|上|读|在读|刚上)"
AT = r"[^\s，。！？,.!?]{0,8}(?:小学|附小)(?:的)?"
GRADE = r"(?:[一二三四五六1-6]年级|[大中小]班)"
PUPIL = re.compile(rf"{OF}(?:{AT}{GRADE}|{GRADE}(?:的)?小(?:学生|朋友)|(?:一[个名])?小学生)")
CLASS = re.compile(
    rf"{OF}{GRADE}"
)  # where nobody is of age, a class says enough; a student of a university has one too
UNIVERSITY = "university"
KEPT = "{category}：{topics}（涉及未满十四周岁的孩子，只保留主题）"


def keep_topic_only(posts: list[Post], school_kind: str) -> None:
    """Replace the words of posts that show a child under fourteen by what they are about."""
    for post in posts:
        if not post.restricted and shows_child(f"{post.title}。{post.content}", school_kind):
            post.title = KEPT.format(category=post.category, topics="、".join(post.topics) or "未分主题")
            post.content = post.quote = post.author = post.counterfactual = ""
            post.reasons = tuple(replace(reason, words=()) for reason in post.reasons)


def shows_child(text: str, school_kind: str) -> bool:
    """Return whether a text tells that its author, or the one child it speaks of, is under fourteen."""
    is_class = school_kind != UNIVERSITY and CLASS.search(text)
    return bool(is_class or AGE.search(text) or PUPIL.search(text))


class KeepTopicOnly(Step):
    """The step as Scrapy runs it."""

    def __init__(self, school_kind: str) -> None:
        self.school_kind = school_kind

    @classmethod
    def from_opened(cls, opened: Opened) -> Self:
        """Build the step for a university, a school or a kindergarten."""
        return cls(opened.school.settings.school.kind)

    def run(self, posts: list[Post]) -> None:
        """Keep the topic only."""
        keep_topic_only(posts, self.school_kind)
