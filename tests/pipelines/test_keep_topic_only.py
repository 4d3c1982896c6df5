"""Tests of the step for children: hints of an age under fourteen leave the topic only, help-first posts their words."""

import pytest

from crawler.items import Post, Reason
from pipelines.keep_topic_only import KeepTopicOnly, shows_child

CHILD = [
    "我今年12岁，学校食堂的饭太辣了",
    "我儿子才7岁，中午在食堂吃不饱",
    "女儿今年九岁，放学没有人管",
    "我是三年级的小学生，想让操场早点开门",
    "我是一名小学生，想去图书馆",
    "我在云麓附小五年级2班，午休太吵",
]
NO_CHILD = [
    "我今年18岁，刚来报到",
    "我今年14岁，想问初中部几点开门",
    "大三年级的选课系统打不开",
    "我是大学三年级的学生",
    "研究生二年级的课表错了",
    "我7岁时就听说过这个学校",
    "食堂的饭12岁以下儿童半价",
    "幼儿园大班的家长会改期",
    "食堂5楼的空调坏了",
]


@pytest.mark.parametrize("text", CHILD)
def test_a_child_is_known_by_its_own_words_or_its_parents(text):
    assert shows_child(text, "university")


@pytest.mark.parametrize("text", NO_CHILD)
def test_older_students_classes_and_things_are_no_child(text):
    assert not shows_child(text, "university")


@pytest.mark.parametrize(("kind", "is_child"), [("university", False), ("school", True), ("kindergarten", True)])
def test_a_class_alone_tells_a_child_where_nobody_is_of_age(kind, is_child):
    assert shows_child("我上四年级，作业写到十一点", kind) is is_child


def judged(**values):
    words = {"title": "食堂太辣", "content": CHILD[0], "quote": "我也这么想", "author": "a1", "category": "意见"}
    reason = Reason("everyday_concern", "需要部门答复的事", 1.0, ("太辣",))
    return Post(
        **words | {"topics": ("学生管理",), "level_code": 1, "reasons": (reason,), "departments": ("dining",)} | values
    )


def test_the_topic_the_level_and_the_department_stay_and_no_word_of_it():
    post = judged()
    KeepTopicOnly("university").run([post])

    assert (post.title, post.content, post.quote, post.author) == (
        "意见：学生管理（涉及未满十四周岁的孩子，只保留主题）",
        "",
        "",
        "",
    )
    assert (post.level_code, post.departments, post.reasons[0].words) == (1, ("dining",), ())


def test_twice_is_as_once():
    post = judged()
    KeepTopicOnly("university").run([post])
    once = (post.title, post.content)
    KeepTopicOnly("university").run([post])

    assert (post.title, post.content) == once


def test_a_child_in_need_keeps_its_words_for_the_counsellor():
    post = judged(restricted=True)
    KeepTopicOnly("university").run([post])

    assert post.content == CHILD[0]
